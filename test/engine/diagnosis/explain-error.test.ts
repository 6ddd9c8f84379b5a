import { expect, test } from 'vitest';
import { cudaErrorOf, explainError, knownErrors } from '../../../src/engine/diagnosis/explain-error.ts';

/** Messages as libraries, tools and kernels print them, by the error that they are. */
const messages: Readonly<Record<string, readonly string[]>> = {
  CUDA_OUT_OF_MEMORY: [
    'CUDA failure 2: out of memory ; GPU=0 ; hostname=node7 ; file=cuda_allocator.cc ; line=47 ; expr=cudaMalloc((void**)&p, size);',
    'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.50 GiB (GPU 0; 15.78 GiB total capacity)',
    'failed to allocate 2.20G (2362232064 bytes) from device: CUDA_ERROR_OUT_OF_MEMORY: out of memory',
    'CUDA error 2',
  ],
  CUDA_INVALID_PITCH: ['CUDA error 12', 'CUDA failure 12: invalid pitch argument ; GPU=0'],
  CUDA_DRIVER_TOO_OLD: [
    'CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=-1 ; hostname=ci',
    'CUDA error at deviceQuery.cpp:40 code=35(cudaErrorInsufficientDriver) "cudaGetDeviceCount(&n)"',
    'cuda runtime error (35)',
  ],
  CUDA_DEVICE_BUSY: ['RuntimeError: CUDA error: all CUDA-capable devices are busy or unavailable', 'CUDA error 46'],
  CUDA_NO_DEVICE: [
    'CUDA failure 100: no CUDA-capable device is detected ; GPU=32 ; hostname=ci',
    'failed call to cuInit: CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected',
    'cuda runtime error (38)',
  ],
  CUDA_INVALID_DEVICE: ['CUDA failure 101: invalid device ordinal ; GPU=3'],
  CUDA_NO_KERNEL_IMAGE: [
    'CUDA error cudaErrorNoKernelImageForDevice:no kernel image is available for execution on the device',
    'cuda runtime error (48) : no kernel image is available for execution on the device at Kernels.cu:12',
    'CUDA error 209',
  ],
  CUDA_PTX_UNSUPPORTED: [
    'the provided PTX was compiled with an unsupported toolchain.',
    'CUDA failure 222: the provided PTX was compiled with an unsupported toolchain. ; GPU=0',
    'CUDA error: 218',
  ],
  CUDA_OPERATING_SYSTEM: ['CUDA error 304: OS call failed or operation not supported on this OS'],
  CUDA_ILLEGAL_ADDRESS: [
    'RuntimeError: cuda runtime error (77) : an illegal memory access was encountered at THCTensorCopy.c:20',
    "misc/strongstream.cc:343 NCCL WARN Cuda failure 'an illegal memory access was encountered'",
    'CUDA failure 700: an illegal memory access was encountered ; GPU=0',
    'CUDA error 77',
  ],
  CUDA_LAUNCH_FAILURE: ['CUDA failure 719: unspecified launch failure ; GPU=0'],
  CUDA_SYSTEM_NOT_READY: ['CUDA initialization: Unexpected error. Error 802: system not yet initialized'],
  CUDA_DRIVER_MISMATCH: [
    'CUDA initialization: Error 803: system has unsupported display driver / cuda driver combination',
    'CUDA error 804: forward compatibility was attempted on non supported HW',
  ],
  CUDA_UNKNOWN: ['cudaErrorUnknown: unknown error', 'CUDA failure 999', 'cuda runtime error (30) : unknown error'],
  CUDNN_MISSING: [
    'FAIL : Failed to load library libonnxruntime_providers_cuda.so with error: libcudnn.so.9: cannot open shared object file: No such file or directory',
  ],
  CUDA_LIBRARY_MISSING: [
    'Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.12: cannot open shared object file: No such file or directory',
    'libcudart.so.12: cannot open shared object file: No such file or directory',
  ],
  CUDA_DRIVER_LIBRARY_MISSING: ['libcuda.so.1: cannot open shared object file: No such file or directory'],
  NVML_MISMATCH: ['Failed to initialize NVML: Driver/library version mismatch'],
  NVIDIA_DRIVER_NOT_RUNNING: [
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.",
    'Failed to initialize NVML: Unknown Error',
  ],
  GPU_LOST: [
    'Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.  Reboot the system to recover this GPU',
    'NVRM: Xid (PCI:0000:2b:00): 79, GPU has fallen off the bus.',
  ],
  XID_APPLICATION: ['NVRM: Xid (PCI:0000:10:1c): 31, pid=1896, name=node, Ch 00000008, MMU Fault'],
  XID_HARDWARE: ['NVRM: Xid (PCI:0000:10:1c): 63, pid=1896, Row Remapper: New row marked for remapping'],
  CUDNN_VERSION: ['CUDNN failure 1002: CUDNN_STATUS_SUBLIBRARY_VERSION_MISMATCH ; GPU=0'],
  CUDNN_FAILED: ['CUDNN failure 4: CUDNN_STATUS_INTERNAL_ERROR ; GPU=0 ; hostname=ci'],
  CUBLAS_FAILED: ['CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0 ; hostname=ci'],
  TENSORRT_OUT_OF_MEMORY: [
    '[W] [TRT] Requested amount of GPU memory (15032385536 bytes) could not be allocated. There may not be enough free memory for allocation to succeed.',
    '[W] [TRT] Skipping tactic 3 due to insuficient memory on requested size of 449 detected for tactic 4.',
    '[E] [virtualMemoryBuffer.cpp::resizePhysical::145] Error Code 2: OutOfMemory (no further information)',
  ],
  NCCL_FAILED: ['ncclSystemError: System call (e.g. socket, malloc) or external library call failed'],
  HIP_OUT_OF_MEMORY: [
    'torch.cuda.OutOfMemoryError: HIP out of memory. Tried to allocate 20.00 MiB',
    'HIPError(code hipErrorOutOfMemory, out of memory)',
    'HIP failure 2',
  ],
  HIP_DRIVER_TOO_OLD: ['hipErrorInsufficientDriver: driver version is insufficient for runtime version'],
  HIP_NO_DEVICE: [
    'hipErrorNoDevice: no ROCm-capable device is detected',
    'Unable to open /dev/kfd read-write: Permission denied',
  ],
  HIP_NO_KERNEL_IMAGE: ['hipErrorNoBinaryForGpu: Unable to find code object for all current devices!', 'HIP error 209'],
  HIP_ILLEGAL_ADDRESS: [
    'Memory access fault by GPU node-1 (Agent handle: 0x55) on address 0x7f. Reason: Page not present.',
  ],
  WEBGPU_NO_ADAPTER: ['webgpu_context.cc:87 Failed to get a WebGPU adapter: No supported adapters'],
  DEVICE_OUT_OF_MEMORY: [
    'RuntimeError: MPS backend out of memory (MPS allocated: 5.50 GB, other allocations: 14.76 GB, max allowed: 20.40 GB). Tried to allocate 147.24 MB',
    'torch.OutOfMemoryError: XPU out of memory. Tried to allocate 64.00 MiB. GPU 0 has a total capacity of 15.50 GiB of which 0 bytes is free.',
  ],
  WEBGPU_OUT_OF_MEMORY: [
    'webgpu_context.cc:120 WebGPU device error(2): Out of memory',
    'Buffer size (3185049600) exceeds the max buffer size limit (1073741824).',
  ],
  WEBGPU_DEVICE_LOST: ['WebGPU device lost (1): A valid external Instance reference no longer exists.'],
  ENGINE_ARENA_FULL: [
    'bfc_arena.cc:376 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool) Failed to allocate memory for requested buffer of size 285081600',
    'bfc_arena.cc:376 onnxruntime::BFCArena::AllocateRawInternal Available memory of 0 is smaller than requested bytes of 2048',
  ],
  HEAP_FULL: ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
  GLIBC_TOO_OLD: [
    "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by libonnxruntime.so.1)",
    "/lib/libstdc++.so.6: version `GLIBCXX_3.4.29' not found",
  ],
  MUSL_SYSTEM: [
    'Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by libonnxruntime.so.1)',
    'Error relocating node_modules/onnxruntime-node/bin/libonnxruntime.so.1: __vsnprintf_chk: symbol not found',
  ],
  ENGINE_BINARY_MISSING: ["Error: Cannot find module '../bin/napi-v6/linux/riscv64/onnxruntime_binding.node'"],
  ENGINE_PROVIDER_MISSING: [
    'Failed to load shared library libonnxruntime_providers_shared.so',
    'libonnxruntime_providers_cuda.so: cannot open shared object file: No such file or directory',
  ],
  WRONG_PROCESSOR: ['Error: sharp.node: invalid ELF header', 'The process crashed in native code (SIGILL).'],
  SHARED_MEMORY_FULL: [
    'Bus error (core dumped)',
    'Unexpected bus error encountered in worker. This might be caused by insufficient shared memory (shm).',
    'The process crashed in native code (SIGBUS).',
  ],
  DEVICE_FULL: ['ENOSPC: no space left on device, write'],
  TOO_MANY_FILES: ["EMFILE: too many open files, open '/proc/stat'"],
  MEMORY_FULL: [
    "terminate called after throwing an instance of 'std::bad_alloc'",
    'spawn ENOMEM',
    "[enforce fail at alloc_cpu.cpp:121] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 154140672000 bytes.",
    'numpy._core._exceptions._ArrayMemoryError: Unable to allocate 1.20 GiB for an array with shape (2, 3)',
  ],
  KILLED_FOR_MEMORY: [
    'Out of memory: Killed process 4242 (node) total-vm:9000000kB, anon-rss:7900000kB',
    'The process was killed from outside (SIGKILL), most often by the kernel for want of memory.',
    'Killed',
  ],
};

