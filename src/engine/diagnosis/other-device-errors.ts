import type { KnownError } from './known-error.ts';

const hip = 'https://rocm.docs.amd.com/projects/HIP/en/latest/reference/error_codes.html';

/** Errors of AMD devices and of WebGPU. */
export const otherDeviceErrors: readonly KnownError[] = [
  {
    code: 'HIP_OUT_OF_MEMORY',
    title: 'HIP error 2 (hipErrorOutOfMemory)',
    texts: [/hipErrorOutOfMemory|hipErrorMemoryAllocation/, /\bHIP\b.*\bout of memory\b/],
    hip: [2],
    meaning:
      'The memory of the AMD device does not hold the model, its work space and a batch, or another process holds it.',
    remedy: 'Take smaller batches (--batch-size 1), and see who holds memory: amd-smi process, or rocm-smi --showpids.',
    source: hip,
  },
  {
    code: 'DEVICE_OUT_OF_MEMORY',
    title: 'PyTorch: XPU out of memory, or MPS backend out of memory',
    texts: [/\b(XPU|MPS backend) out of memory\b/],
    meaning:
      'The memory of the Intel device, or what PyTorch may take of the memory that an Apple processor shares with its GPU, does not hold the model and a batch.',
    remedy: 'Take smaller batches (--batch-size 1), and end what else uses the device.',
    source: 'https://github.com/pytorch/pytorch/issues/130112',
  },
  {
    code: 'HIP_DRIVER_TOO_OLD',
    title: 'HIP error 35 (hipErrorInsufficientDriver)',
    texts: [/hipErrorInsufficientDriver/],
    hip: [35],
    meaning: 'The kernel driver amdgpu is older than the ROCm libraries need.',
    remedy:
      'Compare: cat /opt/rocm/.info/version; cat /sys/module/amdgpu/version. Install the amdgpu driver of the same ROCm release, and reboot.',
    source: hip,
  },
  {
    code: 'HIP_NO_DEVICE',
    title: 'HIP error 100 (hipErrorNoDevice), or /dev/kfd cannot be opened',
    texts: [/hipErrorNoDevice|no ROCm-capable device is detected|Unable to open \/dev\/kfd/i],
    hip: [100],
    meaning:
      'ROCm shows no device: this user may not open /dev/kfd and /dev/dri, the container was not given them, or the device is not one that ROCm supports.',
    remedy:
      'ls -l /dev/kfd /dev/dri; sudo usermod -aG render,video "$USER" and log in again. In a container: docker run --device=/dev/kfd --device=/dev/dri --group-add render --group-add video.',
    source: 'https://rocm.docs.amd.com/projects/install-on-linux/en/latest/install/prerequisites.html',
  },
  {
    code: 'HIP_NO_KERNEL_IMAGE',
    title: 'HIP error 98 or 209 (hipErrorInvalidDeviceFunction, hipErrorNoBinaryForGpu)',
    texts: [/hipErrorNoBinaryForGpu|hipErrorInvalidDeviceFunction|Unable to find code object for all current devices/i],
    hip: [98, 209],
    meaning: 'The library has no code for this generation of AMD device.',
    remedy:
      'See the generation: rocminfo | grep gfx. Take a library built for it. For a sister generation HSA_OVERRIDE_GFX_VERSION (such as 10.3.0) may work; it is not supported by AMD.',
    source: hip,
  },
  {
    code: 'HIP_ILLEGAL_ADDRESS',
    title: 'HIP error 700 or 719 (hipErrorIllegalAddress, hipErrorLaunchFailure)',
    texts: [/hipErrorIllegalAddress|hipErrorLaunchFailure|Memory access fault by GPU node/],
    hip: [700, 719],
    meaning:
      'Code on the AMD device read or wrote where it may not, or crashed. The process cannot go on with that device.',
    remedy:
      'Run again with AMD_SERIALIZE_KERNEL=3 to see which kernel it is; look at dmesg | grep amdgpu; update ROCm and driver together.',
    source: hip,
  },
  {
    code: 'WEBGPU_NO_ADAPTER',
    title: 'WebGPU: No supported adapters',
    texts: [/No supported adapters|Failed to get a WebGPU adapter/i],
    meaning:
      'WebGPU found no device that it can use. On Linux it goes through Vulkan: the loader libvulkan.so.1 or a driver for it (ICD) is missing, or the driver lacks what WebGPU needs.',
    remedy:
      'apt-get install libvulkan1 mesa-vulkan-drivers vulkan-tools; vulkaninfo --summary. A driver elsewhere: export VK_ICD_FILENAMES=/path/of/icd.json.',
    source: 'https://github.com/microsoft/onnxruntime/pull/25219',
  },
  {
    code: 'WEBGPU_OUT_OF_MEMORY',
    title: 'WebGPU: Out of memory, or a buffer exceeds the limit',
    texts: [
      /\b(WebGPU|wgpu|dawn)\b.*\bout of memory\b|VK_ERROR_OUT_OF_(DEVICE|HOST)_MEMORY/i,
      /exceeds the max buffer size limit|is larger than the maximum binding size/,
    ],
    meaning:
      'The memory of the device is full, or one tensor is larger than the largest buffer that its WebGPU allows, which is often a small part of the memory.',
    remedy: 'Take smaller batches (--batch-size 1), fp16 or smaller images, or another backend.',
    source: 'https://github.com/microsoft/onnxruntime/issues/25195',
  },
  {
    code: 'WEBGPU_DEVICE_LOST',
    title: 'WebGPU: device lost',
    texts: [/\b(WebGPU|wgpu|dawn|Vulkan)\b.*\bdevice (was |is )?lost\b|VK_ERROR_DEVICE_LOST/i],
    meaning: 'The device was reset under WebGPU: the driver crashed, the memory was full, or a kernel ran too long.',
    remedy: 'Take smaller batches (--batch-size 1), update the driver, and look at dmesg for what it says of the GPU.',
    source: 'https://gpuweb.github.io/gpuweb/#device-loss',
  },
];
