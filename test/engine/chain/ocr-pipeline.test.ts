import { expect, test } from 'vitest';
import { ortCpu } from '../../../src/engine/backends/ort-cpu.ts';
import { createOcrPipeline } from '../../../src/engine/chain/ocr-pipeline.ts';
import { createPictureStage } from '../../../src/engine/chain/picture-stage.ts';
import type { Answer } from '../../../src/engine/postprocess/answer.ts';
import type { OnnxModel } from '../../../src/graph/onnx-message.ts';
import { SmallGraph, writtenModel } from '../small-models.ts';
import {
  angleModel,
  anglePreprocess,
  ctc,
  db,
  detectorModel,
  letterWidth,
  lineHeight,
  linePreprocess,
  page,
  pagePreprocess,
  recogniserModel,
  smallOcr,
  upsideDown,
  type Writing,
} from './small-ocr.ts';

function textsOf(answer: Answer | undefined): string[] | undefined {
  return answer?.lines.map(({ text }) => text);
}

/** Whether a corner of a box is within a pixel and a half of where the line was drawn. */
function expectBox(answer: Answer | undefined, index: number, { text, x, y }: Writing, tolerance = 1.5): void {
  const right = x + text.length * letterWidth;
  const bottom = y + lineHeight;
  const box = answer?.lines[index]?.box ?? [];
  expect(box).toHaveLength(8);
  [x, y, right, y, right, bottom, x, bottom].forEach((value, corner) => {
    expect(Math.abs((box[corner] ?? Number.NaN) - value)).toBeLessThanOrEqual(tolerance);
  });
}

test('the lines of a page are read in reading order, each with its place', async () => {
  const lines: Writing[] = [
    { text: 'abc', x: 200, y: 20 },
    { text: 'ca', x: 30, y: 22 },
    { text: 'ba-ab', x: 10, y: 90 },
  ];
  const ocr = await smallOcr({ batchSize: 1 });
  const [answer] = await ocr.request([await page(320, 128, ...lines)]);
  expect(textsOf(answer)).toEqual(['ca', 'abc', 'baab']);
  expect(answer?.quads).toHaveLength(3);
  for (const [index, line] of [lines[1], lines[0], lines[2]].entries()) if (line) expectBox(answer, index, line);
  for (const { score } of answer?.lines ?? []) expect(score).toBeGreaterThan(0.9);
});

test('a line that is upside down is turned before it is read, with a classifier of angles only', async () => {
  const image = await page(320, 64, { text: 'abbc', x: 40, y: 20, upsideDown: true });
  const [turned] = await (await smallOcr({ batchSize: 1 })).request([image]);
  expect(textsOf(turned)).toEqual(['abc']);
  const [unturned] = await (await smallOcr({ batchSize: 1, angle: false })).request([image]);
  expect(textsOf(unturned)).toEqual(['cba']);
});

test('pages of one request keep their lines apart, whatever their sizes and number of lines', async () => {
  const ocr = await smallOcr({ batchSize: 3, maxBatch: 2 });
  const answers = await ocr.request([
    await page(256, 128, { text: 'ab', x: 8, y: 8 }, { text: 'bc', x: 8, y: 40 }, { text: 'cacac', x: 8, y: 80 }),
    await page(96, 64),
    await page(256, 128, { text: 'ccc-c', x: 60, y: 50 }),
  ]);
  expect(answers.map(textsOf)).toEqual([['ab', 'bc', 'cacac'], [], ['cc']]);
  expect(answers.map(({ quads }) => quads.length)).toEqual([3, 0, 1]);
});

test('pages without text run the detector only', async () => {
  const ocr = await smallOcr({ batchSize: 1 });
  const runs: string[] = [];
  ocr.watch(async ({ model }) => {
    runs.push(model);
  });
  const [answer] = await ocr.request([await page(100, 100)]);
  expect(answer).toMatchObject({ lines: [], quads: [] });
  expect(runs).toEqual(['detect']);
  expect(ocr.modelSeconds).toMatchObject({ angle: 0, recognise: 0 });
});

test('a line of 2000 pixels on a page that is scaled down for the detector is read at full resolution', async () => {
  const text = 'abcacb'.repeat(10).concat('ab'); // 62 letters, none beside itself
  const line = { text, x: 20, y: 30 };
  const ocr = await smallOcr({ batchSize: 1 });
  const [answer] = await ocr.request([await page(2024, 80, line)]);
  expect(textsOf(answer)).toEqual([text]);
  // A pixel of the detector's map is 2024 / 960 = 2.1 of the page.
  expectBox(answer, 0, line, 4);
});

test('pages of the same frame share a run of the detector, and lines of all pages those of the recogniser', async () => {
  const ocr = await smallOcr({ batchSize: 3, maxBatch: 4 });
  const runs: string[] = [];
  ocr.watch(async ({ model, feeds }) => {
    runs.push(`${model} ${feeds.x?.dims.join('×')}`);
  });
  const one = await page(128, 64, { text: 'ab', x: 8, y: 8 });
  const wide = await page(256, 64, { text: 'abcabc', x: 8, y: 8 });
  await ocr.request([one, wide, one]);
  expect(runs).toEqual([
    'detect 2×3×64×128',
    'detect 1×3×64×256',
    'angle 3×3×8×32',
    // The detector's boxes run from centre to centre of pixels: six letters are 191 × 15, and at 8 rows 101.9 wide, rounded up to
    // a multiple of 8. The shorter lines are padded.
    'recognise 3×3×8×104',
  ]);
  ocr.watch(null);
  await ocr.request([one, wide, one]);
  expect(runs).toHaveLength(4);
});

