import { performance } from 'node:perf_hooks';
import { InputError } from '../kernel/errors.ts';
import type { Session, Tensor, Tensors } from './backends/backend.ts';
import type { EffectiveField } from './effective.ts';
import { elementArray } from './element-array.ts';
import type { Answer } from './postprocess/answer.ts';
import { createPostprocessor } from './postprocess/postprocessor.ts';
import { imageLibrary } from './preprocess/image-library.ts';
import { createPreprocessor, type Preprocessor } from './preprocess/preprocessor.ts';
import { createQueryBuffers, type Item, type ItemName, type PipelineInput } from './query-buffers.ts';
import type { PostprocessSettings, PreprocessSettings } from './settings.ts';

export type { Answer, Item, ItemName, PipelineInput };

export interface PipelineOptions {
  readonly session: Session;
  readonly batchSize: number;
  readonly inputs: readonly PipelineInput[];
  readonly preprocess: PreprocessSettings | null;
  readonly postprocess: PostprocessSettings;
}

/** Seconds that each stage of the last query took, overwritten by the next: read it before issuing another. */
export interface StageSeconds {
  preprocess: number;
  inference: number;
  postprocess: number;
}

/** A query whose inputs are ready in memory. */
export interface PreparedQuery {
  readonly feeds: Tensors;
}

/** Preprocess → inference → postprocess for one query after another, on buffers that are allocated once. */
export interface Pipeline {
  readonly stages: StageSeconds;
  /**
   * Scope `request`: `items.length` must be the batch size. Times each stage into `stages`. `name` says what to call an item in
   * an error; by default its position in the query.
   */
  request(items: readonly Item[], name?: ItemName): Promise<readonly Answer[]>;
  /** Prepares the inputs of a query in buffers of its own (outside of any window). */
  prepare(items: readonly Item[], name?: ItemName): Promise<PreparedQuery>;
  /** Scope `inference`: runs the model on prepared inputs. Times inference into `stages`; returns the raw outputs, valid until the next call. */
  infer(query: PreparedQuery): Promise<Tensors>;
  /** The engine's own call that `infer` makes for this query (same session, same buffers), without the pipeline around it. */
  bareCall(query: PreparedQuery): () => Promise<unknown>;
  /** Postprocesses raw outputs: for accuracy. */
  answers(outputs: Tensors): readonly Answer[];
  /** What took effect as far as the session can tell, and the batch size that the outputs of the first run show. */
  effective(): Readonly<Record<string, EffectiveField>>;
}

/**
 * Larger outputs are preallocated: the engine writes them without allocating anew. Measured with onnxruntime-node 1.30: 64 bytes
 * take 0.5 µs longer that way, 16 KiB are even, 256 KiB take 126 instead of 157 µs.
 */
const preallocatedAboveBytes = 16 * 1024;

/**
 * Allocates a pipeline for queries of `batchSize` items.
 * @throws InputError `INPUT_MISMATCH` when the inputs are not those of the model, `BATCH_UNSUPPORTED` when the model cannot take
 *   such a batch, `PREPROCESS_INVALID` and `POSTPROCESS_INVALID` when a stage does not fit the model.
 */
export async function createPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { session, batchSize, inputs } = options;
  checkInputs(session, inputs, batchSize);
  const preprocessor = options.preprocess === null ? null : createPreprocessor(options.preprocess);
  if (preprocessor !== null) {
    checkPreprocess(preprocessor, inputs, options.preprocess);
    await imageLibrary(); // now, or the first request would pay for loading it
  }
  const postprocess = createPostprocessor(
    options.postprocess,
    session.outputs.map(({ name }) => name),
    batchSize,
  );

  const stages: StageSeconds = { preprocess: 0, inference: 0, postprocess: 0 };
  const requestBuffers = createQueryBuffers(session, inputs, batchSize, preprocessor);
  let into: Tensors | null = null;
  let ranOnce = false;
  let effectiveBatch: EffectiveField = { value: null, evidence: 'unverified' };

  const learnFrom = (outputs: Tensors): void => {
    ranOnce = true;
    effectiveBatch = batchOf(session, inputs, batchSize, outputs);
    if (worthPreallocating(session, inputs, outputs)) into = emptyLike(session, outputs);
  };

  const run = async (feeds: Tensors): Promise<Tensors> => {
    const start = performance.now();
    const outputs = await session.run(feeds, into);
    stages.inference = (performance.now() - start) / 1e3;
    if (!ranOnce) learnFrom(outputs);
    return outputs;
  };

  return {
    stages,

    async request(items, name = positionInQuery) {
      const start = performance.now();
      await requestBuffers.fill(items, name);
      stages.preprocess = (performance.now() - start) / 1e3;
      const outputs = await run(requestBuffers.feeds);
      const ran = performance.now();
      const answers = postprocess(outputs);
      stages.postprocess = (performance.now() - ran) / 1e3;
      return answers;
    },

    async prepare(items, name = positionInQuery) {
      const { feeds, fill } = createQueryBuffers(session, inputs, batchSize, preprocessor);
      await fill(items, name);
      return { feeds };
    },

    infer: (query) => run(query.feeds),
    bareCall: (query) => session.bareCall(query.feeds, into),
    answers: postprocess,
    effective: () => ({ ...session.effective(), batchSize: effectiveBatch }),
  };
}