test('every known error has messages here that are recognised, and all messages are of known errors', () => {
  expect(Object.keys(messages).sort()).toEqual(knownErrors.map(({ code }) => code).sort());
});

test.each(Object.entries(messages).flatMap(([code, texts]) => texts.map((text) => [code, text])))(
  '%s: %s',
  (code, text) => {
    expect(explainError(text).map((error) => error.code)).toEqual([code]);
  },
);

test.each([
  'The process crashed in native code (SIGSEGV). Its last words are in stderrTail; try the model alone.',
  'It was ended after 600 s. Give it longer with --set policy.time_limit=…, or ask for less.',
  'CUDA 12.6, driver 560.35.03, 2 devices',
  'built with CUDA 35.7',
  'CUDNN_STATUS_SUCCESS',
  'error 35',
  '',
])('%s is no known error', (text) => {
  expect(explainError(text)).toEqual([]);
});

test('what a line says in words counts more than its number, whose meaning has changed', () => {
  expect(explainError('CUDA error 12: out of memory').map(({ code }) => code)).toEqual(['CUDA_OUT_OF_MEMORY']);
  expect(explainError('cuda runtime error (11) : invalid argument\nCUDA error 2')[0]?.code).toBe('CUDA_OUT_OF_MEMORY');
});

test('of several errors in a log the cause comes before its consequence', () => {
  const log =
    'CUDNN failure 1: CUDNN_STATUS_NOT_INITIALIZED\nlibcudnn.so.9: cannot open shared object file\nKilled\nKilled';
  expect(explainError(log).map(({ code }) => code)).toEqual(['CUDNN_MISSING', 'CUDNN_FAILED', 'KILLED_FOR_MEMORY']);
});

