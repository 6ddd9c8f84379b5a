import type { KnownError } from './known-error.ts';

const requirements = 'https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html#requirements';
const xid = 'https://docs.nvidia.com/deploy/xid-errors/analyzing-xid-catalog.html';

/** Errors of NVIDIA's libraries, driver and devices that have no number of the CUDA runtime. */
export const nvidiaErrors: readonly KnownError[] = [
  {
    code: 'CUDNN_MISSING',
    title: 'libcudnn.so.9 cannot be opened',
    texts: [/libcudnn\w*\.so(\.\d+)*: cannot open shared object file/, /cudnn64_9\.dll/i],
    meaning:
      'The CUDA provider of onnxruntime-node needs cuDNN 9, and the loader does not find it. cuDNN 8 does not do.',
    remedy:
      'Install cuDNN 9 for CUDA 12 (apt-get install libcudnn9-cuda-12, from the NVIDIA repository). If it is installed: add its folder to LD_LIBRARY_PATH, and check with ldconfig -p | grep libcudnn.',
    source: requirements,
  },
  {
    code: 'CUDA_LIBRARY_MISSING',
    title: 'libcublasLt.so.12 (or cudart, cublas, cufft, curand) cannot be opened',
    texts: [/lib(cudart|cublas|cublasLt|cufft|curand|nvrtc|nvJitLink)\.so(\.\d+)*: cannot open shared object file/],
    meaning:
      'A library of the CUDA toolkit is not where the loader looks, or of another major version: the number behind .so. in the message is the version that is needed (12 for onnxruntime-node 1.30).',
    remedy:
      'Install the runtime of that major version (apt-get install cuda-libraries-12-6, from the NVIDIA repository), or point to it: export LD_LIBRARY_PATH=/usr/local/cuda-12/lib64. CUDA 11 or 13 beside it does not help.',
    source: requirements,
  },
  {
    code: 'CUDA_DRIVER_LIBRARY_MISSING',
    title: 'libcuda.so.1 or libnvidia-ml.so.1 cannot be opened',
    texts: [/lib(cuda|nvidia-ml)\.so(\.\d+)*: cannot open shared object file/, /NVML Shared Library Not Found/i],
    meaning:
      'The library that comes with the NVIDIA driver is not visible: no driver is installed, or the container was started without it.',
    remedy:
      'On the machine itself install the driver; in a container start with the NVIDIA Container Toolkit: docker run --gpus all. Do not install libcuda.so.1 inside an image.',
    source: 'https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html',
  },
  {
    code: 'NVML_MISMATCH',
    title: 'Failed to initialize NVML: Driver/library version mismatch',
    texts: [/Driver\/library version mismatch|NVRM: API mismatch/i],
    meaning:
      'The loaded kernel module is of another version than the libraries on disk: the driver was updated and the machine was not rebooted since.',
    remedy:
      'Reboot. Without a reboot, when nothing uses the device: sudo rmmod nvidia_uvm nvidia_drm nvidia_modeset nvidia && sudo modprobe nvidia.',
    source: 'https://docs.nvidia.com/deploy/nvml-api/group__nvmlDeviceEnumvs.html (NVML_ERROR_LIB_RM_VERSION_MISMATCH)',
  },
  {
    code: 'NVIDIA_DRIVER_NOT_RUNNING',
    title: "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver",
    texts: [
      /couldn't communicate with the NVIDIA driver|Failed to initialize NVML: (Driver Not Loaded|Unknown Error|Insufficient Permissions)/i,
    ],
    meaning:
      'The kernel module is not loaded: it was not built for the running kernel, is blocked by Secure Boot, or the container lost its devices.',
    remedy:
      'sudo modprobe nvidia; dmesg | grep -i nvidia; dkms status. After an update of the kernel build the module again or reboot; restart a container that lost its devices.',
    source: 'https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/',
  },
  {
    code: 'GPU_LOST',
    title: 'GPU is lost, or has fallen off the bus (Xid 79)',
    texts: [/\bGPU is lost\b|\bfallen off the bus\b/i],
    meaning: 'The device no longer answers on the PCI bus: power, heat, the slot or riser, or the device itself.',
    remedy:
      'Reboot. If it comes back: check power cables, temperature and the slot, limit the power (sudo nvidia-smi -pl WATTS); if it repeats, the device has to be replaced.',
    source: xid,
  },
  {
    code: 'XID_APPLICATION',
    title: 'NVRM: Xid 13, 31, 43 or 45',
    texts: [/\bXid\b[^\n]*?\)?:\s*(13|31|43|45)\b/],
    meaning:
      'The driver ended work on the device for a fault of the program that ran there: a bad address or instruction (13, 31), or its clean-up (43, 45). Rarely the memory of the device.',
    remedy:
      'Run again with CUDA_LAUNCH_BLOCKING=1 or compute-sanitizer and update library and driver. If different programs are hit on one device only: sudo nvidia-smi -q -d ECC.',
    source: xid,
  },
  {
    code: 'XID_HARDWARE',
    title: 'NVRM: Xid of the device (48, 63, 64, 74, 94, 95, 119 …)',
    texts: [/\bXid\b[^\n]*?\)?:\s*\d+\b/],
    meaning:
      'The driver reports a fault of the device, its memory, its link or its firmware. Figures that were measured around that time are not to be trusted.',
    remedy:
      'Look the number up in the catalogue of NVIDIA, drain the machine, reset the device (sudo nvidia-smi --gpu-reset) or reboot, and watch sudo nvidia-smi -q -d ECC,ROW_REMAPPER.',
    source: xid,
  },
  {
    code: 'CUDNN_VERSION',
    title: 'CUDNN_STATUS_…_VERSION_MISMATCH',
    texts: [/CUDNN_STATUS_(SUBLIBRARY_|GRAPH_)?VERSION_MISMATCH|CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED/],
    meaning: 'The parts of cuDNN that were loaded are of different versions: two installations are in the search path.',
    remedy:
      'List them: ldconfig -p | grep libcudnn; echo "$LD_LIBRARY_PATH". Leave one cuDNN 9, best from one package.',
    source: 'https://docs.nvidia.com/deeplearning/cudnn/latest/api/cudnn-graph-library.html#cudnnstatus-t',
  },
  {
    code: 'CUDNN_FAILED',
    title: 'CUDNN_STATUS_NOT_INITIALIZED, …_ALLOC_FAILED, …_INTERNAL_ERROR, …_EXECUTION_FAILED and others',
    texts: [/CUDNN_STATUS_(?!SUCCESS)[A-Z_]+/],
    meaning:
      'cuDNN could not start or run a kernel. Most often the memory of the device is full (also behind NOT_INITIALIZED and INTERNAL_ERROR), next a driver that is too old for it.',
    remedy:
      'Take --batch-size 1 and end what else is on the device (nvidia-smi). If that changes nothing: check that driver, CUDA 12 and cuDNN 9 belong together (npx dyno doctor).',
    source: 'https://docs.nvidia.com/deeplearning/cudnn/latest/api/cudnn-graph-library.html#cudnnstatus-t',
  },
  {
    code: 'CUBLAS_FAILED',
    title: 'CUBLAS_STATUS_NOT_INITIALIZED, …_ALLOC_FAILED, …_ARCH_MISMATCH, …_EXECUTION_FAILED and others',
    texts: [/CUBLAS_STATUS_(?!SUCCESS)[A-Z_]+/],
    meaning:
      'cuBLAS could not start or multiply. NOT_INITIALIZED and ALLOC_FAILED mostly mean that the memory of the device is full; ARCH_MISMATCH that the device lacks what the precision needs.',
    remedy:
      'Take --batch-size 1 and end what else is on the device (nvidia-smi). For ARCH_MISMATCH or NOT_SUPPORTED take another precision: --precision fp32.',
    source: 'https://docs.nvidia.com/cuda/cublas/index.html#cublasstatus-t',
  },
  {
    code: 'TENSORRT_OUT_OF_MEMORY',
    title: 'TensorRT: Requested amount of GPU memory could not be allocated, or insufficient memory for a tactic',
    texts: [
      /Requested amount of GPU memory \(\d+ bytes\) could not be allocated/,
      /insuff?icient memory on requested size|Device memory is insufficient to use tactic/,
      /Error Code 2: OutOfMemory|User allocator error allocating/,
    ],
    meaning:
      'The memory of the device does not hold what a kernel wanted to work with, or the engine itself. While an engine is built, TensorRT may leave such a kernel out and take a slower one: then this is a warning, and figures are of what it took instead.',
    remedy:
      'Take smaller batches (--batch-size 1) or fp16, end what else is on the device (nvidia-smi), or give the builder less to try: trt_max_workspace_size.',
    source: 'https://github.com/NVIDIA/TensorRT/issues/4258',
  },
  {
    code: 'NCCL_FAILED',
    title: 'NCCL error between several devices',
    texts: [/\bnccl(UnhandledCudaError|SystemError|InternalError|RemoteError)\b|\bNCCL (WARN|error)\b/i],
    meaning:
      'Devices could not talk to each other: a link, shared memory that is too small, the network, or an error of one of them that the others only notice.',
    remedy:
      'Run again with NCCL_DEBUG=INFO and read the first line with WARN. In a container: docker run --shm-size 1g. Try one device: CUDA_VISIBLE_DEVICES=0.',
    source: 'https://docs.nvidia.com/deeplearning/nccl/user-guide/docs/troubleshooting.html',
  },
];
