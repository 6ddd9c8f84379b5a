import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type * as Ort from 'onnxruntime-node';
import { DynoError, errorText, InputError } from '../../kernel/errors.ts';
import type { EffectiveField } from '../effective.ts';
import type {
  Backend,
  LoadOptions,
  PrecisionSupport,
  Probe,
  Session,
  Tensor,
  TensorData,
  TensorSpec,
  Tensors,
} from './backend.ts';
import { disabledTransformers } from './ort-fusions.ts';

const remedy = 'npm install --save-exact onnxruntime-node@1.30.0 --ignore-scripts';

/**
 * fp16 is computed in 32-bit floats between casts. For bf16 there are no kernels: weights are stored in it, and cast once when they are loaded.
 * 8-bit operators are computed in integers, whether scales stand in the file or are found at run time.
 */
const precisions: Readonly<Record<string, PrecisionSupport>> = {
  fp32: 'native',
  fp16: 'emulated',
  bf16: 'storage',
  int8: 'native',
  int8_dynamic: 'native',
};

/** ONNX Runtime on the CPU, embedded in this process. `run` computes in the calling thread and blocks it. */
export const ortCpu: Backend = {
  name: 'ort-cpu',
  stack: 'ort-cpu',
  operatorDomains: ['com.microsoft'],

  async probe(): Promise<Probe> {
    try {
      const ort = await importLibrary();
      await runSmallestModel(ort);
      return {
        available: true,
        device: cpus()[0]?.model.trim() ?? process.arch,
        version: ort.env.versions.node ?? ort.env.versions.common,
        precisions,
      };
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
      const reason = missing
        ? 'onnxruntime-node is not installed'
        : `onnxruntime-node does not work here (${errorText(error)})`;
      return { available: false, reason, remedy };
    }
  },

  async load(modelPath: string, options: LoadOptions): Promise<Session> {
    // What the precision is stands in the file: it was made for it, and nothing has to be set.
    if (!Object.hasOwn(precisions, options.precision)) {
      throw new DynoError(
        'PRECISION_UNAVAILABLE',
        `Precision ${options.precision}: expected one that the backend ort-cpu has (${Object.keys(precisions).join(', ')}). Leave ${options.precision} out of the axis \`precision\`.`,
      );
    }
    if (!existsSync(modelPath)) {
      throw new InputError('MODEL_NOT_FOUND', `${modelPath}: no such file. Expected an ONNX model.`);
    }
    const ort = await loadLibrary();
    return new OrtSession(ort, await createSession(ort, modelPath, options), options);
  },
};

/**
 * Loads and runs a model of one Relu: whether the library works is known only then. It also starts whatever the library
 * keeps for itself from the first session on, which is no thread of a model's.
 */
async function runSmallestModel(ort: typeof Ort): Promise<void> {
  quieten(ort);
  const session = await ort.InferenceSession.create(Buffer.from(smallestModel, 'base64'), {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
  });
  try {
    await session.run({ x: new ort.Tensor('float32', [-1], [1]) });
  } finally {
    await session.release();
  }
}

/** ONNX of `y = Relu(x)` for x of shape [1]. */
const smallestModel =
  'CAgSDmluZmVyZW5jZS1keW5vOkAKFQoBeBIBeRoFUmVsdTEiBFJlbHU6ABIFcHJvYmVaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgQKABAN';

/**
 * The builds of ONNX Runtime 1.30 for Linux report sessions to their maker, by a thread in the measured process, a database and an identifier in
 * `~/.cache/Microsoft` and a log file for each process in the temporary folder. None of that is asked for here, and the thread would be
 * measured. Whoever wants it sets `ORT_DISABLE_TELEMETRY=0`. Read by the library at its first session.
 */
async function importLibrary(): Promise<typeof Ort> {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  return import('onnxruntime-node');
}

/** Warnings about single graphs would end up between the lines of our own output. Must precede the first session. */
function quieten(ort: typeof Ort): void {
  ort.env.logLevel = 'error';
}

async function loadLibrary(): Promise<typeof Ort> {
  try {
    const ort = await importLibrary();
    quieten(ort);
    return ort;
  } catch (cause) {
    throw new DynoError('BACKEND_UNAVAILABLE', `Backend ort-cpu: onnxruntime-node cannot be loaded. Run: ${remedy}`, {
      cause,
    });
  }
}

async function createSession(ort: typeof Ort, modelPath: string, options: LoadOptions): Promise<Ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(modelPath, sessionOptions(options));
  } catch (cause) {
    throw new InputError(
      'MODEL_INVALID',
      `${modelPath}: ONNX Runtime cannot load the model: ${errorText(cause)}. Check that the file is a complete ONNX model whose operators ONNX Runtime 1.30 knows.`,
      { cause },
    );
  }
}

/** Everything that changes how a model is run is set here explicitly, so that no default of another version decides it. */
export function sessionOptions(options: LoadOptions): Ort.InferenceSession.SessionOptions {
  const disabled = disabledTransformers(options);
  return {
    executionProviders: ['cpu'],
    graphOptimizationLevel: options.optimization === 'none' ? 'disabled' : 'all',
    executionMode: 'sequential',
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    enableCpuMemArena: true,
    enableMemPattern: true,
    logSeverityLevel: 3,
    // Values must be strings. Spinning threads make two sessions of one machine disturb each other.
    extra: {
      session: { intra_op: { allow_spinning: options.spinning === 'on' ? '1' : '0' } },
      ...(disabled === null ? {} : { optimization: { disable_specified_optimizers: disabled } }),
    },
    ...(options.dumpPath === null ? {} : { optimizedModelFilePath: options.dumpPath }),
    ...(options.profilePrefix === null ? {} : { enableProfiling: true, profileFilePrefix: options.profilePrefix }),
  };
}

class OrtSession implements Session {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly #ort: typeof Ort;
  readonly #session: Ort.InferenceSession;
  readonly #options: LoadOptions;

  constructor(ort: typeof Ort, session: Ort.InferenceSession, options: LoadOptions) {
    this.#ort = ort;
    this.#session = session;
    this.#options = options;
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
    const { fusion, layout = 'engine', precision, threads, spinning } = this.#options;
    const settings = {
      backend: ortCpu.name,
      precision,
      fusion,
      layout: fusion === 'on' ? layout : 'plain',
      threads,
      spinning,
    };
    return Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [name, { value, evidence: 'unverified' }]),
    );
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

function tensorSpec(metadata: Ort.InferenceSession.ValueMetadata): TensorSpec {
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