test('a number is taken as of today, and as of CUDA 10.0 where today has none', () => {
  expect([2, 35, 46, 700, 77, 38, 48].map((number) => cudaErrorOf(number)?.code)).toEqual([
    ...[
      'CUDA_OUT_OF_MEMORY',
      'CUDA_DRIVER_TOO_OLD',
      'CUDA_DEVICE_BUSY',
      'CUDA_ILLEGAL_ADDRESS',
      'CUDA_ILLEGAL_ADDRESS',
    ],
    ...['CUDA_NO_DEVICE', 'CUDA_NO_KERNEL_IMAGE'],
  ]);
  expect(cudaErrorOf(7777)).toBeNull();
});

test('the numbers that articles read otherwise are explained in both readings', () => {
  expect(cudaErrorOf(12)?.meaning).toMatch(/row stride.*out of memory/s);
  expect(cudaErrorOf(12)?.remedy).toMatch(/--batch-size 1.*pitch/s);
  expect(cudaErrorOf(35)?.meaning).toContain('470');
  expect(cudaErrorOf(35)?.remedy).toContain('525.60.13');
  expect(cudaErrorOf(77)?.meaning).toContain('several cards');
  expect(cudaErrorOf(77)?.remedy).toContain('NCCL_DEBUG=INFO');
});

test('no number stands for two errors, and every entry has a source', () => {
  for (const numbers of [
    knownErrors.flatMap(({ cuda = [], cudaBefore = [] }) => [...cuda, ...cudaBefore]),
    knownErrors.flatMap(({ hip = [] }) => hip),
  ]) {
    expect(new Set(numbers).size).toBe(numbers.length);
  }
  for (const { source } of knownErrors) expect(source).toMatch(/^https:\/\//);
});
