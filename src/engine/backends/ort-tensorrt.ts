import type { Backend } from './backend.ts';
import { deviceBackend } from './ort-device.ts';
import { cudaDefaults, tensorRtDefaults } from './ort-device-options.ts';

const needsOption = (option: string) =>
  `TensorRT computes in it where ${option} is set, and onnxruntime-node hands no options on to the provider`;

/**
 * TensorRT through ONNX Runtime, embedded in this process. What TensorRT leaves, CUDA takes, on the same device; the share of each is in the operator
 * profile. An engine is built whenever a model is loaded, which takes minutes for large ones: the engine cache is an option that onnxruntime-node
 * cannot hand on.
 */
export const ortTensorRt: Backend = deviceBackend({
  backend: 'ort-tensorrt',
  title: 'TensorRT',
  // The file whose own libraries are opened later comes first.
  files: [
    'libonnxruntime_providers_cuda.so',
    'libonnxruntime_providers_shared.so',
    'libonnxruntime_providers_tensorrt.so',
  ],
  opened: ['libcudnn.so.9'],
  executionProviders: ['tensorrt', 'cuda'],
  compiles: true,
  precisions: { fp32: 'native', tf32: 'native' },
  withoutPrecision: { fp16: needsOption('trt_fp16_enable'), int8: needsOption('trt_int8_enable') },
  defaults: { ...cudaDefaults, ...tensorRtDefaults },
  pythonBackend: 'python-onnxruntime-tensorrt',
});
