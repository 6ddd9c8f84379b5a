import type { Backend } from './backend.ts';
import { deviceBackend } from './ort-device.ts';
import { cudaDefaults } from './ort-device-options.ts';

/**
 * ONNX Runtime on a device of NVIDIA, embedded in this process. fp16 is computed in it. Of int8, the provider has the operators between floats
 * and 8 bits, and multiplies floats: no product of a quantised graph is computed in integers. Without cuDNN it would take slower kernels of its own
 * and say nothing, so that cuDNN is asked for. It takes no time on the device: a run lasts until the outputs are back in the memory of the host.
 */
export const ortCuda: Backend = deviceBackend({
  backend: 'ort-cuda',
  title: 'CUDA',
  files: ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'],
  opened: ['libcudnn.so.9'],
  executionProviders: ['cuda'],
  compiles: false,
  precisions: { fp32: 'native', tf32: 'native', fp16: 'native', int8: 'emulated' },
  withoutPrecision: {},
  defaults: cudaDefaults,
  pythonBackend: 'python-onnxruntime-cuda',
});
