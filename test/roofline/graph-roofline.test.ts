import { expect, test } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { inferValues } from '../../src/graph/graph-values.ts';
import { readModel } from '../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { type GraphRoofline, graphRoofline, launchOverheadOf } from '../../src/roofline/graph-roofline.ts';
import { device } from './fixtures.ts';

/** Peak of 100 TFLOP/s in fp16, 200 in int8; 1000 GB/s; 40 GB. */
const gpu = device('gpu');
const free = { seconds: 0, source: 'none' };

function bounds(
  model: OnnxModel,
  shapes: Record<string, number[]>,
  precision: 'fp16' | 'int8' = 'fp16',
): GraphRoofline {
  const made = graphRoofline(model, inferValues(model, shapes), gpu, precision, free);
  if (made === null) throw new Error('no roof');
  return made;
}

/** x [n, 1000] times w [1000, 1000], plus a bias, then Relu. */
function dense(): OnnxModel {
  const builder = new GraphBuilder('dense');
  const x = builder.input('x', 'float32', ['batch', 1000]);
  const w = builder.constant('w', 'float32', [1000, 1000], new Float32Array(1e6));
  const bias = builder.constant('bias', 'float32', [1000], new Float32Array(1000));
  const product = builder.node('MatMul', [x, w], { name: 'product' });
  const sum = builder.node('Add', [product, bias], { name: 'sum' });
  builder.output(builder.node('Relu', [sum], { name: 'relu' }), 'float32', ['batch', 1000]);
  return builder.model();
}

test('each node takes its operations at the peak or its bytes at the bandwidth, whichever is longer', () => {
  const { eachNode } = bounds(dense(), { x: [1, 1000] });
  // In 2 bytes an element. Product: 1000 in, 1e6 weights, 1000 out; 2e6 operations at 100e12 are 20 ns, 2.004e6 bytes at 1e12 are 2004 ns.
  // Sum: 1000 in, 1000 bias, 1000 out. Relu: 1000 in, 1000 out.
  expect(eachNode.kernels.map(({ name, operations, bytes, limit }) => [name, operations, bytes, limit])).toEqual([
    ['product', 2e6, 2_004_000, 'memory'],
    ['sum', 0, 6000, 'memory'],
    ['relu', 0, 4000, 'memory'],
  ]);
  expect(eachNode.seconds).toBeCloseTo(2_014_000 / 1e12, 15);
});

test('with many items the same weights serve all, and operations come to bound the product', () => {
  // 10,000 items: 2e10 operations are 200 µs; 1e7 + 1e6 + 1e7 elements of 2 bytes are 42 µs.
  const { eachNode, fused, floor } = bounds(dense(), { x: [10_000, 1000] });
  expect(eachNode.kernels[0]).toMatchObject({ limit: 'compute', seconds: expect.closeTo(200e-6, 12) });
  // Sum: 2e7 elements and the bias; Relu: 2e7 elements.
  expect(eachNode.seconds).toBeCloseTo(200e-6 + 40.002e-6 + 40e-6, 12);
  // Fused, only the input, the weights, the bias and the output pass.
  expect(fused.kernels).toHaveLength(1);
  expect(fused.kernels[0]?.operators).toEqual(['MatMul', 'Add', 'Relu']);
  expect(fused.bytes).toBe(2 * (1e7 + 1e6 + 1000 + 1e7));
  expect(fused.seconds).toBeCloseTo(200e-6, 12);
  expect(floor).toEqual({ seconds: expect.closeTo(200e-6, 12), limit: 'compute' });
});

test('a narrower precision halves the bytes and has its own peak', () => {
  const { eachNode } = bounds(dense(), { x: [1, 1000] }, 'int8');
  expect(eachNode.kernels[0]).toMatchObject({ bytes: 1_002_000, computeSeconds: 2e6 / 200e12 });
});

test('a value that two kernels need is written, and neither waits for the other in a circle', () => {
  // b = Relu(a); c = b × w2; d = b + c: b is needed by the second product, so it is written although Add joins that product.
  const builder = new GraphBuilder('residual');
  const x = builder.input('x', 'float32', [1, 100]);
  const w1 = builder.constant('w1', 'float32', [100, 100], new Float32Array(1e4));
  const w2 = builder.constant('w2', 'float32', [100, 100], new Float32Array(1e4));
  const b = builder.node('Relu', [builder.node('MatMul', [x, w1], { name: 'first' })]);
  const c = builder.node('MatMul', [b, w2], { name: 'second' });
  builder.output(builder.node('Add', [b, c]), 'float32', [1, 100]);
  const { fused } = bounds(builder.model(), { x: [1, 100] });
  expect(fused.kernels.map(({ operators, bytes }) => [operators, bytes])).toEqual([
    [['MatMul', 'Relu'], 2 * (100 + 1e4 + 100)],
    [['MatMul', 'Add'], 2 * (100 + 1e4 + 100)],
  ]);
});

