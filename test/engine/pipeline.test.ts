import { expect, test } from 'vitest';
import type { Session, Tensors } from '../../src/engine/backends/backend.ts';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { createPipeline, type PipelineOptions } from '../../src/engine/pipeline.ts';
import { noAnswer } from '../../src/engine/postprocess/answer.ts';
import { encodeGrayPng } from '../../src/engine/preprocess/encode.ts';
import type { DetectSettings, PreprocessSettings } from '../../src/engine/settings.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { detection } from './postprocess/detection-settings.ts';
import { oneNode, SmallGraph, writtenModel } from './small-models.ts';

const none = { kind: 'none' } as const;
const classify = { kind: 'classify', output: null, softmax: false, topK: 1 } as const;

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

async function pipelineOf(model: OnnxModel, options: Partial<PipelineOptions> = {}) {
  const session = await load(model);
  const inputs = [{ name: 'x', type: 'float32', itemShape: [1, 4], batchAxis: 0 }];
  return createPipeline({ session, batchSize: 1, inputs, preprocess: null, postprocess: none, ...options });
}

function item(...values: number[]): Tensors {
  return { x: { type: 'float32', dims: [1, values.length], data: Float32Array.from(values) } };
}

test('items lie in the batch in their order', async () => {
  const pipeline = await pipelineOf(oneNode(), { batchSize: 2, postprocess: classify });
  const answers = await pipeline.request([item(1, 5, 2, 3), item(9, 0, 2, 3)]);
  expect(answers).toEqual([
    { ...noAnswer, classes: [1], scores: [5], classCount: 4 },
    { ...noAnswer, classes: [0], scores: [9], classCount: 4 },
  ]);
});

test('a request times each of its stages', async () => {
  const pipeline = await pipelineOf(oneNode(), { postprocess: classify });
  await pipeline.request([item(1, 2, 3, 4)]);
  const { preprocess, inference, postprocess } = pipeline.stages;
  for (const seconds of [preprocess, inference, postprocess]) expect(seconds).toBeGreaterThan(0);
});

test('prepared queries keep their own inputs', async () => {
  const pipeline = await pipelineOf(oneNode());
  const first = await pipeline.prepare([item(1, 2, 3, 4)]);
  const second = await pipeline.prepare([item(5, 6, 7, 8)]);
  await pipeline.request([item(0, 0, 0, 0)]);
  expect(Array.from((await pipeline.infer(first)).y?.data as Float32Array)).toEqual([1, 2, 3, 4]);
  expect(Array.from((await pipeline.infer(second)).y?.data as Float32Array)).toEqual([5, 6, 7, 8]);
});

test('large outputs of static shape are written into the same memory each time, small ones are fresh', async () => {
  for (const [width, preallocated] of [
    [4, false],
    [4096, false],
    [4097, true],
  ] as const) {
    // 4,096 floats are 16 KiB: preallocation starts above that
    const pipeline = await pipelineOf(oneNode(width), {
      inputs: [{ name: 'x', type: 'float32', itemShape: [1, width], batchAxis: 0 }],
    });
    const query = await pipeline.prepare([item(...new Array<number>(width).fill(3))]);
    await pipeline.infer(query);
    const second = (await pipeline.infer(query)).y?.data;
    const third = (await pipeline.infer(query)).y?.data;
    expect(second === third).toBe(preallocated);
    expect(third?.[width - 1]).toBe(3);
  }
});

test('an output whose shape depends on the data is never preallocated', async () => {
  const graph = new SmallGraph('data dependent');
  const x = graph.input('x', 'float32', ['batch', 5000]);
  const pipeline = await pipelineOf(
    graph.ending(graph.node('NonZero', [x], { outputs: ['y'] }), [2, 'found'], 17, 'int64'),
    {
      inputs: [{ name: 'x', type: 'float32', itemShape: [1, 5000], batchAxis: 0 }],
    },
  );
  const ones = await pipeline.prepare([item(...new Array<number>(5000).fill(1))]);
  const few = await pipeline.prepare([item(...new Array<number>(4999).fill(0), 1)]);
  expect((await pipeline.infer(ones)).y?.dims).toEqual([2, 5000]);
  expect((await pipeline.infer(few)).y?.dims).toEqual([2, 1]);
});

