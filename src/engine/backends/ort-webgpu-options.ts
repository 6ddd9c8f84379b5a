import { InputError } from '../../kernel/errors.ts';
import { nearest } from '../../kernel/nearest.ts';
import type { LoadOptions } from './backend.ts';
import type { Ort } from './ort-library.ts';
import { fallbackOption } from './ort-session.ts';

type Settings = Readonly<Record<string, string | boolean | readonly string[]>>;

/**
 * What onnxruntime-node 1.30 hands to the provider is set here, so that no default of another version decides it; these are the defaults of this one. It
 * refuses every other name, and what is written beside them into the session's configuration comes after the provider was made: which adapter is taken
 * (`deviceId`, `powerPreference`: the provider asks for high performance) and capturing of graphs (`enableGraphCapture`: off) cannot be chosen.
 */
const defaults: Settings = {
  validationMode: 'basic',
  storageBufferCacheMode: 'bucket',
  uniformBufferCacheMode: 'simple',
  queryResolveBufferCacheMode: 'disabled',
  defaultBufferCacheMode: 'disabled',
  enableRobustness: false,
};

const cacheModes = ['disabled', 'lazyRelease', 'simple', 'bucket'];

/** Values by option; null: names of nodes, separated by commas. */
const accepted: Readonly<Record<string, readonly (string | boolean)[] | null>> = {
  validationMode: ['disabled', 'wgpuOnly', 'basic', 'full'],
  storageBufferCacheMode: cacheModes,
  uniformBufferCacheMode: cacheModes,
  queryResolveBufferCacheMode: cacheModes,
  defaultBufferCacheMode: cacheModes,
  enableRobustness: [true, false],
  forceCpuNodeNames: null,
  [fallbackOption]: [true, false],
};

/**
 * The provider with its options. The layout is an axis: `engine` is channels last, which the provider prefers, `plain` that of the file. Throws
 * `PROVIDER_OPTION_UNAVAILABLE` for an option that cannot be handed on, `PROVIDER_OPTION_UNKNOWN` and `PROVIDER_OPTION_INVALID`.
 */
export function webGpuProvider(options: LoadOptions): Ort.InferenceSession.ExecutionProviderConfig {
  const { fusion, layout = 'engine', optimization, providerOptions = {} } = options;
  const isPlain = layout === 'plain' || fusion === 'off' || optimization === 'none';
  const stated = Object.entries(providerOptions).filter(([name]) => name !== fallbackOption);
  for (const [name, value] of Object.entries(providerOptions)) checkOption(name, value);
  return {
    name: 'webgpu',
    preferredLayout: isPlain ? 'NCHW' : 'NHWC',
    ...defaults,
    ...Object.fromEntries(stated.map(([name, value]) => [name, accepted[name] === null ? namesOf(value) : value])),
  } as Ort.InferenceSession.WebGpuExecutionProviderOption;
}

function namesOf(value: string | number | boolean): readonly string[] {
  return String(value)
    .split(',')
    .map((name) => name.trim());
}

/** Options that the provider has and that do not get there from Node.js. */
const unreachable: Readonly<Record<string, string>> = {
  preferredLayout: 'the layout is an axis: --layout engine (NHWC) or plain (NCHW)',
  deviceId: 'onnxruntime-node 1.30 does not hand it on',
  powerPreference: 'onnxruntime-node 1.30 does not hand it on (it is high-performance)',
  enableGraphCapture: 'onnxruntime-node 1.30 does not hand it on (it is off)',
};

function checkOption(name: string, value: string | number | boolean): void {
  const why = unreachable[name];
  if (why !== undefined) {
    throw new InputError(
      'PROVIDER_OPTION_UNAVAILABLE',
      `Option ${name} of the provider of ort-webgpu: ${why}. Leave it out.`,
    );
  }
  const values = accepted[name];
  if (values === undefined) {
    const near = nearest(name, Object.keys(accepted));
    throw new InputError(
      'PROVIDER_OPTION_UNKNOWN',
      `Option ${name} of the provider: expected one that ort-webgpu knows (${Object.keys(accepted).join(', ')}).${near === null ? '' : ` Did you mean "${near}"?`}`,
    );
  }
  if (values !== null && !values.some((one) => one === value)) {
    throw new InputError(
      'PROVIDER_OPTION_INVALID',
      `Option ${name} of the provider of ort-webgpu: expected ${values.join(', ')}, got ${JSON.stringify(value)}.`,
    );
  }
}
