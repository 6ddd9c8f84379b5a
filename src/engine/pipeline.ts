import { performance } from 'node:perf_hooks';
import type { Session, Tensors } from './backends/backend.ts';
import type { EffectiveField } from './effective.ts';
import { checkInputs, checkPreprocess } from './input-checks.ts';
import { createOutputBuffers } from './output-buffers.ts';
import type { Item, ItemName, PipelineInput } from './pipeline-input.ts';
import type { Answer } from './postprocess/answer.ts';
import { refuseOtherMapSize } from './postprocess/db.ts';
import { createPostprocessor } from './postprocess/postprocessor.ts';
import { largestOf } from './preprocess/dynamic-size.ts';
import { imageLibrary } from './preprocess/image-library.ts';
import { edgesInImage, quadInImage } from './preprocess/placement.ts';
import { createPreprocessor } from './preprocess/preprocessor.ts';
import { createQueryBuffers, type FilledQuery } from './query-buffers.ts';
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
  /** Tells queries of different shapes apart. */
  readonly shape: number;
}

/** Preprocess → inference → postprocess for one query after another, on buffers that are allocated once, or grow to the largest query. */
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
  /**
   * The engine's own call that `infer` makes for this query (same session, same buffers), without the pipeline around it; null where
   * several models serve a query.
   */
  bareCall(query: PreparedQuery): (() => Promise<unknown>) | null;
  /** Postprocesses raw outputs: for accuracy. */
  answers(outputs: Tensors): readonly Answer[];
  /** What took effect as far as the session can tell, and the batch size that the outputs of the first run show. */
  effective(): Readonly<Record<string, EffectiveField>>;
}

/**
 * Allocates a pipeline for queries of `batchSize` items.
 * @throws InputError `INPUT_MISMATCH` when the inputs are not those of the model, `BATCH_UNSUPPORTED` when the model cannot take
 *   such a batch, `PREPROCESS_INVALID` and `POSTPROCESS_INVALID` when a stage does not fit the model.
 */
export async function createPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { session, batchSize, inputs } = options;
  checkInputs(session, inputs, batchSize);
  const preprocessor = options.preprocess === null ? null : createPreprocessor(options.preprocess);
  if (preprocessor !== null && options.preprocess !== null) {
    checkPreprocess(session, preprocessor, inputs, options.preprocess);
    await imageLibrary(); // now, or the first request would pay for loading it
  }
  const outputNames = session.outputs.map(({ name }) => name);
  const postprocess = createPostprocessor(options.postprocess, outputNames, batchSize);
  // Regions and objects are found in the frame, and belong into the image: its size must be known for that.
  const measured = preprocessor !== null && ['db', 'detect'].includes(options.postprocess.kind);
  const inShares = options.postprocess.kind === 'detect' && options.postprocess.normalized;
  const newBuffers = () => createQueryBuffers(session, inputs, batchSize, preprocessor, measured);

  const stages: StageSeconds = { preprocess: 0, inference: 0, postprocess: 0 };
  const requestBuffers = newBuffers();
  const outputBuffers = createOutputBuffers(
    session,
    inputs.map(({ name }) => name),
  );
  let ranOnce = false;
  let effectiveBatch: EffectiveField = { value: null, evidence: 'unverified' };

  const run = async ({ feeds, shape }: PreparedQuery): Promise<Tensors> => {
    const start = performance.now();
    const outputs = await session.run(feeds, outputBuffers.into(shape));
    // Of an engine in another process, inference is what it computes; what its tensors need to get there is in no stage.
    stages.inference = session.remote?.lastRun().insideSeconds ?? (performance.now() - start) / 1e3;
    if (!outputBuffers.knows(shape)) outputBuffers.learn(shape, outputs);
    if (!ranOnce) {
      ranOnce = true;
      effectiveBatch = batchOf(session, inputs, batchSize, outputs);
    }
    return outputs;
  };

  /** Quadrilaterals and boxes from the frame into each item's own image. */
  const inImages = (answers: readonly Answer[], { images }: FilledQuery, outputs: Tensors): readonly Answer[] => {
    if (!measured || images === null) return answers;
    const frame = largestOf(images.map((image) => preprocessor.frameFor(image)));
    if (options.postprocess.kind === 'db') refuseOtherMapSize(options.postprocess, outputs, outputNames, frame);
    const [unitX, unitY] = inShares ? [frame.width, frame.height] : [1, 1];
    return answers.map((answer, position) => {
      const image = images[position];
      if (image === undefined) return answer;
      const placement = preprocessor.placementOf(image);
      return {
        ...answer,
        quads: answer.quads.map((found) => ({ ...found, quad: quadInImage(found.quad, placement, image) })),
        boxes: answer.boxes.map((found) => {
          const [x0, y0, x1, y1] = found.box;
          const edges = [x0 * unitX, y0 * unitY, x1 * unitX, y1 * unitY] as const;
          return { ...found, box: edgesInImage(edges, placement, image) };
        }),
      };
    });
  };

  return {
    stages,

    async request(items, name = positionInQuery) {
      const start = performance.now();
      const query = await requestBuffers.fill(items, name);
      stages.preprocess = (performance.now() - start) / 1e3;
      const outputs = await run(query);
      const ran = performance.now();
      const answers = inImages(postprocess(outputs), query, outputs);
      stages.postprocess = (performance.now() - ran) / 1e3;
      return answers;
    },

    prepare: (items, name = positionInQuery) => newBuffers().fill(items, name),
    infer: run,
    bareCall: ({ feeds, shape }) => session.bareCall(feeds, outputBuffers.into(shape)),
    answers: postprocess,
    effective: () => ({ ...session.effective(), batchSize: effectiveBatch }),
  };
}

const positionInQuery: ItemName = (position) => `item ${position} of the query`;

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
