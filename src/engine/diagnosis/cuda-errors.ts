import type { KnownError } from './known-error.ts';

/*
 * Numbers: `enum cudaError` in `driver_types.h`. CUDA 10.1 renumbered most of them to agree with the driver API (77 became 700, 38 became
 * 100 …); texts of both times are around. 2, 12, 35 and 46 are the same in both.
 */
const runtimeTypes = 'https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html';

/** Errors of the CUDA runtime and driver, by number and by text. */
export const cudaErrors: readonly KnownError[] = [
  {
    code: 'CUDA_OUT_OF_MEMORY',
    title: 'CUDA error 2 (cudaErrorMemoryAllocation, out of memory)',
    texts: [/cudaErrorMemoryAllocation|CUDA_ERROR_OUT_OF_MEMORY/, /\bcuda\b.*\bout of memory\b/i],
    cuda: [2],
    meaning:
      'The memory of the device does not hold the model, its work space and a batch, or another process holds it.',
    remedy:
      'Take smaller batches (--batch-size 1) and a smaller precision, and see who else holds memory: nvidia-smi. Processes that are left over from a crash keep theirs until they are ended.',
    source: runtimeTypes,
  },
  {
    code: 'CUDA_INVALID_PITCH',
    title: 'CUDA error 12 (cudaErrorInvalidPitchValue)',
    texts: [/cudaErrorInvalidPitchValue|\binvalid pitch argument\b/i],
    cuda: [12],
    meaning:
      'In NVIDIA\'s header 12 is a row stride that the device cannot take, before and after the numbers changed in CUDA 10.1. Articles also call 12 "out of memory": that is CUDA\'s number 2, and 12 only as an error number of Linux (ENOMEM).',
    remedy:
      'Read the text beside the number. If it speaks of memory: --batch-size 1, and nvidia-smi and free -h for who holds it. If it speaks of pitch or stride: a fault of the library or plug-in; update it, and try --backend ort-cpu meanwhile.',
    source: runtimeTypes,
  },
  {
    code: 'CUDA_DRIVER_TOO_OLD',
    title: 'CUDA error 35 (cudaErrorInsufficientDriver)',
    texts: [
      /cudaErrorInsufficientDriver|cudaErrorCallRequiresNewerDriver/,
      /driver version is insufficient for CUDA runtime/i,
    ],
    cuda: [35, 36],
    meaning:
      'The NVIDIA driver is older than the CUDA libraries that the program brings, or no driver is visible at all, as in a container that was started without its GPUs. The often read "470 or newer" holds for CUDA 11.4; onnxruntime-node 1.30 is built for CUDA 12.',
    remedy:
      'See the driver: cat /proc/driver/nvidia/version. CUDA 12 needs 525.60.13 or newer, CUDA 13 needs 580 or newer: update the driver and reboot. In a container: docker run --gpus all.',
    source: 'https://docs.nvidia.com/cuda/cuda-toolkit-release-notes/index.html',
  },
  {
    code: 'CUDA_DEVICE_BUSY',
    title: 'CUDA error 46 (cudaErrorDevicesUnavailable)',
    texts: [/cudaErrorDevicesUnavailable|all CUDA-capable devices are busy or unavailable/i],
    cuda: [46],
    meaning:
      'There are devices, but another process has one for itself (exclusive mode), it is prohibited for computing, or it hangs.',
    remedy:
      'See who uses it and in which mode: nvidia-smi --query-gpu=index,compute_mode --format=csv. End that process, or allow sharing: sudo nvidia-smi --compute-mode=DEFAULT.',
    source: runtimeTypes,
  },
  {
    code: 'CUDA_NO_DEVICE',
    title: 'CUDA error 100 (cudaErrorNoDevice; 38 until CUDA 10.0)',
    texts: [/cudaErrorNoDevice|CUDA_ERROR_NO_DEVICE|no CUDA-capable device is detected/i],
    cuda: [100],
    cudaBefore: [38],
    meaning:
      'The driver works but shows no device: none is plugged in, it is hidden by CUDA_VISIBLE_DEVICES, or the container was given none.',
    remedy:
      'Check: echo "$CUDA_VISIBLE_DEVICES"; ls /dev/nvidia*; nvidia-smi -L. An empty or wrong CUDA_VISIBLE_DEVICES: unset it. In a container: docker run --gpus all.',
    source: runtimeTypes,
  },
  {
    code: 'CUDA_INVALID_DEVICE',
    title: 'CUDA error 101 (cudaErrorInvalidDevice)',
    texts: [/cudaErrorInvalidDevice\b|CUDA_ERROR_INVALID_DEVICE\b|invalid device ordinal/i],
    cuda: [101],
    meaning:
      'A device was asked for by a number that does not exist; the numbers start at 0 and count only what CUDA_VISIBLE_DEVICES shows.',
    remedy: 'List what there is: nvidia-smi -L. Ask for a smaller number, or widen CUDA_VISIBLE_DEVICES.',
    source: runtimeTypes,
  },
  {
    code: 'CUDA_NO_KERNEL_IMAGE',
    title: 'CUDA error 209 (cudaErrorNoKernelImageForDevice; 48 until CUDA 10.0)',
    texts: [/cudaErrorNoKernelImageForDevice|CUDA_ERROR_NO_BINARY_FOR_GPU|no kernel image is available/i],
    cuda: [209],
    cudaBefore: [48],
    meaning:
      'The library was built without code for this generation of GPU: the device is newer or much older than the library.',
    remedy:
      'See the generation: nvidia-smi --query-gpu=name,compute_cap --format=csv. Take a newer version of the library for a new GPU, an older one for an old GPU, or --backend ort-cpu.',
    source: runtimeTypes,
  },
  {
    code: 'CUDA_PTX_UNSUPPORTED',
    title: 'CUDA error 222 (cudaErrorUnsupportedPtxVersion) or 218 (cudaErrorInvalidPtx; 78 until CUDA 10.0)',
    texts: [
      /cudaErrorUnsupportedPtxVersion|CUDA_ERROR_UNSUPPORTED_PTX_VERSION|compiled with an unsupported toolchain/i,
      /cudaErrorInvalidPtx|CUDA_ERROR_INVALID_PTX|PTX JIT compilation failed/i,
    ],
    cuda: [218, 222],
    cudaBefore: [78],
    meaning:
      'Code was to be compiled for this device by the driver, and the driver does not know the language version that a newer CUDA wrote.',
    remedy:
      'Update the NVIDIA driver to one that came with the same CUDA version or a later one (nvidia-smi shows the highest that it supports), and reboot.',
    source: runtimeTypes,
  },
  {
    code: 'CUDA_OPERATING_SYSTEM',
    title: 'CUDA error 304 (cudaErrorOperatingSystem; 63 until CUDA 10.0)',
    texts: [
      /cudaErrorOperatingSystem|CUDA_ERROR_OPERATING_SYSTEM|OS call failed or operation not supported on this OS/i,
    ],
    cuda: [304],
    cudaBefore: [63],
    meaning:
      'A call of the driver to the operating system failed: mostly a device file that may not be opened, or a limit of the container.',
    remedy:
      'Check the device files and limits: ls -l /dev/nvidia*; ulimit -a; dmesg | tail. In a container take the NVIDIA Container Toolkit (docker run --gpus all) instead of passing single device files.',
    source: runtimeTypes,
  },
  {
    code: 'CUDA_ILLEGAL_ADDRESS',
    title: 'CUDA error 700 (cudaErrorIllegalAddress; 77 until CUDA 10.0)',
    texts: [/cudaErrorIllegalAddress|CUDA_ERROR_ILLEGAL_ADDRESS|an illegal memory access was encountered/i],
    cuda: [700],
    cudaBefore: [77],
    meaning:
      'Code on the device read or wrote where it may not. The error is told by a later call, often one that waits for the device, so that 77 is also read as "synchronisation of several cards failed". The process cannot go on with that device.',
    remedy:
      'Find the culprit with one device and without overlap: CUDA_VISIBLE_DEVICES=0 CUDA_LAUNCH_BLOCKING=1, then compute-sanitizer. If it happens with several cards only: NCCL_DEBUG=INFO says which one was lost. Update library and driver; leave out the fusion or precision that is hit.',
    source: runtimeTypes,
  },
  {
    code: 'CUDA_LAUNCH_FAILURE',
    title: 'CUDA error 719 (cudaErrorLaunchFailure)',
    texts: [/cudaErrorLaunchFailure|CUDA_ERROR_LAUNCH_FAILED|unspecified launch failure/i],
    cuda: [719],
    meaning: 'Code on the device crashed while it ran: a fault of the program, or of the device (memory, power, heat).',
    remedy:
      'Look for what the driver saw: dmesg | grep -i xid. Without an Xid line: run with CUDA_LAUNCH_BLOCKING=1 or compute-sanitizer. With one, or if a simple case fails too: the device needs care.',
    source: runtimeTypes,
  },
  {
    code: 'CUDA_SYSTEM_NOT_READY',
    title: 'CUDA error 802 (cudaErrorSystemNotReady)',
    texts: [/cudaErrorSystemNotReady|CUDA_ERROR_SYSTEM_NOT_READY|system not yet initialized/i],
    cuda: [802],
    meaning: 'A service that the driver needs does not run yet, on machines with NVSwitch mostly the fabric manager.',
    remedy:
      'systemctl status nvidia-fabricmanager; its version must be that of the driver. Then: sudo systemctl restart nvidia-fabricmanager.',
    source: runtimeTypes,
  },
  {
    code: 'CUDA_DRIVER_MISMATCH',
    title: 'CUDA error 803 or 804 (cudaErrorSystemDriverMismatch, cudaErrorCompatNotSupportedOnDevice)',
    texts: [
      /cudaErrorSystemDriverMismatch|CUDA_ERROR_SYSTEM_DRIVER_MISMATCH|unsupported display driver ?\/ ?cuda driver combination/i,
      /cudaErrorCompatNotSupportedOnDevice|CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE|forward compatibility was attempted on non supported HW/i,
    ],
    cuda: [803, 804],
    meaning:
      'The kernel module of the driver and libcuda.so.1 are of different versions: an update without a reboot, a second libcuda.so.1 in an image, or the compatibility package on a device that it is not for.',
    remedy:
      'Compare: cat /proc/driver/nvidia/version; ldconfig -p | grep libcuda.so.1. Reboot after an update of the driver; remove the libcuda.so.1 or cuda-compat package that an image brings, and the directory of it from LD_LIBRARY_PATH.',
    source: 'https://docs.nvidia.com/deploy/cuda-compatibility/',
  },
  {
    code: 'CUDA_UNKNOWN',
    title: 'CUDA error 999 (cudaErrorUnknown; 30 until CUDA 10.0)',
    texts: [/cudaErrorUnknown|CUDA_ERROR_UNKNOWN/],
    cuda: [999],
    cudaBefore: [30],
    meaning:
      'The driver failed inside: often after the machine slept, with /dev/nvidia-uvm missing, or with a device that is lost.',
    remedy:
      'sudo modprobe nvidia_uvm; after sleep: sudo rmmod nvidia_uvm && sudo modprobe nvidia_uvm. Look at dmesg | grep -i nvrm; a reboot helps where a device was lost.',
    source: runtimeTypes,
  },
];
