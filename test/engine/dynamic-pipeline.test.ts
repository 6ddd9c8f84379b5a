import { expect, test } from 'vitest';
import type { Session } from '../../src/engine/backends/backend.ts';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { createPipeline } from '../../src/engine/pipeline.ts';
import { encodeGrayPng } from '../../src/engine/preprocess/encode.ts';
import { imageLibrary } from '../../src/engine/preprocess/image-library.ts';
import { measureFidelity } from '../../src/engine/proof/fidelity.ts';
import type { DynamicResize, PreprocessSettings } from '../../src/engine/settings.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { SmallGraph, writtenModel } from './small-models.ts';

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

/** Doubles every pixel: what it was fed can be read off its output. */
function doubling(height: number | string = 'height', width: number | string = 'width'): OnnxModel {
  const graph = new SmallGraph('doubling');
  const x = graph.input('x', 'float32', ['batch', 1, height, width]);
  return graph.ending(graph.node('Add', [x, x], { outputs: ['y'] }), ['batch', 1, height, width]);
}

const resize: DynamicResize = {
  mode: 'dynamic',
  width: 16,
  height: 16,
  side: 'both',
  multiple: 4,
  kernel: 'nearest',
  padding: 9,
};

function gray(changes: Partial<DynamicResize> = {}): PreprocessSettings {
  return { resize: { ...resize, ...changes }, color: 'gray', normalize: { kind: 'none' }, layout: 'nchw' };
}

async function pipelineOf(batchSize: number, changes: Partial<DynamicResize> = {}, model = doubling()) {
  const preprocess = gray(changes);
  const { height, width } = preprocess.resize;
  return createPipeline({
    session: await load(model),
    batchSize,
    inputs: [{ name: 'x', type: 'float32', itemShape: [1, 1, height, width], batchAxis: 0 }],
    preprocess,
    postprocess: { kind: 'none' },
  });
}

function filled(width: number, height: number, value: number): Promise<Uint8Array> {
  return encodeGrayPng(new Uint8Array(width * height).fill(value), width, height);
}

type DynamicPipeline = Awaited<ReturnType<typeof pipelineOf>>;

async function outputOf(pipeline: DynamicPipeline, ...images: Uint8Array[]) {
  const { y } = await pipeline.infer(await pipeline.prepare(images));
  return { dims: y?.dims, values: Array.from(y?.data as Float32Array) };
}

test('the input takes the size of the image, rounded up to the multiple and padded on the right and below', async () => {
  const { dims, values } = await outputOf(await pipelineOf(1), await filled(3, 2, 5));
  expect(dims).toEqual([1, 1, 4, 4]);
  // three pixels of 5 and one of padding in the first two rows, padding in the others; the model doubles
  expect(values).toEqual([10, 10, 10, 18, 10, 10, 10, 18, ...new Array(8).fill(18)]);
});

test('the images of a query share the largest of their frames', async () => {
  const { dims, values } = await outputOf(await pipelineOf(2), await filled(8, 4, 1), await filled(4, 8, 2));
  expect(dims).toEqual([2, 1, 8, 8]);
  const [first, second] = [values.slice(0, 64), values.slice(64)];
  expect(first.filter((value) => value === 2)).toHaveLength(8 * 4);
  expect(first.slice(0, 8)).toEqual(new Array(8).fill(2)); // the first row is all image
  expect(second.slice(0, 8)).toEqual([4, 4, 4, 4, 18, 18, 18, 18]);
  expect(second.slice(-8)).toEqual([4, 4, 4, 4, 18, 18, 18, 18]);
});

test('queries of changing size leave nothing of one another behind', async () => {
  const pipeline = await pipelineOf(1);
  const sizes = [
    [16, 16],
    [3, 2],
    [12, 5],
    [3, 2],
    [16, 16],
  ] as const;
  for (const [width, height] of sizes) {
    const image = await filled(width, height, width);
    await pipeline.request([image]); // fills the buffers that all requests share
    const { values } = await outputOf(pipeline, image);
    expect(values.filter((value) => value === 2 * width)).toHaveLength(width * height);
    expect(values.filter((value) => value === 18)).toHaveLength(values.length - width * height);
  }
});

test('an image on its side is measured as it is shown', async () => {
  const sharp = await imageLibrary();
  // Orientation 6: stored as 8 × 4, shown as 4 × 8.
  const turned = await sharp(
    Uint8Array.from({ length: 32 }, () => 7),
    { raw: { width: 8, height: 4, channels: 1 } },
  )
    .withMetadata({ orientation: 6 })
    .png()
    .toBuffer();
  expect((await outputOf(await pipelineOf(1), turned)).dims).toEqual([1, 1, 8, 4]);
});

