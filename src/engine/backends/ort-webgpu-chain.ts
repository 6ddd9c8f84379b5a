import { DynoError, InputError } from '../../kernel/errors.ts';
import type { LoadOptions, Tensor, TensorData, TensorSpec, Tensors } from './backend.ts';
import { loadOrt, type Ort } from './ort-library.ts';
import { checkModelFile, modelInvalid, sessionOptions, tensorSpec } from './ort-session.ts';
import { explainFailure, refuseOtherThreads } from './ort-webgpu.ts';
import { identityModel } from './ort-webgpu-models.ts';
import { webGpuProvider } from './ort-webgpu-options.ts';
import { onDevice } from './ort-webgpu-session.ts';

/** A model of a chain. */
export interface ChainedModel {
  readonly modelPath: string;
  /** Which output of the model before it each of its inputs takes; absent: its only input takes the only output. The first model takes none. */
  readonly takes?: Readonly<Record<string, string>>;
}

/** Outputs of a model that are in the memory of the device, for as long as the call lasts that they are handed to. */
export interface DeviceTensors {
  /** Position of the model in the chain. */
  readonly model: number;
  readonly names: readonly string[];
  /** Copies one of them into this process. */
  read(name: string): Promise<Tensor>;
}

interface Link {
  readonly session: Ort.InferenceSession;
  readonly takes: readonly (readonly [input: string, output: string])[];
}

/**
 * Models of which each takes what the one before it made, on the WebGPU device of this process, with nothing between them copied into this process. It is for
 * chains without JavaScript between two models; the inputs of the first and the outputs of the last are tensors of this process.
 *
 * Loads them all, or none. Throws what loading a model throws, and `CHAIN_MISMATCH` for models that do not fit together.
 */
export async function openWebGpuChain(models: readonly ChainedModel[], options: LoadOptions): Promise<WebGpuChain> {
  refuseOtherThreads();
  if (models.length === 0) throw new RangeError('Expected a chain of at least one model.');
  const ort = await loadOrt('ort-webgpu');
  const links: Link[] = [];
  try {
    for (const [position, model] of models.entries()) {
      checkModelFile(model.modelPath);
      const isLast = position === models.length - 1;
      const session = await onDevice(() => createSession(ort, model.modelPath, options, isLast));
      links.push({ session, takes: [] });
      const takes = position === 0 ? [] : takesOf(model, session, links[position - 1]?.session);
      links[position] = { session, takes };
    }
    return new WebGpuChain(ort, links, options);
  } catch (error) {
    for (const { session } of links.toReversed()) await onDevice(() => session.release());
    throw error;
  }
}

async function createSession(
  ort: typeof Ort,
  modelPath: string,
  options: LoadOptions,
  isLast: boolean,
): Promise<Ort.InferenceSession> {
  const executionProviders = [webGpuProvider(options)];
  try {
    return await ort.InferenceSession.create(modelPath, {
      // Of several models at once none can be told apart from the others in a dump or a profile.
      ...sessionOptions({ ...options, dumpPath: null, profilePrefix: null }, executionProviders, { isStrict: true }),
      preferredOutputLocation: isLast ? 'cpu' : 'gpu-buffer',
    });
  } catch (cause) {
    const explained = await explainFailure({ backend: 'ort-webgpu', executionProviders }, cause, modelPath);
    throw explained ?? modelInvalid(modelPath, cause);
  }
}

/** Which outputs of `before` the inputs of a model take. */
function takesOf(
  { modelPath, takes }: ChainedModel,
  session: Ort.InferenceSession,
  before: Ort.InferenceSession | undefined,
): Link['takes'] {
  const inputs = session.inputNames;
  const outputs = before?.outputNames ?? [];
  const pairs = takes === undefined ? [[inputs[0] ?? '', outputs[0] ?? ''] as const] : Object.entries(takes);
  if (takes === undefined && (inputs.length !== 1 || outputs.length !== 1)) {
    throw mismatch(
      modelPath,
      `one input and, of the model before it, one output, or \`takes\`, got ${inputs.length} and ${outputs.length}`,
    );
  }
  for (const input of inputs) {
    if (!pairs.some(([name]) => name === input)) throw mismatch(modelPath, `an output for the input ${input}`);
  }
  for (const [input, output] of pairs) {
    const taken = session.inputMetadata.find(({ name }) => name === input);
    const made = before?.outputMetadata.find(({ name }) => name === output);
    if (taken === undefined) throw mismatch(modelPath, `one of its inputs (${inputs.join(', ')}), got ${input}`);
    if (made === undefined)
      throw mismatch(modelPath, `an output of the model before it (${outputs.join(', ')}), got ${output}`);
    const [to, from] = [tensorSpec(taken), tensorSpec(made)];
    if (to.type !== from.type)
      throw mismatch(modelPath, `${to.type} for the input ${input}, got ${from.type} of ${output}`);
  }
  return pairs;
}