test('the bare call is the call that infer makes: into the same memory', async () => {
  const width = 5000;
  const pipeline = await pipelineOf(oneNode(width), {
    inputs: [{ name: 'x', type: 'float32', itemShape: [1, width], batchAxis: 0 }],
  });
  const query = await pipeline.prepare([item(...new Array<number>(width).fill(3))]);
  await pipeline.infer(query);
  const written = (await pipeline.infer(query)).y?.data as Float32Array;
  written.fill(-1);
  await pipeline.bareCall(query)?.();
  expect(written[0]).toBe(3);
});

test('a batch in the second dimension interleaves the items', async () => {
  const graph = new SmallGraph('state');
  const x = graph.input('x', 'float32', [2, 'batch', 2]);
  const pipeline = await pipelineOf(graph.ending(graph.node('Relu', [x], { outputs: ['y'] }), [2, 'batch', 2]), {
    batchSize: 2,
    inputs: [{ name: 'x', type: 'float32', itemShape: [2, 1, 2], batchAxis: 1 }],
  });
  const state = (...values: number[]): Tensors => ({
    x: { type: 'float32', dims: [2, 1, 2], data: Float32Array.from(values) },
  });
  const { y } = await pipeline.infer(await pipeline.prepare([state(1, 2, 3, 4), state(5, 6, 7, 8)]));
  expect(Array.from(y?.data as Float32Array)).toEqual([1, 2, 5, 6, 3, 4, 7, 8]);
});

test('an input without a batch is fed as it is, from the first item', async () => {
  const graph = new SmallGraph('rate');
  const x = graph.input('x', 'float32', ['batch', 2]);
  const rate = graph.apply('Cast', [graph.input('rate', 'int64', [])], { to: 1 });
  const pipeline = await pipelineOf(graph.ending(graph.node('Mul', [x, rate], { outputs: ['y'] }), ['batch', 2]), {
    batchSize: 2,
    inputs: [
      { name: 'x', type: 'float32', itemShape: [1, 2], batchAxis: 0 },
      { name: 'rate', type: 'int64', itemShape: [], batchAxis: null },
    ],
  });
  const one = (value: number, factor: number): Tensors => ({
    ...item(value, value),
    rate: { type: 'int64', dims: [], data: BigInt64Array.of(BigInt(factor)) },
  });
  const { y } = await pipeline.infer(await pipeline.prepare([one(2, 10), one(3, 99)]));
  expect(Array.from(y?.data as Float32Array)).toEqual([20, 20, 30, 30]);
});

const grey: PreprocessSettings = {
  resize: { width: 2, height: 2, mode: 'stretch', kernel: 'nearest', shorterSide: null, padding: 0 },
  color: 'gray',
  normalize: { kind: 'none' },
  layout: 'nchw',
};

function imageModel(): OnnxModel {
  const graph = new SmallGraph('image');
  const x = graph.input('x', 'float32', ['batch', 1, 2, 2]);
  return graph.ending(graph.node('Flatten', [x], { outputs: ['y'], attributes: { axis: 1 } }), ['batch', 4]);
}

const imageInput = [{ name: 'x', type: 'float32', itemShape: [1, 1, 2, 2], batchAxis: 0 }];

test('images of a query are decoded each into its own place', async () => {
  const pipeline = await pipelineOf(imageModel(), {
    batchSize: 3,
    inputs: imageInput,
    preprocess: grey,
    postprocess: classify,
  });
  const images = await Promise.all(
    [0, 1, 3].map((bright) =>
      encodeGrayPng(
        Uint8Array.from({ length: 4 }, (_, pixel) => (pixel === bright ? 200 : 7)),
        2,
        2,
      ),
    ),
  );
  expect((await pipeline.request(images)).map(({ classes }) => classes[0])).toEqual([0, 1, 3]);
});

test('boxes are answered in pixels of the image, whether the model gives pixels of its frame or shares', async () => {
  // The four pixels are the edges of the only box, and the brightest of them its score.
  const graph = new SmallGraph('box');
  const x = graph.input('x', 'float32', ['batch', 1, 2, 2]);
  const edges = graph.apply('Reshape', [x, graph.integers('edges', [0, 1, 4])]);
  const score = graph.apply('ReduceMax', [edges], { axes: [2], keepdims: 1 });
  const output = graph.node('Concat', [edges, score], { outputs: ['y'], attributes: { axis: 2 } });
  const model = graph.ending(output, ['batch', 1, 5]);
  // 0 0 1 1 in 2 × 2, from an image of 8 × 4 whose lower half is 1.
  const image = await encodeGrayPng(
    Uint8Array.from({ length: 32 }, (_, pixel) => (pixel < 16 ? 0 : 1)),
    8,
    4,
  );
  const found = async (normalized: boolean) => {
    const postprocess: DetectSettings = { ...detection, normalized };
    const pipeline = await pipelineOf(model, { inputs: imageInput, preprocess: grey, postprocess });
    return (await pipeline.request([image]))[0]?.boxes;
  };
  expect(await found(false)).toEqual([{ box: [0, 0, 4, 2], class: 0, score: 1 }]);
  expect(await found(true)).toEqual([{ box: [0, 0, 8, 4], class: 0, score: 1 }]);
});

