import { expect, test } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { inferValues } from '../../src/graph/graph-values.ts';
import { graphWork } from '../../src/graph/node-work.ts';
import { readModel } from '../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { buildBert } from '../../src/workloads/bert-model.ts';
import { buildMobilenetV2 } from '../../src/workloads/mobilenet-v2-model.ts';

const workOf = (model: OnnxModel, inputShapes: Record<string, number[]>) =>
  graphWork(model, inferValues(model, inputShapes));

test('a convolution reads its input, its filter and its bias, and writes its output', () => {
  const builder = new GraphBuilder('conv');
  const x = builder.input('x', 'float32', ['batch', 3, 8, 8]);
  const filter = builder.constant('filter', 'float32', [4, 3, 3, 3], new Float32Array(108));
  const bias = builder.constant('bias', 'float32', [4], new Float32Array(4));
  builder.output(builder.node('Conv', [x, filter, bias], { name: 'conv' }), 'float32', ['batch', 4, 6, 6]);
  // Of 32-bit floats: 2 × 3 × 8 × 8 in, 4 × 3 × 3 × 3 + 4 weights, 2 × 4 × 6 × 6 out, each over 3 × 3 × 3.
  const conv = { multiplyAdds: 288 * 27, weightBytes: 448, bytesRead: 1536 + 448, bytesWritten: 1152, reason: null };
  expect(workOf(builder.model(), { x: [2, 3, 8, 8] })).toEqual({
    nodes: [{ name: 'conv', operator: 'Conv', ...conv }],
    ...conv,
  });
});

test('quantised weights are a quarter, 4-bit ones an eighth, and a value that is used twice by a node is read once', () => {
  const builder = new GraphBuilder('types');
  const x = builder.input('x', 'float32', [8]);
  const scale = builder.constant('scale', 'float32', [], Float32Array.of(1));
  const eight = builder.constant('eight', 'int8', [8], new Int8Array(8));
  const four = builder.constant('four', 'int4', [8], new Int8Array(8));
  builder.node('DequantizeLinear', [eight, scale], { name: 'wide' });
  builder.node('DequantizeLinear', [four, scale], { name: 'narrow' });
  builder.output(builder.node('Mul', [x, x], { name: 'square' }), 'float32', [8]);
  const { nodes, weightBytes } = workOf(builder.model(), { x: [8] });
  expect(nodes.map(({ weightBytes: weights, bytesRead, bytesWritten }) => [weights, bytesRead, bytesWritten])).toEqual([
    [12, 12, 32],
    [8, 8, 32],
    [0, 32, 32],
  ]);
  expect(weightBytes).toBe(8 + 4 + 4); // the scale once
});

test('a lookup reads the rows that it answers, and giving a new shape moves nothing', () => {
  const builder = new GraphBuilder('lookup');
  const ids = builder.input('ids', 'int64', [5]);
  const table = builder.constant('table', 'float32', [1000, 16], new Float32Array(16_000));
  const rows = builder.node('Gather', [table, ids], { name: 'rows' });
  const shape = builder.constant('shape', 'int64', [1], BigInt64Array.of(-1n));
  builder.output(builder.node('Reshape', [rows, shape], { name: 'flat' }), 'float32', [80]);
  const { nodes, weightBytes } = workOf(builder.model(), { ids: [5] });
  // 5 rows of 16 floats, and 5 indices of 8 bytes.
  expect(nodes[0]).toMatchObject({ weightBytes: 64_000, bytesRead: 320 + 40, bytesWritten: 320 });
  expect(nodes[1]).toMatchObject({ bytesRead: 0, bytesWritten: 0 });
  expect(weightBytes).toBe(64_000 + 8);
});

test('what is not known has a reason and no sum', () => {
  const builder = new GraphBuilder('unknown');
  const x = builder.input('x', 'float32', [4]);
  const places = builder.node('NonZero', [x], { name: 'places', outputs: ['p'] });
  builder.output(places, 'int64', [1, 'found']);
  const work = workOf(builder.model(), { x: [4] });
  expect(work).toMatchObject({
    multiplyAdds: 0,
    bytesRead: 16,
    bytesWritten: null,
    reason: 'shape or type of "p" at NonZero "places" is not known',
  });
});

test('the work of the digit classifier is that of its layers, for any batch', () => {
  const model = readModel(packageFile('models', 'digits', 'digits.onnx'));
  const [one, eight] = [1, 8].map((batch) => workOf(model, { image: [batch, 1, 28, 28] }));
  expect(one?.multiplyAdds).toBe(4_644_416);
  expect(eight?.multiplyAdds).toBe(8 * 4_644_416);
  // The first convolution reads the image and 16 filters of 3 × 3, and writes 16 × 28 × 28.
  expect(eight?.nodes[0]).toMatchObject({ bytesWritten: 8 * 16 * 784 * 4 });
  expect(one?.weightBytes).toBe(eight?.weightBytes);
  // What grows with the batch is all but the weights.
  const written = (one?.bytesWritten ?? 0) * 8;
  expect(eight?.bytesWritten).toBe(written);
});

test('every shape and type of networks as exporters write them is told, and their work adds up', () => {
  const mobilenet = buildMobilenetV2(1);
  const work = workOf(mobilenet, { [mobilenet.graph.input[0]?.name ?? '']: [2, 3, 224, 224] });
  expect(work.reason).toBeNull();
  // torchvision counts 300,774,272 multiply-adds and 3,504,872 parameters; besides these, two numbers for each of 17,056 normalised channels
  // and two bounds for each of 35 ReLU6.
  expect(work.multiplyAdds).toBe(2 * 300_774_272);
  expect(work.weightBytes).toBe(4 * (3_504_872 + 2 * 17_056 + 2 * 35));

  const sizes = { layers: 2, hidden: 16, heads: 2, inner: 32, vocabulary: 50, positions: 12, tokenTypes: 2 };
  const bert = buildBert(sizes, 1, 8);
  const values = inferValues(bert, Object.fromEntries(bert.graph.input.map(({ name }) => [name, [3, 8]])));
  const made = bert.graph.node.flatMap(({ output }) => output);
  expect(made.filter((name) => !values.shapes.has(name) || !values.types.has(name))).toEqual([]);
  expect(graphWork(bert, values).reason).toBeNull();
});
