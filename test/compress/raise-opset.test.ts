import { Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { opsetForBfloat16, raiseOpset } from '../../src/compress/raise-opset.ts';
import { type Attribute, Float, GraphBuilder } from '../../src/graph/builder.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { encodeFloats } from '../../src/graph/small-floats.ts';
import { SmallGraph } from '../engine/small-models.ts';
import { answers, normals } from './quantized-model.ts';

/** One operator on a [2, 3, 4, 5]. */
function one(operator: string, attributes: Record<string, Attribute>, opset: number): OnnxModel {
  const graph = new SmallGraph('one');
  const x = graph.input('x', 'float32', [2, 3, 4, 5]);
  return graph.ending(graph.node(operator, [x], { outputs: ['y'], attributes }), [], opset);
}

test.each<[string, Record<string, Attribute>, number]>([
  ['Slice', { starts: [1, 0], ends: [3, -1], axes: [2, 3] }, 9],
  ['Slice', { starts: [1], ends: [2] }, 9],
  ['Clip', { min: new Float(-0.5), max: new Float(0.25) }, 9],
  ['Clip', { max: new Float(0.25) }, 10],
  ['Clip', {}, 10],
  ['Pad', { pads: [0, 0, 1, 2, 0, 0, 0, 1], value: new Float(7) }, 9],
  ['Pad', { pads: [0, 0, 1, 1, 0, 0, 1, 1], mode: 'reflect' }, 10],
  ['Dropout', { ratio: new Float(0.3) }, 9],
  ['HardSigmoid', { alpha: new Float(0.25) }, 9],
])('%s %o of opset %i answers the same at opset 12', async (operator, attributes, opset) => {
  const model = one(operator, attributes, opset);
  const inputs = { x: normals(5, 2, 3, 4, 5) };
  const before = (await answers(model, inputs)).y;
  expect(raiseOpset(model)).toBe(opset);
  const after = (await answers(model, inputs)).y;
  expect(versionOf(model)).toBe(12n);
  expect(after?.dims).toEqual(before?.dims);
  expect(after?.data).toEqual(before?.data);
  expect(before instanceof Tensor && before.size > 0).toBe(true);
});

function versionOf({ opsetImport }: OnnxModel): bigint | undefined {
  return opsetImport.find(({ domain }) => domain === '')?.version;
}

const operatorsOf = ({ graph }: OnnxModel) => graph.node.map(({ opType }) => opType);

/** What changed with opset 13 is along axes: of a size 1 there must be one to squeeze. */
test.each<[string, Record<string, Attribute>, number, string[]]>([
  ['Squeeze', { axes: [1] }, 11, ['Squeeze']],
  ['Squeeze', {}, 12, ['Squeeze']],
  ['Unsqueeze', { axes: [0, 4] }, 9, ['Unsqueeze']],
  ['ReduceSum', { axes: [2], keepdims: 0 }, 12, ['ReduceSum']],
  ['ReduceSum', {}, 9, ['ReduceSum']],
  ['Softmax', {}, 9, ['Shape', 'Flatten', 'Softmax', 'Reshape']],
  ['Softmax', { axis: 2 }, 12, ['Shape', 'Flatten', 'Softmax', 'Reshape']],
  ['LogSoftmax', { axis: -2 }, 11, ['Shape', 'Flatten', 'LogSoftmax', 'Reshape']],
  ['Hardmax', { axis: 0 }, 11, ['Shape', 'Flatten', 'Hardmax', 'Reshape']],
  ['Softmax', { axis: 3 }, 9, ['Softmax']],
  ['LogSoftmax', { axis: -1 }, 12, ['LogSoftmax']],
  ['Clip', { min: new Float(-0.5) }, 9, ['Clip']],
])('%s %o of opset %i answers the same at opset 13', async (operator, attributes, opset, operators) => {
  const graph = new SmallGraph('one');
  const x = graph.input('x', 'float32', [3, 1, 4, 5]);
  const model = graph.ending(graph.node(operator, [x], { outputs: ['y'], attributes }), [], opset);
  const inputs = { x: normals(5, 3, 1, 4, 5) };
  const before = (await answers(model, inputs)).y;
  expect(raiseOpset(model, opsetForBfloat16)).toBe(opset);
  const after = (await answers(model, inputs)).y;
  expect(versionOf(model)).toBe(13n);
  expect(operatorsOf(model)).toEqual(operators);
  expect(after?.dims).toEqual(before?.dims);
  expect(after?.data).toEqual(before?.data);
  expect(before instanceof Tensor && before.size > 0).toBe(true);
});

test.each<[string, Record<string, Attribute>, number]>([
  ['Split', { axis: 2, split: [1, 3] }, 9],
  ['Split', { axis: 2 }, 11],
  ['TopK', { axis: 2, k: 2 }, 9],
])('both outputs of %s %o of opset %i stay at opset 13', async (operator, attributes, opset) => {
  const graph = new SmallGraph('two');
  const x = graph.input('x', 'float32', [2, 3, 4]);
  graph.node(operator, [x], { outputs: ['y', 'z'], attributes });
  graph.output('z', operator === 'TopK' ? 'int64' : 'float32', []);
  const model = graph.ending('y', [], opset);
  const inputs = { x: normals(7, 2, 3, 4) };
  const before = await answers(model, inputs);
  raiseOpset(model, opsetForBfloat16);
  const after = await answers(model, inputs);
  for (const name of ['y', 'z']) {
    expect(after[name]?.dims).toEqual(before[name]?.dims);
    expect(after[name]?.data).toEqual(before[name]?.data);
  }
});

test('a Softmax in a body, whose dimensions nobody knows, still takes all axes from one on together', async () => {
  const branch = (name: string, operator: string) => {
    const body = new GraphBuilder(name, ['x']);
    body.output(body.node(operator, ['x'], { outputs: [`${name}_y`] }), 'float32', []);
    return body.graph();
  };
  const graph = new SmallGraph('if');
  graph.input('x', 'float32', [2, 3, 4]);
  const yes = graph.constant('yes', 'bool', [], Uint8Array.of(1));
  const attributes = { then_branch: branch('soft', 'Softmax'), else_branch: branch('same', 'Identity') };
  const model = graph.ending(graph.node('If', [yes], { outputs: ['y'], attributes }), [], 11);
  const inputs = { x: normals(9, 2, 3, 4) };
  const before = (await answers(model, inputs)).y;
  raiseOpset(model, opsetForBfloat16);
  const after = (await answers(model, inputs)).y;
  const numbers = Array.from((before?.data ?? []) as ArrayLike<number>);
  // Along all 12 numbers of an item, not 4 by 4.
  const sums = [0, 12].map((from) => numbers.slice(from, from + 12).reduce((a, b) => a + b, 0));
  for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
  expect(after?.data).toEqual(before?.data);
});

test('a normalisation that says `spatial` loses the word, which later versions do not know', async () => {
  const graph = new SmallGraph('normalisation');
  const x = graph.input('x', 'float32', [2, 3, 4, 4]);
  const statistics = ['scale', 'bias', 'mean', 'variance'].map((name) => graph.weights(name, 3));
  const attributes = { spatial: 1, epsilon: new Float(1e-5) };
  const y = graph.node('BatchNormalization', [x, ...statistics], { outputs: ['y'], attributes });
  const model = graph.ending(y, [], 8);
  const inputs = { x: normals(3, 2, 3, 4, 4) };
  const before = (await answers(model, inputs)).y;
  raiseOpset(model);
  expect((await answers(model, inputs)).y?.data).toEqual(before?.data);
});

test.each(['float16', 'float64'] as const)('the bounds of a Clip on %s become constants of that type', async (type) => {
  const graph = new SmallGraph('clip');
  const x = graph.input('x', type, [3]);
  const attributes = { min: new Float(-0.5), max: new Float(0.25) };
  const model = graph.ending(graph.node('Clip', [x], { outputs: ['y'], attributes }), [3], 10, type);
  raiseOpset(model);
  const [bits, numbers] = [encodeFloats('float16', Float32Array.of(-1, 0.125, 1)), Float64Array.of(-1, 0.125, 1)];
  const fed = type === 'float16' ? new Tensor(type, bits, [3]) : new Tensor(type, numbers, [3]);
  const { y } = await answers(model, { x: fed });
  const expected = type === 'float16' ? encodeFloats(type, Float32Array.of(-0.5, 0.125, 0.25)) : [-0.5, 0.125, 0.25];
  const data = y?.data as Float64Array;
  const values = type === 'float16' ? new Uint16Array(data.buffer, data.byteOffset, 3) : data;
  expect(Array.from(values)).toEqual(Array.from(expected));
});

test('a model of opset 12 or newer stays as it is', () => {
  const model = one('Relu', {}, 17);
  expect(raiseOpset(model)).toBe(17);
  expect(versionOf(model)).toBe(17n);
});

test.each<[string, number, Record<string, Attribute>]>([
  ['Upsample', 9, {}],
  ['Scatter', 10, {}],
  ['Resize', 10, {}],
  ['Resize', 12, { coordinate_transformation_mode: 'tf_half_pixel_for_nn' }],
  ['BatchNormalization', 8, { spatial: 0 }],
])(
  '%s of opset %i %o, whose meaning changed since, is refused by name, and the model stays as it was',
  (operator, opset, attributes) => {
    const model = one(operator, attributes, opset);
    const words = new RegExp(`got ${operator} of opset ${opset} .*Export the model`);
    expect(() => raiseOpset(model, opsetForBfloat16)).toThrow(words);
    expect(versionOf(model)).toBe(BigInt(opset));
    expect(operatorsOf(model)).toEqual([operator]);
  },
);

test('a mask of Dropout that is used is refused where it would turn from floats into booleans', () => {
  const graph = new SmallGraph('mask');
  const x = graph.input('x', 'float32', [2]);
  graph.node('Dropout', [x], { outputs: ['y', 'mask'] });
  const model = graph.ending(graph.apply('Add', ['y', 'mask']), [2], 9);
  expect(() => raiseOpset(model)).toThrow(/got Dropout of opset 9/);
});

test('opset 6, where Add says itself how to broadcast, is refused', () => {
  expect(() => raiseOpset(one('Relu', {}, 6))).toThrow(/got opset 6/);
});
