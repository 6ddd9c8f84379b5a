import { performance } from 'node:perf_hooks';
import { InputError } from '../../kernel/errors.ts';
import type { Session, Tensors } from '../backends/backend.ts';
import { createFrameBuffers, type FrameBuffers } from '../frame-buffers.ts';
import { checkInputs, checkPreprocess } from '../input-checks.ts';
import { createOutputBuffers } from '../output-buffers.ts';
import type { StageSeconds } from '../pipeline.ts';
import type { PipelineInput } from '../pipeline-input.ts';
import type { Answer } from '../postprocess/answer.ts';
import { refuseOtherMapSize } from '../postprocess/db.ts';
import { createPostprocessor, type Postprocessor } from '../postprocess/postprocessor.ts';
import { largestOf } from '../preprocess/dynamic-size.ts';
import type { ImageSize } from '../preprocess/image-size.ts';
import type { Picture } from '../preprocess/picture.ts';
import { createPreprocessor, type Preprocessor, type TensorValues } from '../preprocess/preprocessor.ts';
import type { PostprocessSettings, PreprocessSettings } from '../settings.ts';

/** One model of a chain, loaded, and how pictures get into it and answers out of it. */
export interface StageModel {
  readonly session: Session;
  readonly inputs: readonly PipelineInput[];
  readonly preprocess: PreprocessSettings;
  readonly postprocess: PostprocessSettings;
  /** At most so many pictures in one run. */
  readonly maxBatch: number;
}

/** What a model was fed and what it made of it, valid until its next run. */
export interface ModelRun {
  readonly feeds: Tensors;
  readonly outputs: Tensors;
}

/** A model that answers any number of decoded pictures, in as few runs as its largest batch allows. */
export interface PictureStage {
  readonly preprocessor: Preprocessor;
  /** Seconds of inference in the runs since they were last set to 0. */
  seconds: number;
  /** Answers in the order of the pictures. Adds what each stage took to `stages`. */
  run(pictures: readonly Picture[], stages: StageSeconds): Promise<readonly Answer[]>;
  /** Called after each run, outside of the times; null: nobody looks. */
  onRun: ((run: ModelRun) => Promise<void>) | null;
}

/**
 * Allocates a stage.
 * @param frames Which pictures may share a run: `equal`, those that take the same frame; `mixed`, any, of which the narrower are padded
 *   (they are sorted by width, so that little is).
 * @throws InputError as `createPipeline` does.
 */
export function createPictureStage(model: StageModel, frames: 'equal' | 'mixed'): PictureStage {
  const { session, inputs, postprocess } = model;
  checkInputs(session, inputs, 1);
  if (model.preprocess.augment !== undefined) {
    throw new InputError('PREPROCESS_INVALID', 'preprocess augment: expected none in a chain of models, got some.');
  }
  const preprocessor = createPreprocessor(model.preprocess);
  checkPreprocess(session, preprocessor, inputs, model.preprocess);
  const [input] = inputs;
  if (input === undefined) throw new Error('A model without inputs has passed the checks.');
  const maxBatch = largestBatch(session, input, model.maxBatch);
  const buffers = createFrameBuffers(session, input, preprocessor);
  const outputBuffers = createOutputBuffers(session, [input.name]);
  const outputNames = session.outputs.map(({ name }) => name);
  const postprocessors = postprocessorsFor(model);

  const runBatch = async (batch: readonly Placed[], stages: StageSeconds): Promise<readonly Answer[]> => {
    const start = performance.now();
    const frame = largestOf(batch.map((each) => each.frame));
    const { feeds, shape } = await write(preprocessor, buffers, batch, frame);
    const written = performance.now();
    const outputs = await session.run(feeds, outputBuffers.into(shape));
    const ran = performance.now();
    if (!outputBuffers.knows(shape)) outputBuffers.learn(shape, outputs);
    if (postprocess.kind === 'db') refuseOtherMapSize(postprocess, outputs, outputNames, frame);
    const answers = postprocessors(batch.length)(outputs);
    stages.preprocess += (written - start) / 1e3;
    const inferred = session.remote?.lastRun().insideSeconds ?? (ran - written) / 1e3;
    stages.inference += inferred;
    stages.postprocess += (performance.now() - ran) / 1e3;
    stage.seconds += inferred;
    await stage.onRun?.({ feeds, outputs });
    return answers;
  };

  const stage: PictureStage = {
    preprocessor,
    seconds: 0,
    onRun: null,
    async run(pictures, stages) {
      const answers = new Array<Answer>(pictures.length);
      const placed = pictures.map((picture, position) => ({
        picture,
        position,
        frame: preprocessor.frameFor(picture),
      }));
      for (const batch of batchesOf(placed, maxBatch, frames)) {
        const found = await runBatch(batch, stages);
        batch.forEach(({ position }, index) => {
          const answer = found[index];
          if (answer !== undefined) answers[position] = answer;
        });
      }
      return answers;
    },
  };
  return stage;
}

interface Placed {
  readonly picture: Picture;
  readonly position: number;
  readonly frame: ImageSize;
}

/** What a model without a batch dimension, or with a fixed batch of 1, takes at once. */
function largestBatch(session: Session, { name, batchAxis }: PipelineInput, wanted: number): number {
  if (batchAxis === null) return 1;
  const dimension = session.inputs.find((spec) => spec.name === name)?.shape[batchAxis];
  return typeof dimension === 'number' ? dimension : wanted;
}

/** Pictures by the width of their frames, cut into batches; with `equal` frames also where a frame differs from the one before. */
function batchesOf(placed: readonly Placed[], maxBatch: number, frames: 'equal' | 'mixed'): Placed[][] {
  const sorted = [...placed].sort((a, b) => a.frame.width - b.frame.width || a.frame.height - b.frame.height);
  const batches: Placed[][] = [];
  for (const each of sorted) {
    const batch = batches.at(-1);
    const [first] = batch ?? [];
    const fits = first !== undefined && (frames === 'mixed' || sameFrame(first.frame, each.frame));
    if (batch !== undefined && fits && batch.length < maxBatch) batch.push(each);
    else batches.push([each]);
  }
  return batches;
}

function sameFrame(a: ImageSize, b: ImageSize): boolean {
  return a.width === b.width && a.height === b.height;
}

async function write(preprocessor: Preprocessor, buffers: FrameBuffers, batch: readonly Placed[], frame: ImageSize) {
  const buffer = buffers.at(batch.length, frame);
  const target = buffer.data as TensorValues; // `checkPreprocess` has seen to the type
  const writes = batch.map(({ picture }, index) =>
    preprocessor.writePicture(picture, target, index * buffer.length, frame),
  );
  await Promise.all(writes);
  return buffer;
}

/** A postprocessor is made for a number of items: one for each that occurs. */
function postprocessorsFor({ session, postprocess }: StageModel): (items: number) => Postprocessor {
  const names = session.outputs.map(({ name }) => name);
  const made = new Map<number, Postprocessor>();
  const make = (items: number): Postprocessor => {
    const postprocessor = createPostprocessor(postprocess, names, items);
    made.set(items, postprocessor);
    return postprocessor;
  };
  make(1); // refuses settings that do not fit the model before anything is measured
  return (items) => made.get(items) ?? make(items);
}
