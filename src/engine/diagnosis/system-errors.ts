import type { KnownError } from './known-error.ts';

/** Errors of memory, of the operating system and of the installation. The last ones say least: they stand behind all others. */
export const systemErrors: readonly KnownError[] = [
  {
    code: 'ENGINE_ARENA_FULL',
    title:
      'ONNX Runtime: Failed to allocate memory for requested buffer, or Available memory is smaller than requested',
    texts: [
      /Failed to allocate memory for requested buffer of size/i,
      /Available memory of \d+ is smaller than requested bytes of/,
    ],
    meaning:
      'The memory pool of ONNX Runtime could not grow: the memory of the device (or of the machine) is full, the limit that was set for the pool is reached ("Available memory of … is smaller"), or the request is absurdly large, which points at a damaged shape.',
    remedy:
      'Take smaller batches (--batch-size 1), fewer threads or smaller images, and end what else holds memory (nvidia-smi, free -h). For a size beyond any memory: check the shapes with npx dyno model inspect.',
    source: 'https://github.com/microsoft/onnxruntime/issues/20038',
  },
  {
    code: 'HEAP_FULL',
    title: 'JavaScript heap out of memory',
    texts: [/JavaScript heap out of memory|Reached heap limit|ERR_WORKER_OUT_OF_MEMORY/],
    meaning:
      "Objects of JavaScript filled the heap of Node.js: mostly a plug-in or a workload that keeps what it reads. The engine's own memory is not in that heap.",
    remedy:
      'Give Node.js more: export NODE_OPTIONS=--max-old-space-size=4096 (MiB). If it fills again, look for a plug-in or workload that leaks.',
    source: 'https://nodejs.org/api/cli.html#--max-old-space-sizesize-in-mib',
  },
  {
    code: 'GLIBC_TOO_OLD',
    title: "version `GLIBC_2.…' (or GLIBCXX) not found",
    texts: [/version [`'"]?(GLIBC|GLIBCXX|CXXABI)_[\d.]+['"`]? not found/],
    meaning: 'The C or C++ library of this system is older than the one that a native package was built with.',
    remedy:
      'Take a newer system or image (Debian 12, Ubuntu 22.04 or newer: node:22-bookworm-slim). See yours: ldd --version.',
    source: 'https://onnxruntime.ai/docs/install/',
  },
  {
    code: 'MUSL_SYSTEM',
    title: 'ld-linux-x86-64.so.2 or a symbol such as __vsnprintf_chk is missing (Alpine Linux)',
    texts: [
      /ld-linux-(x86-64|aarch64)\.so\.\d: (No such file|cannot open)|Error loading shared library ld-linux|Error relocating .*: symbol not found/,
    ],
    meaning: 'onnxruntime-node is built for glibc only, and this system has musl, as Alpine Linux does.',
    remedy: 'Take an image with glibc: node:22-bookworm-slim instead of node:22-alpine.',
    source: 'https://github.com/microsoft/onnxruntime/issues/12439',
  },
  {
    code: 'ENGINE_BINARY_MISSING',
    title: "Cannot find module '…/onnxruntime_binding.node'",
    texts: [
      /Cannot find module '[^']*onnxruntime_binding\.node'/,
      /onnxruntime_binding\.node: cannot open shared object file/,
    ],
    meaning:
      'onnxruntime-node is installed without the binary for this system and processor: copied from another machine, pruned, or a system that it is not built for.',
    remedy:
      'Install it on this machine: npm install --save-exact onnxruntime-node@1.30.0 --ignore-scripts. It has binaries for Linux, macOS and Windows on x64 and arm64.',
    source: 'https://www.npmjs.com/package/onnxruntime-node',
  },
  {
    code: 'ENGINE_PROVIDER_MISSING',
    title: 'Failed to load library libonnxruntime_providers_cuda.so (or _shared)',
    texts: [
      /libonnxruntime_providers_\w+\.so: cannot open shared object file|Failed to load (shared )?library libonnxruntime_providers_\w+/i,
    ],
    meaning:
      'A provider of ONNX Runtime was asked for whose library is not there or cannot be loaded; what stands behind "with error" is the reason.',
    remedy:
      'Download the CUDA libraries: node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install. If they are there, ldd on that file names what is missing.',
    source: 'https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html#requirements',
  },
  {
    code: 'WRONG_PROCESSOR',
    title: 'invalid ELF header, wrong ELF class, Exec format error, or Illegal instruction',
    texts: [/invalid ELF header|wrong ELF class|Exec format error|\bIllegal instruction\b|\bSIGILL\b/],
    meaning:
      'A native library is of another processor architecture or system, or uses instructions that this processor does not have.',
    remedy:
      'Install the packages on this machine (rm -r node_modules && npm ci). For instructions: a virtual machine may hide AVX; let it pass the model of the host CPU through.',
    source: 'https://nodejs.org/api/errors.html#err_dlopen_failed',
  },
  {
    code: 'SHARED_MEMORY_FULL',
    title: 'Bus error (SIGBUS)',
    texts: [/\bBus error\b|\bSIGBUS\b|insufficient shared memory/i],
    meaning:
      'A page of a mapped file could not be had: /dev/shm is full (docker gives 64 MiB), the disk is full, or a mapped model was cut while it was read.',
    remedy:
      'df -h /dev/shm /tmp. In a container: docker run --shm-size 1g. Build a cut model again: npx dyno model build.',
    source: 'https://docs.docker.com/reference/cli/docker/container/run/#options (--shm-size)',
  },
  {
    code: 'DEVICE_FULL',
    title: 'No space left on device (ENOSPC)',
    texts: [/\bENOSPC\b|No space left on device/],
    meaning: 'A disk, or the folder in memory that a file was to be written to, is full.',
    remedy:
      'df -h . /tmp. Make room (npx dyno results prune --keep 20), or write elsewhere: --out DIR, and DYNO_CACHE_DIR for models.',
    source: 'https://man7.org/linux/man-pages/man3/errno.3.html',
  },
  {
    code: 'TOO_MANY_FILES',
    title: 'Too many open files (EMFILE)',
    texts: [/\bEMFILE\b|Too many open files/],
    meaning: 'The process has as many files open as its limit allows.',
    remedy: 'ulimit -n 65536, in the shell that starts dyno (a service: LimitNOFILE=65536).',
    source: 'https://man7.org/linux/man-pages/man3/errno.3.html',
  },
  {
    code: 'MEMORY_FULL',
    title: 'std::bad_alloc, Cannot allocate memory (ENOMEM), DefaultCPUAllocator, MemoryError',
    texts: [
      /std::bad_alloc|\bbad allocation\b|\bENOMEM\b|Cannot allocate memory|Array buffer allocation failed/,
      /DefaultCPUAllocator: (can't allocate|not enough) memory|\bMemoryError\b|Unable to allocate [\d.]+ \w+ for an array/,
    ],
    meaning: 'The machine, its container or a limit of the shell (ulimit -v) has no more memory for the process.',
    remedy:
      'free -h; ulimit -v. Take smaller batches (--batch-size 1) or a smaller model, end other programs, or raise the limit of the container (docker: --memory).',
    source: 'https://man7.org/linux/man-pages/man3/errno.3.html',
  },
  {
    code: 'KILLED_FOR_MEMORY',
    title: 'Killed (SIGKILL), mostly by the kernel for want of memory',
    texts: [/\bSIGKILL\b|\bOut of memory: Killed process\b|\boom-kill\b|\bOOMKilled\b|^Killed$/],
    meaning:
      'The process was ended from outside without a chance to say why. Most often the kernel did, because the machine or the limit of the container was full.',
    remedy:
      'dmesg | grep -i -E "oom|killed process"; cat /sys/fs/cgroup/memory.events. Raise the limit (docker: --memory), or take smaller batches and fewer threads.',
    source: 'https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files',
  },
];
