import { nearest } from '../kernel/nearest.ts';

type Options = Readonly<Record<string, string | number | boolean>>;

/** Options of ONNX Runtime's CUDA provider. `use_tf32` is not among them: the precision of a case says it (fp32 or tf32). */
const cuda = [
  'arena_extend_strategy',
  'cudnn_conv1d_pad_to_nc1d',
  'cudnn_conv_algo_search',
  'cudnn_conv_use_max_workspace',
  'do_copy_in_default_stream',
  'enable_cuda_graph',
  'enable_cudnn',
  'enable_skip_layer_norm_strict_mode',
  'fuse_conv_bias',
  'gpu_mem_limit',
  'prefer_nhwc',
  'sdpa_kernel',
  'tunable_op_enable',
  'tunable_op_max_tuning_duration_ms',
  'tunable_op_tuning_enable',
  'use_ep_level_unified_stream',
];

/** Of its TensorRT provider. `trt_fp16_enable` and `trt_int8_enable` follow from the precision, too. */
const tensorRt = [
  'trt_auxiliary_streams',
  'trt_build_heuristics_enable',
  'trt_builder_optimization_level',
  'trt_context_memory_sharing_enable',
  'trt_cuda_graph_enable',
  'trt_engine_cache_enable',
  'trt_force_sequential_engine_build',
  'trt_layer_norm_fp32_fallback',
  'trt_max_partition_iterations',
  'trt_max_workspace_size',
  'trt_min_subgraph_size',
  'trt_sparsity_enable',
  'trt_timing_cache_enable',
];

/** Of its WebGPU provider, as onnxruntime-node spells them. */
const webGpu = [
  'validationMode',
  'storageBufferCacheMode',
  'uniformBufferCacheMode',
  'queryResolveBufferCacheMode',
  'defaultBufferCacheMode',
  'enableRobustness',
  'forceCpuNodeNames',
];

/** Dyno's own, of every backend with a device: whether operators that it lacks may run on the processor. */
const ours = 'allow_cpu_fallback';

/** Backends by what they hand options to. A device has one set of options, of which each backend takes its own. */
const families: readonly { readonly backends: readonly string[]; readonly names: readonly string[] }[] = [
  { backends: ['ort-cuda', 'python-onnxruntime-cuda'], names: cuda },
  { backends: ['ort-tensorrt', 'python-onnxruntime-tensorrt'], names: [...tensorRt, ...cuda] },
  { backends: ['ort-webgpu'], names: webGpu },
];

/** What is decided elsewhere, and a device therefore must not state. */
const ofOthers: Readonly<Record<string, string>> = {
  use_tf32: 'the precision says it: fp32 is never TF32, and tf32 is a precision of its own',
  trt_fp16_enable: 'it follows from the precision fp16',
  trt_int8_enable: 'it follows from the precision int8',
  trt_engine_cache_path: 'it is a folder of the cache of Dyno',
  trt_timing_cache_path: 'it is a folder of the cache of Dyno',
};

/** Backends that have nothing to hand options to. */
const withoutOptions = /^(ort-cpu|wasm|null|operators|python-onnxruntime|pytorch(-.+)?)$/;

/** The names that are known, in alphabetical order. */
export const providerOptionNames: readonly string[] = [
  ...new Set([ours, ...families.flatMap(({ names }) => names)]),
].sort();

/**
 * What is wrong with the options that a device states for `backend`: null for those of a backend whose provider has its own that are not known here
 * (one of Python's others, or of a plug-in), which that provider checks itself.
 */
export function providerOptionProblem(backend: string | null, name: string, value: unknown): string | null {
  if (backend !== null && withoutOptions.test(backend)) {
    return `expected none for the backend ${backend}, which takes no options of a provider, got ${JSON.stringify(name)}`;
  }
  const why = Object.hasOwn(ofOthers, name) ? ofOthers[name] : undefined;
  if (why !== undefined) return `expected no ${name}: ${why}`;
  if (name === ours && typeof value !== 'boolean') return `expected true or false, got ${JSON.stringify(value)}`;
  if (providerOptionNames.includes(name) || (backend !== null && familyOf(backend) === undefined)) return null;
  const near = nearest(name, providerOptionNames);
  const hint = near === null ? '' : `. Did you mean "${near}"?`;
  return `expected an option of a provider (${providerOptionNames.join(', ')}), got ${JSON.stringify(name)}${hint}`;
}

/** Of the options that a device states for `own`, those that cases of `backend` take: its own, and for backends of the same provider the same. */
export function providerOptionsFor(backend: string, own: string, options: Options): Options {
  const family = familyOf(backend);
  if (family === undefined) return backend === own ? options : {};
  return Object.fromEntries(Object.entries(options).filter(([name]) => name === ours || family.names.includes(name)));
}

/** Backends that take options which a device states for another one. */
export const optionBackends: readonly string[] = families.flatMap(({ backends }) => backends);

function familyOf(backend: string) {
  return families.find(({ backends }) => backends.includes(backend));
}
