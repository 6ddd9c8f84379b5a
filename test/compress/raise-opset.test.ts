import { Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { raiseOpset } from '../../src/compress/raise-opset.ts';
import { type Attribute, Float } from '../../src/graph/builder.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
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
  expect(model.opsetImport.find(({ domain }) => domain === '')?.version).toBe(12n);
  expect(after?.dims).toEqual(before?.dims);
  expect(after?.data).toEqual(before?.data);
  expect(before instanceof Tensor && before.size > 0).toBe(true);
});

test('a model of opset 12 or newer stays as it is', () => {
  const model = one('Relu', {}, 17);
  expect(raiseOpset(model)).toBe(17);
  expect(model.opsetImport.find(({ domain }) => domain === '')?.version).toBe(17n);
});

test.each([
  ['Upsample', 9],
  ['Scatter', 10],
  ['Resize', 10],
  ['TopK', 9],
])(
  '%s of opset %i, whose meaning changed since, is refused by name, and the model stays as it was',
  (operator, opset) => {
    const model = one(operator, {}, opset);
    expect(() => raiseOpset(model)).toThrow(new RegExp(`got ${operator} of opset ${opset} .*Export the model`));
    expect(model.opsetImport.find(({ domain }) => domain === '')?.version).toBe(BigInt(opset));
  },
);

test('opset 6, where Add says itself how to broadcast, is refused', () => {
  expect(() => raiseOpset(one('Relu', {}, 6))).toThrow(/got opset 6/);
});
