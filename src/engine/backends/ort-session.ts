import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DynoError, errorText, InputError } from '../../kernel/errors.ts';
import type { EffectiveField } from '../effective.ts';
import type { LoadOptions, PrecisionSupport, Session, Tensor, TensorData, TensorSpec, Tensors } from './backend.ts';
import { disabledTransformers } from './ort-fusions.ts';
import { loadOrt, type Ort } from './ort-library.ts';

/** A backend that is an execution provider of onnxruntime-node. */
export interface OrtProvider {
  /** Name of the backend, for messages and for what took effect. */
  readonly backend: string;
  readonly precisions: Readonly<Record<string, PrecisionSupport>>;
  /** In the order in which they take nodes. */
  readonly executionProviders: readonly Ort.InferenceSession.ExecutionProviderConfig[];
  /** What took effect beside the settings that all engines have. */
  readonly fields?: Readonly<Record<string, EffectiveField>>;
  /** Whether an operator that none of them has is an error, where it would run on the processor unnoticed. Absent: that is where all of them run. */
  readonly strict?: boolean;
  /** The error for what the library threw when it loaded a model; null: it says nothing of this provider. Absent: it never does. */
  readonly explainFailure?: (cause: unknown, modelPath: string) => Promise<Error | null>;
}

/** Of `LoadOptions.providerOptions`, Dyno's own: operators that a device lacks may run on the processor. */
export const fallbackOption = 'allow_cpu_fallback';

/**
 * Whether a model is loaded to be run as cases are: not as the graph that stands in its file, which is only looked at, or is the reference. Operators that a device lacks
 * may be in there that every optimisation removes.
 */
export function isRun({ optimization }: Pick<LoadOptions, 'optimization'>): boolean {
  return optimization !== 'none';
}

/** The options as a session states them: accepted, which is no evidence that they took effect. Paths are of this machine, and left out. */
export function statedOptions({
  providerOptions = {},
}: Pick<LoadOptions, 'providerOptions'>): Record<string, EffectiveField> {
  const told = Object.entries(providerOptions).filter(([name]) => !name.endsWith('_path'));
  return Object.fromEntries(told.map(([name, value]) => [name, { value, evidence: 'unverified' }]));
}

/**
 * Loads the ONNX file at `modelPath` on an execution provider. Throws `PRECISION_UNAVAILABLE`, `MODEL_NOT_FOUND`, `MODEL_INVALID` and, without
 * the library, `BACKEND_UNAVAILABLE`.
 */
export async function openOrtSession(
  provider: OrtProvider,
  modelPath: string,
  options: LoadOptions,
): Promise<OrtSession> {
  const { backend, precisions, executionProviders, strict = false } = provider;
  checkPrecision(backend, precisions, options.precision);
  checkModelFile(modelPath);
  const ort = await loadOrt(backend);
  const isStrict = strict && options.providerOptions?.[fallbackOption] !== true;
  const settings = sessionOptions(options, executionProviders, {
    isStrict,
    asFloats: computesFloats(provider, options),
  });
  const session = await createSession(ort, modelPath, settings, provider.explainFailure);
  return new OrtSession(ort, session, backend, options, provider.fields);
}

/** What the precision is stands in the file: it was made for it, and nothing has to be set. Throws `PRECISION_UNAVAILABLE` for one that is not had. */
export function checkPrecision(
  backend: string,
  precisions: Readonly<Record<string, unknown>>,
  precision: string,
): void {
  if (Object.hasOwn(precisions, precision)) return;
  throw new DynoError(
    'PRECISION_UNAVAILABLE',
    `Precision ${precision}: expected one that the backend ${backend} has (${Object.keys(precisions).join(', ')}). Leave ${precision} out of the axis \`precision\`.`,
  );
}

/** Throws `MODEL_NOT_FOUND`. */
export function checkModelFile(modelPath: string): void {
  if (existsSync(modelPath)) return;
  throw new InputError('MODEL_NOT_FOUND', `${modelPath}: no such file. Expected an ONNX model.`);
}

async function createSession(
  ort: typeof Ort,
  modelPath: string,
  options: Ort.InferenceSession.SessionOptions,
  explainFailure: OrtProvider['explainFailure'],
): Promise<Ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(modelPath, options);
  } catch (cause) {
    throw (await explainFailure?.(cause, modelPath)) ?? modelInvalid(modelPath, cause);
  }
}

/** The error for a file that ONNX Runtime does not take. */
export function modelInvalid(modelPath: string, cause: unknown): InputError {
  return new InputError(
    'MODEL_INVALID',
    `${modelPath}: ONNX Runtime cannot load the model: ${errorText(cause)}. Check that the file is a complete ONNX model whose operators ONNX Runtime 1.30 knows.`,
    { cause },
  );
}

/** Whether what stands in 8 bits in a file is computed in floats, so that weights have to become floats when they are loaded. */
export function computesFloats(
  { precisions }: Pick<OrtProvider, 'precisions'>,
  { precision }: Pick<LoadOptions, 'precision'>,
): boolean {
  return precision === 'int8' && precisions.int8 === 'emulated';
}

/**
 * Everything that changes how a model is run is set here explicitly, so that no default of another version decides it. `isStrict`: nothing runs on the processor that a provider
 * lacks. `asFloats`: weights and biases of 8-bit products are made floats once; a provider without such products may lack the operator for a bias, which is of 32 bits.
 */