test('stages and models are timed as sums over a request', async () => {
  const ocr = await smallOcr({ batchSize: 1 });
  await ocr.request([await page(128, 64, { text: 'ab', x: 8, y: 8 })]);
  const { preprocess, inference, postprocess } = ocr.stages;
  for (const seconds of [preprocess, inference, postprocess]) expect(seconds).toBeGreaterThan(0);
  const { detect, angle, recognise } = ocr.modelSeconds;
  expect(detect + angle + recognise).toBeCloseTo(inference, 9);
  for (const seconds of [detect, angle, recognise]) expect(seconds).toBeGreaterThan(0);
});

test('a chain has no inference of its own', async () => {
  const ocr = await smallOcr({ batchSize: 1 });
  await expect(ocr.prepare([new Uint8Array(1)])).rejects.toMatchObject({ code: 'SCOPE_UNSUPPORTED' });
  expect(ocr.bareCall({ feeds: {}, shape: 0 })).toBeNull();
});

test('what took effect in all models is told once', async () => {
  expect((await smallOcr({ batchSize: 2 })).effective()).toMatchObject({
    backend: { value: 'ort-cpu', evidence: 'unverified' },
    threads: { value: 1, evidence: 'unverified' },
    batchSize: { value: 2, evidence: 'unverified' },
  });
});

test('what is no image is refused by its name, and the next request is unharmed', async () => {
  const ocr = await smallOcr({ batchSize: 2 });
  const good = await page(128, 64, { text: 'ab', x: 8, y: 8 });
  await expect(ocr.request([good, new Uint8Array(9)], (position) => `page ${position}`)).rejects.toMatchObject({
    code: 'IMAGE_INVALID',
    message: expect.stringMatching(/^page 1: /),
  });
  expect((await ocr.request([good, good])).map(textsOf)).toEqual([['ab'], ['ab']]);
});

test('augmentation within a chain is refused rather than left out', async () => {
  const session = await ortCpu.load(writtenModel(recogniserModel()), {
    fusion: 'on',
    precision: 'fp32',
    threads: 1,
    spinning: 'off',
    dumpPath: null,
    profilePrefix: null,
  });
  const inputs = [{ name: 'x', type: 'float32', itemShape: [1, 3, 8, 1024], batchAxis: 0 }];
  const preprocess = { ...linePreprocess, augment: { seed: 1, operators: [] } };
  expect(() =>
    createPictureStage({ session, inputs, preprocess, postprocess: ctc, maxBatch: 1 }, 'mixed'),
  ).toThrowError(/augment: expected none in a chain/);
});

async function loaded(model: OnnxModel) {
  return ortCpu.load(writtenModel(model), {
    fusion: 'on',
    precision: 'fp32',
    threads: 1,
    spinning: 'off',
    dumpPath: null,
    profilePrefix: null,
  });
}

/** The small chain with another detector or classifier of angles. */
async function chainWith(changed: { detect?: OnnxModel; angle?: OnnxModel }) {
  const stage = async (model: OnnxModel, height: number, width: number) => ({
    session: await loaded(model),
    inputs: [{ name: 'x', type: 'float32', itemShape: [1, 3, height, width], batchAxis: 0 }],
    maxBatch: 4,
  });
  return createOcrPipeline({
    batchSize: 1,
    detect: {
      ...(await stage(changed.detect ?? detectorModel(), 960, 960)),
      preprocess: pagePreprocess,
      postprocess: db,
    },
    angle: {
      ...(await stage(changed.angle ?? angleModel(), 8, 32)),
      preprocess: anglePreprocess,
      postprocess: upsideDown,
    },
    recognise: {
      ...(await stage(recogniserModel(), 8, 1024)),
      preprocess: linePreprocess,
      postprocess: { ...ctc, characters: ['a', 'b'] },
    },
  });
}

test('an error of a model says which of the chain it is', async () => {
  const ocr = await chainWith({});
  await expect(ocr.request([await page(128, 64, { text: 'ab', x: 8, y: 8 })])).rejects.toMatchObject({
    code: 'POSTPROCESS_INVALID',
    exitCode: 3,
    message: expect.stringMatching(/^Model "recognise" of the chain: postprocess characters: expected 3 .* got 2\./),
  });
});

test('a map that is smaller than the page is refused rather than taken for the page', async () => {
  const graph = new SmallGraph('half');
  const x = graph.input('x', 'float32', ['batch', 3, 'height', 'width']);
  const mean = graph.apply('ReduceMean', [x], { axes: [1], keepdims: 1 });
  const map = graph.node('AveragePool', [mean], {
    outputs: ['map'],
    attributes: { kernel_shape: [2, 2], strides: [2, 2] },
  });
  const ocr = await chainWith({ detect: graph.ending(map, ['batch', 1, 'rows', 'columns'], 13) });
  await expect(ocr.request([await page(128, 64)])).rejects.toMatchObject({
    code: 'POSTPROCESS_INVALID',
    message: expect.stringMatching(/^Model "detect" of the chain: .*128 × 64, but "map" is 64 × 32\./),
  });
});

test('a classifier of four angles is refused, whose class 1 is not upside down', async () => {
  const graph = new SmallGraph('angles');
  const x = graph.input('x', 'float32', ['batch', 3, 8, 32]);
  const quarters = graph.apply('AveragePool', [x], { kernel_shape: [2, 32], strides: [2, 32] });
  const scores = graph.node('ReduceMean', [quarters], {
    outputs: ['scores'],
    attributes: { axes: [1, 3], keepdims: 0 },
  });
  const ocr = await chainWith({ angle: graph.ending(scores, ['batch', 4], 13) });
  await expect(ocr.request([await page(128, 64, { text: 'ab', x: 8, y: 8 })])).rejects.toMatchObject({
    message: expect.stringMatching(/^Model "angle" of the chain: expected two classes, .* got 4\./),
  });
});
