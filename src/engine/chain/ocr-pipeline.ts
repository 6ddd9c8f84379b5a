import { performance } from 'node:perf_hooks';
import { DynoError, InputError } from '../../kernel/errors.ts';
import type { ItemName, Pipeline, StageSeconds } from '../pipeline.ts';
import type { Item } from '../pipeline-input.ts';
import { type Answer, type FoundQuad, noAnswer, type TextLine } from '../postprocess/answer.ts';
import { cropQuad } from '../preprocess/crop-quad.ts';
import { bytesOf, DataImage } from '../preprocess/data-image.ts';
import { decodeWhole } from '../preprocess/decode.ts';
import { imageLibrary } from '../preprocess/image-library.ts';
import type { Picture } from '../preprocess/picture.ts';
import { quadInImage } from '../preprocess/placement.ts';
import { turnedUpsideDown } from '../preprocess/turn-picture.ts';
import type { Quad } from '../quad.ts';
import { mergeEffective } from './merge-effective.ts';
import { createPictureStage, type ModelRun, type PictureStage, type StageModel } from './picture-stage.ts';
import { readingOrder } from './reading-order.ts';

/** The models of the chain, in the order in which they run. */
export const ocrModelNames = ['detect', 'angle', 'recognise'] as const;
export type OcrModelName = (typeof ocrModelNames)[number];

export interface OcrPipelineOptions {
  /** Pages in a request. */
  readonly batchSize: number;
  /** Finds lines of text (postprocessing `db`). */
  readonly detect: StageModel;
  /** Tells lines that are upside down, class 1 (postprocessing `classify`); null: none is taken to be. */
  readonly angle: StageModel | null;
  /** Reads a line (postprocessing `ctc`). */
  readonly recognise: StageModel;
}

/** A run of one of the models of the chain. */
export interface OcrModelRun extends ModelRun {
  readonly model: OcrModelName;
}

export interface OcrPipeline extends Pipeline {
  /** Seconds of inference that each model took for the last query. */
  readonly modelSeconds: Readonly<Record<OcrModelName, number>>;
  /** Calls `see` after each run of a model, outside of all times; null: no more. For proofs, not for what is measured. */
  watch(see: ((run: OcrModelRun) => Promise<void>) | null): void;
}

/** A line is turned only when the classifier is this sure, as PaddleOCR's `cls_thresh` has it. */
const turnedAbove = 0.9;

/** Class of the angle classifier for a line that is upside down. */
const upsideDown = 1;

/**
 * Reads pages: a page is decoded once and scaled for the detector; what this finds is cut out of the page at full resolution, turned
 * where it is upside down, and read. An answer has the lines of a page in reading order, each with its corners in the page, and all
 * regions that were found; a region in which nothing was read is no line.
 *
 * Pages that take the same frame go through the detector together, and lines of all pages of a request share the runs of the other two.
 * The stages of a request are sums over the models; cutting out lines counts as preprocessing.
 * @throws InputError as `createPipeline` does, and `POSTPROCESS_INVALID` for models of the wrong kind.
 */
export async function createOcrPipeline(options: OcrPipelineOptions): Promise<OcrPipeline> {
  const { batchSize } = options;
  checkKind('detect', options.detect, 'db');
  if (options.angle !== null) checkKind('angle', options.angle, 'classify');
  checkKind('recognise', options.recognise, 'ctc');
  const detect = namedStage('detect', { ...options.detect, maxBatch: batchSize }, 'equal');
  const angle = options.angle === null ? null : namedStage('angle', options.angle, 'mixed');
  const recognise = namedStage('recognise', options.recognise, 'mixed');
  await imageLibrary(); // now, or the first request would pay for loading it

  const byName: Readonly<Record<OcrModelName, PictureStage | null>> = { detect, angle, recognise };
  const stages: StageSeconds = { preprocess: 0, inference: 0, postprocess: 0 };

  const findLines = async (pages: readonly Picture[]): Promise<FoundLine[]> => {
    const found = await detect.run(pages, stages);
    const start = performance.now();
    const lines = pages.flatMap((page, number) => linesOf(page, number, found[number]?.quads ?? [], detect));
    stages.preprocess += (performance.now() - start) / 1e3;
    return lines;
  };

  const upright = async (lines: readonly FoundLine[]): Promise<readonly Picture[]> => {
    const pictures = lines.map(({ picture }) => picture);
    if (angle === null) return pictures;
    const answers = await angle.run(pictures, stages);
    const start = performance.now();
    refuseOtherAngles(answers[0]);
    const turned = pictures.map((picture, index) =>
      isUpsideDown(answers[index]) ? turnedUpsideDown(picture) : picture,
    );
    stages.preprocess += (performance.now() - start) / 1e3;
    return turned;
  };

  return {
    stages,

    get modelSeconds() {
      return { detect: detect.seconds, angle: angle?.seconds ?? 0, recognise: recognise.seconds };
    },

    async request(items, name = (position) => `item ${position} of the query`) {
      if (items.length !== batchSize)
        throw new RangeError(`Expected ${batchSize} items in a query, got ${items.length}.`);
      for (const stage of Object.values(byName)) if (stage !== null) stage.seconds = 0;
      Object.assign(stages, { preprocess: 0, inference: 0, postprocess: 0 });
      const start = performance.now();
      const pages = await Promise.all(items.map((item, position) => decodePage(item, position, name)));
      stages.preprocess += (performance.now() - start) / 1e3;

      const lines = await findLines(pages);
      const read = await recognise.run(await upright(lines), stages);
      const readUntil = performance.now();
      const answers = pages.map((_, page) => answerOf(lines, read, page));
      stages.postprocess += (performance.now() - readUntil) / 1e3;
      return answers;
    },

    prepare: () => Promise.reject(noSingleModel()),
    infer: () => Promise.reject(noSingleModel()),
    bareCall: () => null,
    answers: () => {
      throw noSingleModel();
    },
    effective: () => ({
      ...mergeEffective({
        detect: options.detect.session.effective(),
        ...(options.angle === null ? {} : { angle: options.angle.session.effective() }),
        recognise: options.recognise.session.effective(),
      }),
      batchSize: { value: batchSize, evidence: 'unverified' },
    }),

    watch(see) {
      for (const model of ocrModelNames) {
        const stage = byName[model];
        if (stage !== null) stage.onRun = see === null ? null : (run) => see({ model, ...run });
      }
    },
  };
}

