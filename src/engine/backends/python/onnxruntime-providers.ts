import { InputError } from '../../../kernel/errors.ts';
import type { LoadOptions, PrecisionSupport } from '../backend.ts';
import { fallbackOption } from '../ort-session.ts';

/** An execution provider of Python's ONNX Runtime that is a backend of Dyno. */
export interface PythonProvider {
  /** Of the backend. */
  readonly name: string;
  /** As ONNX Runtime names it. */
  readonly provider: string;
  /** What pip is given, into an environment of which name, and what is needed beside it; null: nothing. */
  readonly packages: string;
  readonly environment: string;
  readonly needs: string | null;
  /** Whose devices it runs on. NVIDIA's driver is asked for the device before the library is. */
  readonly device: 'processor' | 'nvidia' | 'other';
  /**
   * It compiles the parts of a graph that it takes: it is given the graph as it is, which its makers advise, what it fuses is its own business, and no
   * graph of it can be dumped.
   */
  readonly compiles: boolean;
  /** The provider that takes what this one leaves, on the same device, and the options that are this one's; null: there is none. */
  readonly beside: { readonly provider: string; readonly own: RegExp } | null;
  readonly precisions: Readonly<Record<string, PrecisionSupport>>;
  /** Options that say in its words what the axes ask for. Nobody else may state them. */
  readonly ofAxes: (options: Pick<LoadOptions, 'precision' | 'threads'>) => Readonly<Record<string, string>>;
}

/** As `ort-cpu` has them: the same library carries them out. */
const onCpu: Readonly<Record<string, PrecisionSupport>> = {
  fp32: 'native',
  fp16: 'emulated',
  bf16: 'storage',
  int8: 'native',
  int8_dynamic: 'native',
};

const flag = (isOn: boolean): string => (isOn ? '1' : '0');

/**
 * The providers of ONNX Runtime 1.30 that packages are published for, and ROCm's, which was taken out after 1.22 and replaced by MIGraphX.
 * Only what a provider computes in is claimed: its precisions are left out where that is not known.
 */
export const pythonProviders: readonly PythonProvider[] = [
  {
    name: 'python-onnxruntime',
    provider: 'CPUExecutionProvider',
    packages: 'onnxruntime==1.30.0 numpy',
    environment: 'dyno',
    needs: null,
    device: 'processor',
    compiles: false,
    beside: null,
    precisions: onCpu,
    ofAxes: () => ({}),
  },
  {
    name: 'python-onnxruntime-cuda',
    provider: 'CUDAExecutionProvider',
    packages: '"onnxruntime-gpu[cuda,cudnn]==1.30.0" numpy',
    environment: 'dyno-cuda',
    needs: null,
    device: 'nvidia',
    compiles: false,
    beside: null,
    // It has no products of integers for the form that Dyno quantises to: floats are multiplied between the operators that convert.
    precisions: { fp32: 'native', tf32: 'native', fp16: 'native', int8: 'emulated' },
    ofAxes: ({ precision }) => ({ use_tf32: flag(precision === 'tf32') }),
  },
  {
    name: 'python-onnxruntime-tensorrt',
    provider: 'TensorrtExecutionProvider',
    packages: '"onnxruntime-gpu[cuda,cudnn]==1.30.0" "tensorrt-cu13<11" numpy',
    environment: 'dyno-cuda',
    needs: null,
    device: 'nvidia',
    compiles: true,
    precisions: { fp32: 'native', tf32: 'native', fp16: 'native', int8: 'native' },
    beside: { provider: 'CUDAExecutionProvider', own: /^trt_/ },
    // It knows no option for TF32: its libraries are told by the environment of the worker.
    ofAxes: ({ precision }) => ({
      use_tf32: flag(precision === 'tf32'),
      trt_fp16_enable: flag(precision === 'fp16'),
      trt_int8_enable: flag(precision === 'int8'),
    }),
  },
  {
    name: 'python-onnxruntime-openvino',
    provider: 'OpenVINOExecutionProvider',
    packages: 'onnxruntime-openvino numpy',
    environment: 'dyno-openvino',
    needs: null,
    device: 'processor',
    compiles: true,
    beside: null,
    // Of weights that are stored in bfloat16, it does not take the casts.
    precisions: { fp32: 'native', fp16: 'emulated', int8: 'native' },
    // Without the precision, floats of 32 bits would be computed in 16 where the processor has instructions for that.
    ofAxes: ({ threads }) => ({
      device_type: 'CPU',
      precision: 'FP32',
      num_of_threads: String(threads),
      num_streams: '1',
    }),
  },
  {
    name: 'python-onnxruntime-migraphx',
    provider: 'MIGraphXExecutionProvider',
    packages: 'onnxruntime-migraphx numpy',
    environment: 'dyno-migraphx',
    needs: 'ROCm with MIGraphX, and a GPU of AMD that they support',
    device: 'other',
    compiles: true,
    beside: null,
    precisions: { fp32: 'native', fp16: 'native', int8: 'native' },
    ofAxes: () => ({ migraphx_fp16_enable: '0', migraphx_int8_enable: '0' }),
  },
  {
    name: 'python-onnxruntime-rocm',
    provider: 'ROCMExecutionProvider',
    packages: 'onnxruntime-rocm numpy',
    environment: 'dyno-rocm',
    needs: 'ROCm 6 and a GPU of AMD; ONNX Runtime 1.22 is the last that has this provider',
    device: 'other',
    compiles: false,
    beside: null,
    precisions: { fp32: 'native', fp16: 'native' },
    ofAxes: () => ({}),
  },
  {
    name: 'python-onnxruntime-directml',
    provider: 'DmlExecutionProvider',
    packages: 'onnxruntime-directml numpy',
    environment: 'dyno-directml',
    needs: 'Windows 10 or newer and a GPU with DirectX 12',
    device: 'other',
    compiles: false,
    beside: null,
    precisions: { fp32: 'native', fp16: 'native' },
    ofAxes: () => ({}),
  },
  {
    name: 'python-onnxruntime-coreml',
    provider: 'CoreMLExecutionProvider',
    packages: 'onnxruntime==1.30.0 numpy',
    environment: 'dyno',
    needs: 'macOS: the package has this provider there alone',
    device: 'other',
    compiles: true,
    beside: null,
    precisions: { fp32: 'native', fp16: 'native' },
    ofAxes: () => ({ ModelFormat: 'MLProgram' }),
  },
];

