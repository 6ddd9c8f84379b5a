import sharp from 'sharp';
import type { Session } from '../../../src/engine/backends/backend.ts';
import { ortCpu } from '../../../src/engine/backends/ort-cpu.ts';
import { createOcrPipeline } from '../../../src/engine/chain/ocr-pipeline.ts';
import type { StageModel } from '../../../src/engine/chain/picture-stage.ts';
import type { ClassifySettings, CtcSettings, DbSettings, PreprocessSettings } from '../../../src/engine/settings.ts';
import type { OnnxModel } from '../../../src/graph/onnx-message.ts';
import { SmallGraph, writtenModel } from '../small-models.ts';

/*
 * A writing of three letters whose reading can be worked out: a, b and c are blocks of pure red, green and blue, a gap within a line is
 * dark grey. Black separates lines. Letters are bright in their upper half and a little darker in the lower one, so that it shows which
 * way up a line is.
 */

/** Bright where there is a letter or a gap: the mean of the channels above 40 (a dark pure colour has 55, a gap 60). */
export function detectorModel(): OnnxModel {
  const graph = new SmallGraph('detector');
  const x = graph.input('x', 'float32', ['batch', 3, 'height', 'width']);
  const mean = graph.apply('ReduceMean', [x], { axes: [1], keepdims: 1 });
  const bright = graph.apply('Greater', [mean, graph.scalar('limit', 40)]);
  const map = graph.node('Cast', [bright], { outputs: ['map'], attributes: { to: 1 } });
  return graph.ending(map, ['batch', 1, 'height', 'width'], 13);
}

/** Mean of the upper half as the score of class 0, of the lower half as that of class 1. */
export function angleModel(): OnnxModel {
  const graph = new SmallGraph('angle');
  const x = graph.input('x', 'float32', ['batch', 3, 8, 32]);
  const halves = graph.apply('AveragePool', [x], { kernel_shape: [4, 32], strides: [4, 32] });
  const scores = graph.node('ReduceMean', [halves], { outputs: ['scores'], attributes: { axes: [1, 3], keepdims: 0 } });
  return graph.ending(scores, ['batch', 2], 13);
}

/** A step is 8 columns wide. Blank has the score 100, the letters the mean of their channel. */
export function recogniserModel(): OnnxModel {
  const graph = new SmallGraph('recogniser');
  const x = graph.input('x', 'float32', ['batch', 3, 8, 'width']);
  const steps = graph.apply('AveragePool', [x], { kernel_shape: [8, 8], strides: [8, 8] });
  const flat = graph.apply('Squeeze', [steps, graph.integers('axis', [2])]);
  const letters = graph.apply('Transpose', [flat], { perm: [0, 2, 1] });
  const pads = graph.integers('pads', [0, 0, 1, 0, 0, 0]);
  const scores = graph.node('Pad', [letters, pads, graph.scalar('blank', 100)], { outputs: ['scores'] });
  return graph.ending(scores, ['batch', 'steps', 4], 13);
}

const image = { color: 'rgb', normalize: { kind: 'none' }, layout: 'nchw' } as const;

/** Pages up to 960 × 960; lines of 8 rows and up to 1024 columns. */
export const pagePreprocess: PreprocessSettings = {
  ...image,
  resize: { mode: 'dynamic', width: 960, height: 960, side: 'both', multiple: 32, kernel: 'linear', padding: 0 },
};
export const anglePreprocess: PreprocessSettings = {
  ...image,
  resize: { mode: 'stretch', width: 32, height: 8, kernel: 'linear', shorterSide: null, padding: 0 },
};
export const linePreprocess: PreprocessSettings = {
  ...image,
  resize: { mode: 'dynamic', width: 1024, height: 8, side: 'height', multiple: 8, kernel: 'linear', padding: 0 },
};

export const db: DbSettings = {
  kind: 'db',
  output: null,
  threshold: 0.3,
  boxThreshold: 0.6,
  unclipRatio: 0,
  minSize: 1,
  maxCandidates: 100,
};
export const upsideDown: ClassifySettings = { kind: 'classify', output: null, softmax: true, topK: 1 };
export const ctc: CtcSettings = { kind: 'ctc', output: null, characters: ['a', 'b', 'c'], softmax: true, beamWidth: 1 };

function load(model: OnnxModel): Promise<Session> {
  return ortCpu.load(writtenModel(model), {
    fusion: 'on',
    precision: 'fp32',
    threads: 1,
    spinning: 'off',
    dumpPath: null,
    profilePrefix: null,
  });
}

function input(height: number, width: number) {
  return [{ name: 'x', type: 'float32', itemShape: [1, 3, height, width], batchAxis: 0 }];
}

/** The chain over pages, with the classifier of angles or without. */
export async function smallOcr(settings: { batchSize: number; angle?: boolean; maxBatch?: number }) {
  const { batchSize, angle = true, maxBatch = 4 } = settings;
  const stage = async (model: OnnxModel, rest: Omit<StageModel, 'session' | 'maxBatch'>): Promise<StageModel> => ({
    session: await load(model),
    maxBatch,
    ...rest,
  });
  return createOcrPipeline({
    batchSize,
    detect: await stage(detectorModel(), { inputs: input(960, 960), preprocess: pagePreprocess, postprocess: db }),
    angle: angle
      ? await stage(angleModel(), { inputs: input(8, 32), preprocess: anglePreprocess, postprocess: upsideDown })
      : null,
    recognise: await stage(recogniserModel(), {
      inputs: input(8, 1024),
      preprocess: linePreprocess,
      postprocess: ctc,
    }),
  });
}

/** Text at a place of a page; `-` is a gap between two letters. */
export interface Writing {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly upsideDown?: boolean;
}

export const letterWidth = 32;
export const lineHeight = 16;

/** Draws a page as PNG. A letter is 32 pixels wide and 16 high. */
export function page(width: number, height: number, ...lines: readonly Writing[]): Promise<Uint8Array> {
  const pixels = new Uint8Array(width * height * 3);
  for (const line of lines) {
    const letters = line.upsideDown === true ? [...line.text].reverse() : [...line.text];
    letters.forEach((letter, index) => {
      for (let row = 0; row < lineHeight; row++) {
        const isBright = row < lineHeight / 2 !== (line.upsideDown === true);
        for (let column = 0; column < letterWidth; column++) {
          const at = 3 * ((line.y + row) * width + line.x + index * letterWidth + column);
          pixels.set(colour(letter, isBright), at);
        }
      }
    });
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

function colour(letter: string, isBright: boolean): readonly number[] {
  if (letter === '-') return isBright ? [80, 80, 80] : [60, 60, 60];
  const level = isBright ? 255 : 165;
  return ['a', 'b', 'c'].map((each) => (each === letter ? level : 0));
}