/** A stage whose errors say which model of the chain they are of: several have inputs and outputs of the same name. */
function namedStage(name: OcrModelName, model: StageModel, frames: 'equal' | 'mixed'): PictureStage {
  try {
    const stage = createPictureStage(model, frames);
    const { run } = stage;
    stage.run = (pictures, stages) =>
      run(pictures, stages).catch((error: unknown) => Promise.reject(named(name, error)));
    return stage;
  } catch (error) {
    throw named(name, error);
  }
}

function named(model: OcrModelName, error: unknown): unknown {
  if (!(error instanceof DynoError)) return error;
  const message = `Model "${model}" of the chain: ${error.message}`;
  if (error instanceof InputError) return new InputError(error.code, message, { cause: error.cause });
  return new DynoError(error.code, message, { cause: error.cause, exitCode: error.exitCode });
}

/** Class 1 of a model that tells more than two angles is another one. */
function refuseOtherAngles(answer: Answer | undefined): void {
  if (answer === undefined || answer.classCount === 2) return;
  throw new InputError(
    'POSTPROCESS_INVALID',
    `Model "angle" of the chain: expected two classes, upright and upside down, got ${answer.classCount}. Take a classifier of 0° and 180°, or leave it out.`,
  );
}

interface FoundLine extends FoundQuad {
  readonly page: number;
  readonly picture: Picture;
}

/** The lines of a page in reading order, cut out of it. */
function linesOf(page: Picture, number: number, quads: readonly FoundQuad[], detect: PictureStage): FoundLine[] {
  const placement = detect.preprocessor.placementOf(page);
  const inPage = quads
    .map((found) => ({ ...found, quad: quadInImage(found.quad, placement, page) }))
    .filter(({ quad }) => hasPixels(quad));
  return readingOrder(inPage.map(({ quad }) => quad)).flatMap((index) => {
    const found = inPage[index];
    return found === undefined ? [] : [{ ...found, page: number, picture: cropQuad(page, found.quad) }];
  });
}

/** Of a region in the padding, nothing is left within the page. */
function hasPixels([x0, y0, x1, y1, , , x3, y3]: Quad): boolean {
  return Math.hypot(x1 - x0, y1 - y0) >= 1 && Math.hypot(x3 - x0, y3 - y0) >= 1;
}

function isUpsideDown(answer: Answer | undefined): boolean {
  return answer?.classes[0] === upsideDown && (answer.scores[0] ?? 0) > turnedAbove;
}

function answerOf(lines: readonly FoundLine[], read: readonly Answer[], page: number): Answer {
  const quads: FoundQuad[] = [];
  const texts: TextLine[] = [];
  lines.forEach((line, index) => {
    if (line.page !== page) return;
    quads.push({ quad: line.quad, score: line.score });
    const text = read[index]?.lines[0];
    if (text !== undefined && text.text !== '') texts.push({ text: text.text, score: text.score, box: line.quad });
  });
  return { ...noAnswer, quads, lines: texts };
}

async function decodePage(item: Item, position: number, name: ItemName): Promise<Picture> {
  if (item instanceof Uint8Array || item instanceof DataImage) return decodeWhole(bytesOf(item), () => name(position));
  throw new InputError('ITEM_INVALID', `${name(position)}: expected an encoded image, got tensors.`);
}

function checkKind(model: OcrModelName, { postprocess }: StageModel, kind: string): void {
  if (postprocess.kind === kind) return;
  throw new InputError(
    'POSTPROCESS_INVALID',
    `Model "${model}" of the chain: expected a postprocess of kind ${kind}, got ${postprocess.kind}.`,
  );
}

function noSingleModel(): DynoError {
  return new DynoError(
    'SCOPE_UNSUPPORTED',
    'A chain of models has no single inference: what a model is fed follows from the answer of the one before. Use --scope request.',
  );
}