test('a query with a broken image fails by the name that the caller gives it, and the next one is unharmed', async () => {
  const pipeline = await pipelineOf(imageModel(), {
    batchSize: 2,
    inputs: imageInput,
    preprocess: grey,
    postprocess: classify,
  });
  const good = await encodeGrayPng(Uint8Array.of(1, 2, 3, 4), 2, 2);
  await expect(
    pipeline.request([good, new Uint8Array(40)], (position) => `photo-${position}.jpg`),
  ).rejects.toMatchObject({ code: 'IMAGE_INVALID', message: expect.stringMatching(/^photo-1\.jpg: /) });
  expect((await pipeline.request([good, good])).map(({ classes }) => classes[0])).toEqual([3, 3]);
});

test('the batch that took effect is read from the outputs', async () => {
  const pipeline = await pipelineOf(oneNode(), { batchSize: 3 });
  expect(pipeline.effective().batchSize).toEqual({ value: null, evidence: 'unverified' });
  await pipeline.request([item(1, 2, 3, 4), item(1, 2, 3, 4), item(1, 2, 3, 4)]);
  expect(pipeline.effective()).toMatchObject({
    batchSize: { value: 3, evidence: 'session metadata' },
    threads: { value: 1, evidence: 'unverified' },
  });
});

const fixed = (): OnnxModel => {
  const graph = new SmallGraph('fixed');
  return graph.ending(graph.node('Relu', [graph.input('x', 'float32', [1, 4])], { outputs: ['y'] }), [1, 4]);
};

test.each<[string, () => OnnxModel, Partial<PipelineOptions>, string, RegExp]>([
  [
    'a batch that the model fixes otherwise',
    fixed,
    { batchSize: 8 },
    'BATCH_UNSUPPORTED',
    /fixed batch of 1.*asks for 8.*--batch-size 1/,
  ],
  [
    'a batch without a batch dimension',
    oneNode,
    { batchSize: 2, inputs: [{ name: 'x', type: 'float32', itemShape: [1, 4], batchAxis: null }] },
    'BATCH_UNSUPPORTED',
    /batch of 2/,
  ],
  [
    'an input of another name',
    oneNode,
    { inputs: [{ name: 'z', type: 'float32', itemShape: [1, 4], batchAxis: 0 }] },
    'INPUT_MISMATCH',
    /\(x\), got "z"/,
  ],
  ['an input that is left out', oneNode, { inputs: [] }, 'INPUT_MISMATCH', /"x" is missing/],
  [
    'an input of another type',
    oneNode,
    { inputs: [{ name: 'x', type: 'int64', itemShape: [1, 4], batchAxis: 0 }] },
    'INPUT_MISMATCH',
    /expects float32.*int64/,
  ],
  ['a preprocessing of another shape', oneNode, { preprocess: grey }, 'INPUT_MISMATCH', /\[1, 4\].*makes \[1, 2, 2\]/],
])('%s is refused when the pipeline is made', async (_name, model, options, code, message) => {
  await expect(pipelineOf(model(), options)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
    exitCode: 3,
  });
});

test('items that do not fit the inputs are refused by name', async () => {
  const pipeline = await pipelineOf(oneNode());
  await expect(pipeline.request([item(1, 2, 3)])).rejects.toMatchObject({
    code: 'ITEM_INVALID',
    message: expect.stringMatching(/item 0 of the query: expected "x" as float32 \[1, 4\], got float32 \[1, 3\]/),
  });
  await expect(pipeline.request([{}])).rejects.toMatchObject({ code: 'ITEM_INVALID' });
  await expect(pipeline.request([new Uint8Array(3)])).rejects.toMatchObject({
    code: 'ITEM_INVALID',
    message: expect.stringContaining('got 3 bytes'),
  });
  await expect(pipeline.request([])).rejects.toThrow('Expected 1 items in a query, got 0');
});