test('a new shape between two nodes moves nothing and stops no fusing, and what shapes alone decide is no kernel', () => {
  const builder = new GraphBuilder('shapes');
  const x = builder.input('x', 'float32', [4, 50]);
  const w = builder.constant('w', 'float32', [50, 10], new Float32Array(500));
  const product = builder.node('MatMul', [x, w], { name: 'product' });
  const size = builder.node('Shape', [x], { name: 'size' });
  const all = builder.constant('all', 'int64', [1], BigInt64Array.of(-1n));
  const picked = builder.node('Slice', [size, builder.constant('from', 'int64', [1], BigInt64Array.of(0n)), all]);
  const target = builder.node('Concat', [picked, all], { attributes: { axis: 0 } });
  builder.output(builder.node('Relu', [builder.node('Reshape', [product, target])]), 'float32', [4, 10]);
  const { fused, eachNode, uncounted } = bounds(builder.model(), { x: [4, 50] });
  expect(eachNode.kernels.map(({ operators }) => operators)).toEqual([['MatMul'], ['Relu']]);
  expect(fused.kernels.map(({ operators, bytes }) => [operators, bytes])).toEqual([
    [['MatMul', 'Relu'], 2 * (200 + 500 + 40)],
  ]);
  expect(uncounted).toEqual({ nodes: 0, reason: null });
});

test('starting a kernel takes its time on a GPU, and limits what does little', () => {
  const model = dense();
  const values = inferValues(model, { x: [1, 1000] });
  const launched = graphRoofline(model, values, gpu, 'fp16', { seconds: 1e-6, source: 'made up' });
  // 2.004 µs of bytes are more than 1 µs; 6 and 4 ns are less.
  expect(launched?.eachNode.byLimit).toEqual({
    compute: { kernels: 0, seconds: 0 },
    memory: { kernels: 1, seconds: expect.closeTo(3.004e-6, 12) },
    launch: { kernels: 2, seconds: expect.closeTo(2.01e-6, 12) },
  });
  expect(launchOverheadOf(gpu).seconds).toBeGreaterThan(0);
  expect(launchOverheadOf({ kind: 'cpu' })).toEqual({ seconds: 0, source: 'not known for a cpu: counted as 0' });
});

test('weights and what lives at one time have to fit', () => {
  // Of 2 bytes: weights 1,001,000 elements; the most that lives is the input and the product, or the product and the sum: 2 × 1000 elements.
  const { memory } = bounds(dense(), { x: [1, 1000] });
  expect(memory).toMatchObject({ weightBytes: 2_002_000, activationBytes: 4000, refusal: null });
  const small = device('small', { memory: 0.016 });
  const tight = graphRoofline(dense(), inferValues(dense(), { x: [10_000, 1000] }), small, 'fp16');
  // 2 × 1e7 elements and the weights: 42 MB of 16.
  expect(tight?.memory.refusal).toBe('does not fit: needs 42 MB (weights 2 MB), has 16 MB');
});

test('a table is kept, but only the rows that are looked up pass through memory', () => {
  const builder = new GraphBuilder('lookup');
  const ids = builder.input('ids', 'int64', [5]);
  const table = builder.constant('table', 'float32', [1000, 16], new Float32Array(16_000));
  builder.output(builder.node('Gather', [table, ids], { name: 'rows' }), 'float32', [5, 16]);
  const { memory, floor, eachNode } = bounds(builder.model(), { ids: [5] });
  expect(memory.weightBytes).toBe(32_000);
  // 5 indices of 8 bytes and 80 elements out; the kernel reads the 80 elements, too.
  expect(floor.seconds).toBeCloseTo((40 + 160) / 1e12, 18);
  expect(eachNode.bytes).toBe(40 + 160 + 160);
});

test('what cannot be counted is left out of the bounds and said', () => {
  const builder = new GraphBuilder('found');
  const x = builder.input('x', 'float32', [1000]);
  builder.output(builder.node('NonZero', [builder.node('Relu', [x])], { name: 'places' }), 'int64', [1, 'found']);
  const { eachNode, uncounted } = bounds(builder.model(), { x: [1000] });
  expect(eachNode.kernels.map(({ operators }) => operators)).toEqual([['Relu']]);
  expect(uncounted).toEqual({ nodes: 1, reason: expect.stringContaining('NonZero "places" is not known') });
});

test('a profile without the peak has no bounds', () => {
  const model = dense();
  expect(graphRoofline(model, inferValues(model, { x: [1, 1000] }), gpu, 'fp8')).toBeNull();
});

test('of a real network, the floor is below the fused bound, and that below each node on its own', () => {
  const { floor, fused, eachNode, operations } = bounds(readModel(packageFile('models', 'digits', 'digits.onnx')), {
    image: [8, 1, 28, 28],
  });
  expect(operations).toBe(2 * 8 * 4_644_416);
  expect(floor.seconds).toBeLessThan(fused.seconds);
  expect(fused.seconds).toBeLessThan(eachNode.seconds);
  const sum = (name: 'operations') => fused.kernels.reduce((total, kernel) => total + kernel[name], 0);
  expect(sum('operations')).toBe(operations);
});