test('with side height the height is fixed and the width follows', async () => {
  const line = { side: 'height', height: 8, width: 64 } as const;
  const pipeline = await pipelineOf(1, line, doubling(8));
  expect((await outputOf(pipeline, await filled(20, 4, 1))).dims).toEqual([1, 1, 8, 40]);
  expect((await outputOf(pipeline, await filled(200, 4, 1))).dims).toEqual([1, 1, 8, 64]);
});

test('large outputs of each size are written into memory of their own, which the next query of that size finds again', async () => {
  const pipeline = await pipelineOf(1, { width: 128, height: 128 });
  const [small, large] = [await filled(80, 80, 1), await filled(128, 128, 2)];
  const queries = { small: await pipeline.prepare([small]), large: await pipeline.prepare([large]) };
  const run = async (name: 'small' | 'large') => (await pipeline.infer(queries[name])).y?.data as Float32Array;
  await run('small');
  await run('large');
  const [first, between, second] = [await run('small'), await run('large'), await run('small')];
  expect(second).toBe(first);
  expect([first.length, between.length]).toEqual([80 * 80, 128 * 128]);
  expect([first[0], between[0]]).toEqual([2, 4]);
});

test('fidelity holds over images of different sizes', async () => {
  const [candidate, reference] = [await pipelineOf(1), await pipelineOf(1)];
  const images = [await filled(3, 2, 5), await filled(16, 9, 6)];
  const items = { count: 2, item: (index: number) => images[index] ?? new Uint8Array() };
  expect(await measureFidelity({ candidate, reference, batchSize: 1 }, items, 16)).toEqual({
    cosine: 1,
    sqnrDb: null,
    sqnrReason: 'BIT_EQUAL',
    items: 2,
  });
});

test('a broken image among good ones fails by its name, and the next query is unharmed', async () => {
  const pipeline = await pipelineOf(2);
  const good = await filled(4, 4, 1);
  await expect(pipeline.request([good, new Uint8Array(40)], (position) => `page ${position}`)).rejects.toMatchObject({
    code: 'IMAGE_INVALID',
    message: expect.stringMatching(/^page 1: /),
  });
  await expect(pipeline.request([good, good])).resolves.toHaveLength(2);
});

test.each<[string, Partial<DynamicResize>, OnnxModel, string, RegExp]>([
  ['a frame that is no multiple', { width: 18 }, doubling(), 'PREPROCESS_INVALID', /width.*multiple of 4.*18.*Use 16/],
  ['a multiple of 0', { multiple: 0 }, doubling(), 'PREPROCESS_INVALID', /multiple: expected a whole number from 1/],
  ['a model of fixed height', {}, doubling(16), 'INPUT_MISMATCH', /fixed height of 16.*mode letterbox/],
  ['a model of fixed width', { side: 'height' }, doubling(16, 16), 'INPUT_MISMATCH', /fixed width of 16/],
])('%s is refused', async (_name, changes, model, code, message) => {
  await expect(pipelineOf(1, changes, model)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test.each([
  [16, 8, 8, '16 × 16, but "map" is 8 × 8'],
  [16, 16, 16, null],
])('a map of regions must be as large as the picture: %i, map %i × %i', async (side, width, height, problem) => {
  const graph = new SmallGraph('map');
  const x = graph.input('x', 'float32', ['batch', 1, side, side]);
  const pooled = { kernel_shape: [side / height, side / width], strides: [side / height, side / width] };
  const map = graph.node('AveragePool', [x], { outputs: ['map'], attributes: pooled });
  const pipeline = await createPipeline({
    session: await load(graph.ending(map, ['batch', 1, height, width], 13)),
    batchSize: 1,
    inputs: [{ name: 'x', type: 'float32', itemShape: [1, 1, side, side], batchAxis: 0 }],
    preprocess: {
      ...gray(),
      resize: { mode: 'letterbox', width: side, height: side, kernel: 'nearest', shorterSide: null, padding: 0 },
    },
    postprocess: {
      kind: 'db',
      output: null,
      threshold: 0.3,
      boxThreshold: 0.6,
      unclipRatio: 0,
      minSize: 1,
      maxCandidates: 10,
    },
  });
  const request = pipeline.request([await filled(32, 32, 1)]);
  if (problem === null) {
    // From centre to centre of the outermost pixels, which are two of the image.
    expect((await request)[0]?.quads).toEqual([{ quad: [1, 1, 31, 1, 31, 31, 1, 31], score: 1 }]);
  } else {
    await expect(request).rejects.toMatchObject({
      code: 'POSTPROCESS_INVALID',
      message: expect.stringContaining(problem),
    });
  }
});
