/** What a text says of a request for memory that failed. What it does not say is null. */
export interface MemoryWords {
  /** `device`: an accelerator. null: the library says the same of both. */
  readonly where: 'device' | 'host' | null;
  /** Number of the device as the library counts those that it sees. */
  readonly ordinal: number | null;
  /** What was full: see the record of a shortage. */
  readonly place: 'memory' | 'arena' | 'buffer' | 'webassembly' | 'heap';
  readonly neededBytes: number | null;
  readonly freeBytes: number | null;
  readonly totalBytes: number | null;
  /** Bytes that the allocator of PyTorch holds without using them. */
  readonly idleBytes: number | null;
}

interface Rule {
  readonly pattern: RegExp;
  readonly read: (groups: Readonly<Record<string, string | undefined>>) => Partial<MemoryWords>;
  /** Where texts like this are, as people met them or as they are documented. */
  readonly source: string;
}

const size = (name: string): string => `(?<${name}>[\\d.]+ ?(?:bytes|[KMGT]?i?B))`;

/**
 * Texts of failed requests, the more telling ones first. Each is looked for within one line; of several that are found, the first that has a
 * figure gives it.
 */
const rules: readonly Rule[] = [
  {
    // "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 79.10 GiB of which 10.00 MiB is free. …"; "capacty" until 2.1.
    pattern: new RegExp(
      `Tried to allocate ${size('needed')}\\. GPU (?<ordinal>\\d+) has a total capac(?:i)?ty of ${size('total')} of which ${size('free')} is free`,
    ),
    read: (groups) => ({ where: 'device', ...figures(groups) }),
    source: 'https://github.com/pytorch/pytorch/issues/16417',
  },
  {
    // "CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 15.90 GiB total capacity; 14.50 GiB already allocated; 26.00 MiB free; …)": until 2.0.
    pattern: new RegExp(
      `Tried to allocate ${size('needed')} \\(GPU (?<ordinal>\\d+); ${size('total')} total capacity;.*? ${size('free')} free`,
    ),
    read: (groups) => ({ where: 'device', ...figures(groups) }),
    source: 'https://github.com/pytorch/pytorch/issues/59778',
  },
  {
    // "Of the allocated memory 9.08 GiB is allocated by PyTorch, and 9.35 GiB is reserved by PyTorch but unallocated."
    pattern: new RegExp(`${size('idle')} is reserved by PyTorch but unallocated`),
    read: ({ idle }) => ({ where: 'device', idleBytes: bytesOf(idle) }),
    source: 'https://github.com/murong-xu/CADS/issues/4',
  },
  {
    pattern: new RegExp(
      `MPS backend out of memory \\(MPS allocated: ${size('own')}, other allocations: ${size('other')}, max allowed: ${size('total')}\\)\\. Tried to allocate ${size('needed')}`,
    ),
    read: ({ own, other, total, needed }) => ({
      where: 'device',
      neededBytes: bytesOf(needed),
      totalBytes: bytesOf(total),
      freeBytes: Math.max(0, (bytesOf(total) ?? 0) - (bytesOf(own) ?? 0) - (bytesOf(other) ?? 0)),
    }),
    source: 'https://github.com/pytorch/pytorch/issues/130112',
  },
  {
    pattern: /DefaultCPUAllocator: (?:can't allocate|not enough) memory: you tried to allocate (?<needed>\d+) bytes/,
    read: (groups) => ({ where: 'host', ...figures(groups) }),
    source: 'https://github.com/pytorch/pytorch/pull/20618',
  },
  {
    // NumPy: "Unable to allocate 1.20 GiB for an array with shape (8, 3, 8000, 8000) and data type float32"
    pattern: new RegExp(`Unable to allocate ${size('needed')} for an array with shape`),
    read: (groups) => ({ where: 'host', ...figures(groups) }),
    source: 'https://numpy.org/doc/stable/reference/generated/numpy.exceptions.html',
  },
  {
    // The limit of ONNX Runtime's pool (`gpu_mem_limit`, or that of a CPU arena), not the device, is what is full.
    pattern: /Available memory of (?<free>\d+) is smaller than requested bytes of (?<needed>\d+)/,
    read: (groups) => ({ place: 'arena', ...figures(groups) }),
    source: 'https://github.com/microsoft/onnxruntime/issues/23121',
  },
  {
    pattern: /Failed to allocate memory for requested buffer of size (?<needed>\d+)/,
    read: figures,
    source: 'https://github.com/microsoft/onnxruntime/issues/9939',
  },
  {
    pattern: /Requested amount of GPU memory \((?<needed>\d+) bytes\) could not be allocated/,
    read: (groups) => ({ where: 'device', ...figures(groups) }),
    source: 'https://github.com/NVIDIA/TensorRT/issues/4258',
  },
  {
    pattern:
      /OutOfMemory \(Requested size was (?<needed>\d+) bytes|User allocator error allocating (?<buffer>\d+)-byte buffer/,
    read: ({ needed, buffer }) => ({ where: 'device', neededBytes: numberOf(needed ?? buffer) }),
    source: 'https://github.com/NVIDIA/TensorRT/issues/4254',
  },
  {
    // TensorRT up to 8 counts these in bytes or in MB and does not say which: small figures are left unknown.
    pattern: /insuff?icient memory on requested size of (?<needed>\d+)/,
    read: ({ needed }) => {
      const bytes = numberOf(needed);
      return { where: 'device', neededBytes: bytes !== null && bytes >= 2 ** 20 ? bytes : null };
    },
    source: 'https://github.com/enazoe/yolo-tensorrt/issues/169',
  },
  {
    pattern:
      /Buffer size \((?<needed>\d+)\) exceeds the max buffer size limit \((?<total>\d+)\)|Binding size \((?<bound>\d+)\) of \[?Buffer.*larger than the maximum binding size \((?<most>\d+)\)/,
    read: ({ needed, total, bound, most }) => ({
      where: 'device',
      place: 'buffer',
      neededBytes: numberOf(needed ?? bound),
      totalBytes: numberOf(total ?? most),
    }),
    source: 'https://github.com/microsoft/onnxruntime/issues/25195',
  },
  {
    // "failed to allocate 2.20G (2362232064 bytes) from device: CUDA_ERROR_OUT_OF_MEMORY: out of memory"
    pattern: /failed to allocate [\d.]+[KMGT]? \((?<needed>\d+) bytes\) from device/,
    read: (groups) => ({ where: 'device', ...figures(groups) }),
    source: 'https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html',
  },
  {
    // ONNX Runtime: "CUDA failure 2: out of memory ; GPU=0 ; hostname=… ; expr=cudaMalloc((void**)&p, size);"
    pattern: /(?:CUDA|HIP|ROCM) failure 2: out of memory ?; ?GPU=(?<ordinal>\d+)/i,
    read: (groups) => ({ where: 'device', ...figures(groups) }),
    source: 'https://github.com/hacksider/Deep-Live-Cam/issues/584',
  },
  {
    pattern:
      /\b(?:cuda|hip|xpu|mps|gpu)\b.*\bout of memory\b|cudaErrorMemoryAllocation|CUDA_ERROR_OUT_OF_MEMORY|hipErrorOutOfMemory|hipErrorMemoryAllocation/i,
    read: () => ({ where: 'device' }),
    source: 'https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html',
  },
  {
    pattern:
      /CUBLAS_STATUS_ALLOC_FAILED|CUDNN_STATUS_ALLOC_FAILED|CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED/,
    read: () => ({ where: 'device' }),
    source: 'https://docs.nvidia.com/cuda/cublas/index.html#cublasstatus-t',
  },
  {
    pattern: /\b(?:CUDA|HIP|cuda runtime) (?:error|failure):? ?\(?2\)?(?![\d.])/i,
    read: () => ({ where: 'device' }),
    source: 'https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html',
  },
  {
    pattern: /\b(?:WebGPU|wgpu|dawn)\b.*\bout of memory\b|VK_ERROR_OUT_OF_DEVICE_MEMORY|Error Code 2: OutOfMemory/i,
    read: () => ({ where: 'device' }),
    source: 'https://github.com/microsoft/onnxruntime/issues/25195',
  },
  {
    // Our own: the library's std::bad_alloc would be taken for a machine without memory.
    pattern: /^The backend wasm: .*WebAssembly has 4 GiB/,
    read: () => ({ where: 'host', place: 'webassembly', totalBytes: 2 ** 32 }),
    source: 'https://webassembly.github.io/spec/core/exec/runtime.html#memory-instances',
  },
  {
    pattern: /^The backend wasm: .* need (?<needed>\d+) bytes, and WebAssembly/,
    read: figures,
    source: 'https://webassembly.github.io/spec/core/exec/runtime.html#memory-instances',
  },
  {
    pattern: /JavaScript heap out of memory|Reached heap limit|ERR_WORKER_OUT_OF_MEMORY/,
    read: () => ({ where: 'host', place: 'heap' }),
    source: 'https://nodejs.org/api/cli.html#--max-old-space-sizesize-in-mib',
  },
  {
    pattern:
      /std::bad_alloc|\bbad allocation\b|\bENOMEM\b|Cannot allocate memory|Array buffer allocation failed|\bMemoryError\b|VK_ERROR_OUT_OF_HOST_MEMORY|\bOut of memory: Killed process\b/,
    read: () => ({ where: 'host' }),
    source: 'https://man7.org/linux/man-pages/man3/errno.3.html',
  },
];

/** What a text, such as the message of a library, says of memory that it did not get; null when it says nothing of that. */
export function memoryWordsIn(text: string): MemoryWords | null {
  const lines = text.split(/\r?\n/);
  const found = rules.flatMap(({ pattern, read }) => {
    const match = lines.map((line) => pattern.exec(line)).find((one) => one !== null);
    return match === undefined ? [] : [read(match.groups ?? {})];
  });
  if (found.length === 0) return null;
  return mergeWords(found);
}

/** The words of several texts as one; what the earlier ones say counts. */
export function mergeWords(found: readonly Partial<MemoryWords>[]): MemoryWords {
  const first = <Key extends keyof MemoryWords>(key: Key): MemoryWords[Key] | null =>
    found.map((one) => one[key]).find((value) => value !== null && value !== undefined) ?? null;
  return {
    where: first('where'),
    ordinal: first('ordinal'),
    place: found.map(({ place }) => place).find((place) => place !== undefined && place !== 'memory') ?? 'memory',
    neededBytes: first('neededBytes'),
    freeBytes: first('freeBytes'),
    totalBytes: first('totalBytes'),
    idleBytes: first('idleBytes'),
  };
}

/** Figures under their usual names; those that a rule does not have stay out. */
function figures(groups: Readonly<Record<string, string | undefined>>): Partial<MemoryWords> {
  const { needed, free, total, ordinal } = groups;
  return {
    ...(needed === undefined ? {} : { neededBytes: bytesOf(needed) }),
    ...(free === undefined ? {} : { freeBytes: bytesOf(free) }),
    ...(total === undefined ? {} : { totalBytes: bytesOf(total) }),
    ...(ordinal === undefined ? {} : { ordinal: numberOf(ordinal) }),
  };
}

/** PyTorch counts in powers of 1,024 whatever it calls them: older versions write GB for GiB. */
const powers: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

function bytesOf(text: string | undefined): number | null {
  const match = /^([\d.]+) ?(?:bytes|([KMGT]?)i?B)?$/.exec(text ?? '');
  const value = numberOf(match?.[1]);
  return value === null ? null : Math.round(value * (powers[match?.[2] ?? ''] ?? 1));
}

function numberOf(text: string | undefined): number | null {
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}