export function sessionOptions(
  options: LoadOptions,
  executionProviders: readonly Ort.InferenceSession.ExecutionProviderConfig[] = ['cpu'],
  { isStrict = false, asFloats = false } = {},
): Ort.InferenceSession.SessionOptions {
  const disabled = disabledTransformers(options);
  return {
    executionProviders,
    graphOptimizationLevel: options.optimization === 'none' ? 'disabled' : 'all',
    executionMode: 'sequential',
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    enableCpuMemArena: true,
    enableMemPattern: true,
    logSeverityLevel: 3,
    // Values must be strings. Spinning threads make two sessions of one machine disturb each other.
    extra: {
      session: {
        intra_op: { allow_spinning: options.spinning === 'on' ? '1' : '0' },
        ...(isStrict ? { disable_cpu_ep_fallback: '1' } : {}),
        ...(asFloats ? { disable_quant_qdq: '1' } : {}),
      },
      ...(disabled === null ? {} : { optimization: { disable_specified_optimizers: disabled } }),
    },
    ...(options.dumpPath === null ? {} : { optimizedModelFilePath: options.dumpPath }),
    ...(options.profilePrefix === null ? {} : { enableProfiling: true, profileFilePrefix: options.profilePrefix }),
  };
}

/** A model that onnxruntime-node has loaded. `run` computes in the calling thread and blocks it. */
export class OrtSession implements Session {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly #ort: typeof Ort;
  readonly #session: Ort.InferenceSession;
  readonly #options: LoadOptions;
  readonly #backend: string;
  readonly #fields: Readonly<Record<string, EffectiveField>>;

  constructor(
    ort: typeof Ort,
    session: Ort.InferenceSession,
    backend: string,
    options: LoadOptions,
    fields: Readonly<Record<string, EffectiveField>> = {},
  ) {
    this.#ort = ort;
    this.#session = session;
    this.#backend = backend;
    this.#options = options;
    this.#fields = fields;
    this.inputs = session.inputMetadata.map(tensorSpec);
    this.outputs = session.outputMetadata.map(tensorSpec);
  }

  tensor(type: string, dims: readonly number[], data: TensorData): Tensor {
    return new this.#ort.Tensor(type as 'float32', data as Float32Array, dims);
  }

  async run(feeds: Tensors, into: Tensors | null): Promise<Tensors> {
    try {
      if (into === null) return (await this.#session.run(feeds as Ort.InferenceSession.FeedsType)) as Tensors;
      // The outputs are written into our tensors; what the call returns are copies of them.
      await this.#session.run(feeds as Ort.InferenceSession.FeedsType, into as Ort.InferenceSession.FetchesType);
      return into;
    } catch (cause) {
      throw new DynoError('RUN_FAILED', `ONNX Runtime could not run the model: ${errorText(cause)}`, { cause });
    }
  }

  bareCall(feeds: Tensors, into: Tensors | null): () => Promise<unknown> {
    const session = this.#session;
    const ortFeeds = feeds as Ort.InferenceSession.FeedsType;
    if (into === null) return () => session.run(ortFeeds);
    return () => session.run(ortFeeds, into as Ort.InferenceSession.FetchesType);
  }

  /** ONNX Runtime tells nothing of what took effect: these are the settings it accepted. */
  effective(): Record<string, EffectiveField> {
    return { ...acceptedSettings(this.#backend, this.#options), ...this.#fields };
  }

  async profile(): Promise<string> {
    const prefix = this.#options.profilePrefix;
    if (prefix === null)
      throw new DynoError(
        'NOT_PROFILED',
        'Expected a session that was loaded with `profilePrefix`: without it nothing is recorded.',
      );
    this.#session.endProfiling();
    // The library adds the time to the name and does not say so.
    const names = (await readdir(dirname(prefix))).filter((name) => name.startsWith(`${basename(prefix)}_`));
    const [name] = names;
    if (name === undefined || names.length > 1) {
      throw new DynoError(
        'PROFILE_NOT_FOUND',
        `Expected one operator profile at ${prefix}_*, got ${names.length}. Use a prefix of its own for each session.`,
      );
    }
    return join(dirname(prefix), name);
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}

/** Settings as the library took them, which is no evidence that they took effect. Without fusion it changes no layout. */
export function acceptedSettings(backend: string, options: LoadOptions): Record<string, EffectiveField> {
  const { fusion, layout = 'engine', precision, threads, spinning } = options;
  const settings = { backend, precision, fusion, layout: fusion === 'on' ? layout : 'plain', threads, spinning };
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, { value, evidence: 'unverified' }]));
}

/** Throws `MODEL_UNSUPPORTED` for a sequence or a map. */
export function tensorSpec(metadata: Ort.InferenceSession.ValueMetadata): TensorSpec {
  if (!metadata.isTensor) {
    throw new InputError(
      'MODEL_UNSUPPORTED',
      `The model's "${metadata.name}" is a sequence or a map, and only tensors are supported. Export the model without it (for scikit-learn: zipmap=False).`,
    );
  }
  return {
    name: metadata.name,
    type: metadata.type,
    shape: metadata.shape.map((dimension) => (dimension === '' ? null : dimension)),
  };
}
