import { expect, test } from 'vitest';
import { knownErrors } from '../../../src/engine/diagnosis/explain-error.ts';
import { type MemoryWords, memoryWordsIn } from '../../../src/engine/diagnosis/memory-text.ts';

const nothing: MemoryWords = {
  where: null,
  ordinal: null,
  place: 'memory',
  neededBytes: null,
  freeBytes: null,
  totalBytes: null,
  idleBytes: null,
};
const MiB = 2 ** 20;
const GiB = 2 ** 30;

/** Look-alikes of what libraries print, and what each says. */
const texts: readonly (readonly [string, Partial<MemoryWords>])[] = [
  [
    'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 MiB. GPU 1 has a total capacity of 79.10 GiB of which 10.00 MiB is free. Including non-PyTorch memory, this process has 78.25 GiB memory in use. Of the allocated memory 77.50 GiB is allocated by PyTorch, and 256.00 MiB is reserved by PyTorch but unallocated. If reserved but unallocated memory is large try setting PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True',
    {
      ...{ where: 'device', ordinal: 1, neededBytes: 20 * MiB, freeBytes: 10 * MiB },
      ...{ totalBytes: Math.round(79.1 * GiB), idleBytes: 256 * MiB },
    },
  ],
  [
    'torch.cuda.OutOfMemoryError: HIP out of memory. Tried to allocate 3.00 GiB. GPU 0 has a total capacty of 16.00 GiB of which 0 bytes is free.',
    { where: 'device', ordinal: 0, neededBytes: 3 * GiB, freeBytes: 0, totalBytes: 16 * GiB },
  ],
  [
    'RuntimeError: CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 15.50 GiB total capacity; 14.50 GiB already allocated; 26.00 MiB free; 14.75 GiB reserved in total by PyTorch)',
    { where: 'device', ordinal: 0, neededBytes: 20 * MiB, freeBytes: 26 * MiB, totalBytes: 15.5 * GiB },
  ],
  [
    'RuntimeError: MPS backend out of memory (MPS allocated: 5.50 GB, other allocations: 14.50 GB, max allowed: 20.50 GB). Tried to allocate 1.00 GB on private pool.',
    { where: 'device', neededBytes: GiB, freeBytes: 0.5 * GiB, totalBytes: 20.5 * GiB },
  ],
  [
    "RuntimeError: [enforce fail at alloc_cpu.cpp:121] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 154140672000 bytes. Error code 12 (Cannot allocate memory)",
    { where: 'host', neededBytes: 154140672000 },
  ],
  [
    'numpy._core._exceptions._ArrayMemoryError: Unable to allocate 1.50 GiB for an array with shape (8, 3, 8192, 2048) and data type float32',
    { where: 'host', neededBytes: 1.5 * GiB },
  ],
  [
    "Non-zero status code returned while running Conv node. Name:'conv1' Status Message: bfc_arena.cc:376 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool) Failed to allocate memory for requested buffer of size 3288334336",
    { neededBytes: 3288334336 },
  ],
  [
    'bfc_arena.cc:376 onnxruntime::BFCArena::AllocateRawInternal(size_t, bool) Available memory of 34699008 is smaller than requested bytes of 945041920',
    { place: 'arena', freeBytes: 34699008, neededBytes: 945041920 },
  ],
  [
    'CUDA failure 2: out of memory ; GPU=3 ; hostname=node7 ; file=cuda_allocator.cc ; line=47 ; expr=cudaMalloc((void**)&p, size);\nBFCArena::AllocateRawInternal Failed to allocate memory for requested buffer of size 1048576',
    { where: 'device', ordinal: 3, neededBytes: 1048576 },
  ],
  ['CUDA error cudaErrorMemoryAllocation:out of memory', { where: 'device' }],
  ['CUDA error 2', { where: 'device' }],
  ['CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0', { where: 'device' }],
  ['CUDNN failure 4000: CUDNN_STATUS_ALLOC_FAILED', { where: 'device' }],
  [
    '[W] [TRT] Requested amount of GPU memory (15032385536 bytes) could not be allocated. There may not be enough free memory for allocation to succeed.',
    { where: 'device', neededBytes: 15032385536 },
  ],
  [
    '[E] [virtualMemoryBuffer.cpp::resizePhysical::154] Error Code 2: OutOfMemory (Requested size was 16581132288 bytes.)',
    { where: 'device', neededBytes: 16581132288 },
  ],
  ['[E] [TRT] Error Code 2: OutOfMemory (no further information)', { where: 'device' }],
  // Bytes or MB: nobody says.
  [
    '[W] [TRT] Skipping tactic 3 due to insuficient memory on requested size of 449 detected for tactic 4.',
    { where: 'device' },
  ],
  [
    'Buffer size (3185049600) exceeds the max buffer size limit (1073741824).\nWebGPU device error(2): Out of memory',
    { where: 'device', place: 'buffer', neededBytes: 3185049600, totalBytes: 1073741824 },
  ],
  ['[E:onnxruntime:Default, webgpu_context.cc:120] WebGPU device error(2): Out of memory', { where: 'device' }],
  [
    'The backend wasm: a run needs more memory than there is (input [512, 3, 224, 224]), and WebAssembly has 4 GiB for models, weights and activations.',
    { where: 'host', place: 'webassembly', totalBytes: 4 * GiB },
  ],
  [
    'The backend wasm: big.onnx and its external data need 5368709120 bytes, and WebAssembly has 4 GiB for models, weights and activations.',
    { where: 'host', place: 'webassembly', totalBytes: 4 * GiB, neededBytes: 5 * GiB },
  ],
  ["terminate called after throwing an instance of 'std::bad_alloc'", { where: 'host' }],
  ['RangeError: Array buffer allocation failed', { where: 'host' }],
  [
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    { where: 'host', place: 'heap' },
  ],
];

test.each(texts)('%s', (text, words) => {
  expect(memoryWordsIn(text)).toEqual({ ...nothing, ...words });
});

test.each([
  '',
  'The process was killed from outside (SIGKILL), most often by the kernel for want of memory.',
  'CUDA error 35: CUDA driver version is insufficient for CUDA runtime version',
  'CUDA error 2.5',
  'WebGPU device lost (1): A valid external Instance reference no longer exists.',
  'ENOSPC: no space left on device, write',
  'CUDA 12.6, 2 devices, memory 80 GiB',
])('%s says nothing of memory that was too little', (text) => {
  expect(memoryWordsIn(text)).toBeNull();
});

test('what speaks of memory is a known error as well, unless it is our own message', () => {
  const unknown = texts
    .map(([text]) => text)
    .filter((text) => !text.startsWith('The backend wasm'))
    .filter(
      (text) =>
        !text.split('\n').some((line) => knownErrors.some(({ texts: known }) => known.some((one) => one.test(line)))),
    );
  expect(unknown).toEqual(['CUDA error 2']); // known by its number
});