/** A provider and its options, as ONNX Runtime takes them: in texts. */
export interface ProviderSettings {
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
}

/**
 * The providers of a session in the order in which they take nodes, with the options of the axes and those that are asked for. Throws
 * `PROVIDER_OPTION_UNAVAILABLE` for an option that an axis decides about.
 */
export function providersFor(
  backend: Pick<PythonProvider, 'name' | 'provider' | 'beside' | 'ofAxes'>,
  options: Pick<LoadOptions, 'precision' | 'threads' | 'providerOptions'>,
): readonly ProviderSettings[] {
  const { provider, beside } = backend;
  const all = Object.entries(optionsFor(backend, options));
  if (beside === null) return [{ name: provider, options: Object.fromEntries(all) }];
  const isOwn = ([option]: readonly [string, string]) => beside.own.test(option);
  return [
    { name: provider, options: Object.fromEntries(all.filter(isOwn)) },
    { name: beside.provider, options: Object.fromEntries(all.filter((entry) => !isOwn(entry))) },
  ];
}

function optionsFor(
  { name, ofAxes }: Pick<PythonProvider, 'name' | 'ofAxes'>,
  options: Pick<LoadOptions, 'precision' | 'threads' | 'providerOptions'>,
): Readonly<Record<string, string>> {
  const fixed = ofAxes(options);
  const asked: Record<string, string> = {};
  for (const [option, value] of Object.entries(options.providerOptions ?? {})) {
    if (option === fallbackOption) continue;
    asked[option] = String(value);
    if (!Object.hasOwn(fixed, option) || fixed[option] === asked[option]) continue;
    throw new InputError(
      'PROVIDER_OPTION_UNAVAILABLE',
      `Option ${option} of the provider: expected ${fixed[option]}, to which ${name} sets it for precision ${options.precision} and ${options.threads} threads, got ${asked[option]}. Take it out of provider_options; precision and threads are axes.`,
    );
  }
  return { ...asked, ...fixed };
}

/** Whether operators that the provider lacks may run on the processor. */
export function allowsFallback({ providerOptions = {} }: Pick<LoadOptions, 'providerOptions'>): boolean {
  return providerOptions[fallbackOption] === true;
}