const positionInQuery: ItemName = (position) => `item ${position} of the query`;

function checkInputs(session: Session, inputs: readonly PipelineInput[], batchSize: number): void {
  const expected = session.inputs.map(({ name }) => name).join(', ');
  for (const { name } of inputs) {
    if (!session.inputs.some((spec) => spec.name === name)) {
      throw new InputError('INPUT_MISMATCH', `Expected inputs of the model (${expected}), got "${name}".`);
    }
  }
  for (const spec of session.inputs) {
    const input = inputs.find(({ name }) => name === spec.name);
    if (input === undefined)
      throw new InputError(
        'INPUT_MISMATCH',
        `Expected all inputs of the model (${expected}), but "${spec.name}" is missing.`,
      );
    if (input.type !== spec.type) {
      throw new InputError(
        'INPUT_MISMATCH',
        `Input "${spec.name}": the model expects ${spec.type}, the workload gives ${input.type}.`,
      );
    }
    const fixed = input.batchAxis === null ? null : spec.shape[input.batchAxis];
    if (typeof fixed === 'number' && fixed !== batchSize) {
      throw new InputError(
        'BATCH_UNSUPPORTED',
        `Input "${spec.name}" of the model has a fixed batch of ${fixed}, and the case asks for ${batchSize}. Export the model with a dynamic batch, or use --batch-size ${fixed}.`,
      );
    }
  }
  if (batchSize > 1 && inputs.every(({ batchAxis }) => batchAxis === null)) {
    throw new InputError(
      'BATCH_UNSUPPORTED',
      `No input of the model has a batch dimension, and the case asks for a batch of ${batchSize}. Use --batch-size 1.`,
    );
  }
}

/** Preprocessing fills one float or byte input, item after item, in the shape that it produces. */
function checkPreprocess(
  preprocessor: Preprocessor,
  inputs: readonly PipelineInput[],
  settings: PreprocessSettings | null,
): void {
  const [input, ...more] = inputs;
  if (input === undefined || more.length > 0) {
    throw new InputError(
      'INPUT_MISMATCH',
      `Preprocessing of images fills one input, but the model has ${inputs.length}. Give the data as .npy files instead.`,
    );
  }
  const produced = preprocessor.itemShape;
  const fits =
    input.batchAxis === null
      ? sameShape(input.itemShape, produced)
      : input.batchAxis === 0 && sameShape(input.itemShape.slice(1), produced);
  if (!fits) {
    throw new InputError(
      'INPUT_MISMATCH',
      `Input "${input.name}" of the model takes items of shape [${input.itemShape.join(', ')}], but the preprocessing makes [${produced.join(', ')}]. Adapt its width, height, color and layout.`,
    );
  }
  const bytes = input.type === 'uint8' && settings?.normalize.kind === 'none';
  if (input.type !== 'float32' && !bytes) {
    throw new InputError(
      'INPUT_MISMATCH',
      `Input "${input.name}" of the model is ${input.type}; preprocessing makes float32, or uint8 with normalize none.`,
    );
  }
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}

/** Whether the outputs are large, and of the same shape for every query: all dimensions fixed, or tied to those of an input. */
function worthPreallocating(session: Session, inputs: readonly PipelineInput[], outputs: Tensors): boolean {
  const tied = new Set(
    session.inputs.filter(({ name }) => inputs.some((input) => input.name === name)).flatMap(({ shape }) => shape),
  );
  const isStatic = session.outputs.every(({ name, shape }) => {
    const rank = outputs[name]?.dims.length;
    return (
      shape.length === rank &&
      shape.every((dimension) => typeof dimension === 'number' || (dimension !== null && tied.has(dimension)))
    );
  });
  return isStatic && Object.values(outputs).some(({ data }) => data.byteLength > preallocatedAboveBytes);
}

function emptyLike(session: Session, outputs: Tensors): Tensors {
  const made: Record<string, Tensor> = {};
  for (const [name, { type, dims, data }] of Object.entries(outputs)) {
    made[name] = session.tensor(type, dims, elementArray(type, data.length));
  }
  return made;
}

/** The batch that the model worked on, seen in an output whose dimension has the name of the inputs' batch. */
function batchOf(
  session: Session,
  inputs: readonly PipelineInput[],
  batchSize: number,
  outputs: Tensors,
): EffectiveField {
  for (const { name, batchAxis } of inputs) {
    const dimension = batchAxis === null ? null : session.inputs.find((spec) => spec.name === name)?.shape[batchAxis];
    if (typeof dimension === 'number') return { value: dimension, evidence: 'session metadata' };
    if (typeof dimension !== 'string') continue;
    for (const spec of session.outputs) {
      const seen = outputs[spec.name]?.dims[spec.shape.indexOf(dimension)];
      if (seen !== undefined) return { value: seen, evidence: 'session metadata' };
    }
  }
  return { value: batchSize, evidence: 'unverified' };
}
