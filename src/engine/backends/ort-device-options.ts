import { InputError } from '../../kernel/errors.ts';
import type { ProviderOptions } from './backend.ts';
import { fallbackOption } from './ort-session.ts';

type Default = string | number;

/**
 * Options of the CUDA provider of ONNX Runtime 1.30 that can be stated, and what it does without them (`cuda_provider_options.h`). The binding of
 * onnxruntime-node hands on `deviceId` and nothing else (`ParseExecutionProviders` in `session_options_helper.cc`), which is left at 0, the first device
 * of CUDA_VISIBLE_DEVICES: an option is in effect where it says what is done anyway. `gpu_mem_limit` 0: no limit.
 */
export const cudaDefaults: Readonly<Record<string, Default>> = {
  arena_extend_strategy: 'kNextPowerOfTwo',
  cudnn_conv1d_pad_to_nc1d: 0,
  cudnn_conv_algo_search: 'EXHAUSTIVE',
  cudnn_conv_use_max_workspace: 1,
  do_copy_in_default_stream: 1,
  enable_cuda_graph: 0,
  enable_cudnn: 1,
  enable_skip_layer_norm_strict_mode: 0,
  fuse_conv_bias: 0,
  gpu_mem_limit: 0,
  prefer_nhwc: 0,
  sdpa_kernel: 0,
  tunable_op_enable: 0,
  tunable_op_max_tuning_duration_ms: 0,
  tunable_op_tuning_enable: 0,
  use_ep_level_unified_stream: 0,
};

/**
 * Those of the TensorRT provider (`tensorrt_provider_options.h`), of which the binding hands on none either. Its environment variables
 * (`ORT_TENSORRT_ENGINE_CACHE_ENABLE` and so on) are read only by a provider that was given no options at all, and the binding gives it some.
 */
export const tensorRtDefaults: Readonly<Record<string, Default>> = {
  trt_auxiliary_streams: -1,
  trt_build_heuristics_enable: 0,
  trt_builder_optimization_level: 3,
  trt_context_memory_sharing_enable: 0,
  trt_cuda_graph_enable: 0,
  trt_engine_cache_enable: 0,
  trt_force_sequential_engine_build: 0,
  trt_layer_norm_fp32_fallback: 0,
  trt_max_partition_iterations: 1000,
  trt_max_workspace_size: 0,
  trt_min_subgraph_size: 1,
  trt_sparsity_enable: 0,
  trt_timing_cache_enable: 0,
};

/**
 * Refuses what the binding cannot hand on. Throws `PROVIDER_OPTION_UNAVAILABLE`, which names each option and the backend that takes it, and
 * `PROVIDER_OPTION_UNKNOWN`.
 */
export function checkProviderOptions(
  backend: string,
  pythonBackend: string,
  defaults: Readonly<Record<string, Default>>,
  options: ProviderOptions = {},
): void {
  const unavailable: string[] = [];
  for (const [name, value] of Object.entries(options)) {
    if (name === fallbackOption || name.endsWith('_path')) continue;
    const usual = Object.hasOwn(defaults, name) ? defaults[name] : undefined;
    if (usual === undefined) {
      throw new InputError(
        'PROVIDER_OPTION_UNKNOWN',
        `Option ${name} of the provider: expected one that ${backend} knows (${[...Object.keys(defaults), fallbackOption].join(', ')}).`,
      );
    }
    if (asText(value) !== asText(usual))
      unavailable.push(`${name}: ${value} (it is ${usual === '' ? 'empty' : usual})`);
  }
  if (unavailable.length === 0) return;
  throw new InputError(
    'PROVIDER_OPTION_UNAVAILABLE',
    `Backend ${backend}: onnxruntime-node hands no options on to its provider, so that these cannot take effect: ${unavailable.join(', ')}. Take --backend ${pythonBackend}, which hands on all of them, or take them out of provider_options.`,
  );
}

/** As the library reads them: `true` is 1. */
function asText(value: string | number | boolean): string {
  return typeof value === 'boolean' ? String(Number(value)) : String(value);
}