function mismatch(modelPath: string, what: string): InputError {
  return new InputError('CHAIN_MISMATCH', `${modelPath}, as a model of a chain: expected ${what}.`);
}

/** Models that run one after the other on the device. One at a time calls `run`. */
export class WebGpuChain {
  /** Of the first model. */
  readonly inputs: readonly TensorSpec[];
  /** Of the last model. */
  readonly outputs: readonly TensorSpec[];
  readonly #ort: typeof Ort;
  readonly #links: readonly Link[];
  readonly #options: LoadOptions;
  /** What copies tensors out of the device, by their type and number of dimensions. */
  readonly #readers = new Map<string, Ort.InferenceSession>();

  constructor(ort: typeof Ort, links: readonly Link[], options: LoadOptions) {
    this.#ort = ort;
    this.#links = links;
    this.#options = options;
    this.inputs = links[0]?.session.inputMetadata.map(tensorSpec) ?? [];
    this.outputs = links.at(-1)?.session.outputMetadata.map(tensorSpec) ?? [];
  }

  /** A tensor over `data` (not copied). */
  tensor(type: string, dims: readonly number[], data: TensorData): Tensor {
    return new this.#ort.Tensor(type as 'float32', data as Float32Array, dims);
  }

  /**
   * Runs all models and returns the outputs of the last. `see` is called with the outputs of each of the others while they are on the device. What a model
   * made is freed as soon as the next has run.
   */
  run(feeds: Tensors, see?: (made: DeviceTensors) => Promise<void>): Promise<Tensors> {
    return onDevice(async () => {
      let taken = feeds as Ort.InferenceSession.FeedsType;
      let before: Ort.InferenceSession.ReturnType | null = null;
      try {
        for (const [model, { session, takes }] of this.#links.entries()) {
          if (before !== null) taken = fed(takes, before);
          const made: Ort.InferenceSession.ReturnType = await session.run(taken);
          if (before !== null) freeAll(before);
          before = null;
          if (model === this.#links.length - 1) return made as Tensors;
          before = made;
          await see?.({ model, names: Object.keys(made), read: (name) => this.#read(made[name], name) });
        }
        throw new RangeError('Expected a chain of at least one model.');
      } finally {
        if (before !== null) freeAll(before);
      }
    });
  }

  /** Frees all models, the last first. */
  async dispose(): Promise<void> {
    for (const session of this.#readers.values()) await onDevice(() => session.release());
    this.#readers.clear();
    for (const { session } of this.#links.toReversed()) await onDevice(() => session.release());
  }

  /** By a model that returns what it is given: to download a tensor of the device directly aborts the process (onnxruntime-node 1.30). */
  async #read(tensor: Ort.Tensor | undefined, name: string): Promise<Tensor> {
    if (tensor === undefined)
      throw new DynoError('NO_SUCH_OUTPUT', `Expected the name of an output of the model, got ${name}.`);
    const { type, dims } = tensor;
    const key = `${type} ${dims.length}`;
    let reader = this.#readers.get(key);
    if (reader === undefined) {
      reader = await this.#ort.InferenceSession.create(
        identityModel(type, dims.length),
        sessionOptions({ ...this.#options, dumpPath: null, profilePrefix: null }, [webGpuProvider(this.#options)], {
          isStrict: true,
        }),
      );
      this.#readers.set(key, reader);
    }
    const { y } = await reader.run({ x: tensor });
    return y as unknown as Tensor;
  }
}

function fed(takes: Link['takes'], before: Ort.InferenceSession.ReturnType): Ort.InferenceSession.FeedsType {
  const entries = takes.map(([input, output]) => [input, before[output]]);
  return Object.fromEntries(entries) as Ort.InferenceSession.FeedsType;
}

function freeAll(tensors: Ort.InferenceSession.ReturnType): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}
