import { expect, test } from 'vitest';
import { type Attribute, makeNode } from '../../../src/graph/builder.ts';
import { evaluateSmall } from '../../../src/graph/passes/evaluate-small.ts';
import type { ConstantTensor } from '../../../src/graph/tensor-proto.ts';

type Numbers = readonly number[];

const int64 = (dims: Numbers, ...values: (number | bigint)[]): ConstantTensor => ({
  name: 'value',
  type: 'int64',
  dims,
  data: BigInt64Array.from(values, BigInt),
});
const int32 = (dims: Numbers, ...values: number[]): ConstantTensor => ({
  name: 'value',
  type: 'int32',
  dims,
  data: Int32Array.from(values),
});
const float32 = (dims: Numbers, ...values: number[]): ConstantTensor => ({
  name: 'value',
  type: 'float32',
  dims,
  data: Float32Array.from(values),
});

function evaluated(
  operator: string,
  inputs: readonly (ConstantTensor | null)[],
  attributes: Record<string, Attribute> = {},
) {
  const node = makeNode(
    operator,
    inputs.map((_, place) => `i${place}`),
    ['result'],
    { attributes },
  );
  const result = evaluateSmall(node, inputs);
  return result === null ? null : { type: result.type, dims: result.dims, data: Array.from(result.data, Number) };
}

test.each<[string, readonly ConstantTensor[], Record<string, Attribute>, string, Numbers, Numbers]>([
  ['Shape', [float32([2, 3], 0, 0, 0, 0, 0, 0)], {}, 'int64', [2], [2, 3]],
  ['Shape', [float32([2, 1, 1], 0, 0)], { start: 0, end: 2 }, 'int64', [2], [2, 1]],
  ['Gather', [int64([3], 5, 6, 7), int64([2], 2, -3)], {}, 'int64', [2], [7, 5]],
  ['Gather', [int64([3], 5, 6, 7), int64([], 1)], {}, 'int64', [], [6]],
  ['Gather', [float32([2, 2], 1, 2, 3, 4), int64([1], 1)], { axis: 0 }, 'float32', [1, 2], [3, 4]],
  ['Concat', [int64([1], 5), int64([2], 6, 7)], { axis: 0 }, 'int64', [3], [5, 6, 7]],
  ['Unsqueeze', [int64([], 5)], { axes: [0] }, 'int64', [1], [5]],
  ['Unsqueeze', [int64([2], 5, 6), int64([2], 0, -1)], {}, 'int64', [1, 2, 1], [5, 6]],
  ['Squeeze', [int64([1, 2, 1], 5, 6)], {}, 'int64', [2], [5, 6]],
  ['Squeeze', [int64([1, 2, 1], 5, 6), int64([1], -1)], {}, 'int64', [1, 2], [5, 6]],
  ['Reshape', [float32([2, 3], 1, 2, 3, 4, 5, 6), int64([3], 0, -1, 1)], {}, 'float32', [2, 3, 1], [1, 2, 3, 4, 5, 6]],
  ['Slice', [int64([4], 1, 2, 3, 4), int64([1], 1), int64([1], -1)], {}, 'int64', [2], [2, 3]],
  ['Slice', [int64([4], 1, 2, 3, 4)], { starts: [2], ends: [9], axes: [0] }, 'int64', [2], [3, 4]],
  ['Cast', [float32([3], 1.9, -1.9, 0)], { to: 7 }, 'int64', [3], [1, -1, 0]],
  ['Cast', [int64([2], 3, -4)], { to: 1 }, 'float32', [2], [3, -4]],
  ['Add', [int64([2], 1, 2), int64([], 10)], {}, 'int64', [2], [11, 12]],
  ['Sub', [int64([], 10), int64([2], 1, 2)], {}, 'int64', [2], [9, 8]],
  ['Mul', [int32([2], 2, 3), int32([2], 4, 5)], {}, 'int32', [2], [8, 15]],
  // Whole division goes towards 0.
  ['Div', [int64([2], 7, -7), int64([1], 2)], {}, 'int64', [2], [3, -3]],
  ['Div', [float32([1], 1), float32([1], 3)], {}, 'float32', [1], [Math.fround(1 / 3)]],
  // 2³¹ − 1 + 1 wraps around in 32 bits.
  ['Add', [int32([1], 2 ** 31 - 1), int32([1], 1)], {}, 'int32', [1], [-(2 ** 31)]],
  // 0.1 + 0.2 of 32-bit floats, rounded to one.
  [
    'Add',
    [float32([1], 0.1), float32([1], 0.2)],
    {},
    'float32',
    [1],
    [Math.fround(Math.fround(0.1) + Math.fround(0.2))],
  ],
])('%s of constants is computed (%#)', (operator, inputs, attributes, type, dims, data) => {
  expect(evaluated(operator, inputs, attributes)).toEqual({ type, dims, data });
});

test('64-bit integers are exact', () => {
  const large = 2n ** 53n + 1n;
  const node = makeNode('Add', ['a', 'b'], ['sum']);
  const result = evaluateSmall(node, [int64([1], large), int64([1], 1)]);
  expect(result).toEqual({ name: 'sum', type: 'int64', dims: [1], data: BigInt64Array.of(large + 1n) });
});

test.each<[string, string, readonly (ConstantTensor | null)[], Record<string, Attribute>]>([
  ['an operator that is not among them', 'Exp', [float32([1], 1)], {}],
  ['a division of integers by 0', 'Div', [int64([1], 1), int64([1], 0)], {}],
  ['operands of different types', 'Add', [int64([1], 1), int32([1], 1)], {}],
  ['a broadcast of rows and columns', 'Add', [int64([2, 1], 1, 2), int64([1, 2], 1, 2)], {}],
  ['an index outside', 'Gather', [int64([2], 1, 2), int64([1], 2)], {}],
  ['Gather along another axis', 'Gather', [int64([1, 2], 1, 2), int64([1], 0)], { axis: 1 }],
  ['Concat of matrices', 'Concat', [int64([1, 1], 1), int64([1, 1], 2)], { axis: 1 }],
  ['a float that no integer holds', 'Cast', [float32([1], Number.NaN)], { to: 7 }],
  ['a float beyond 32 bits as int32', 'Cast', [float32([1], 3e9)], { to: 6 }],
  ['a shape that does not fit', 'Reshape', [int64([3], 1, 2, 3), int64([2], 2, 2)], {}],
  ['an input that is left out', 'Add', [int64([1], 1), null], {}],
  ['more elements than a shape has', 'Add', [{ ...float32([2000]), data: new Float32Array(2000) }, float32([], 1)], {}],
])('%s is left to an engine', (_what, operator, inputs, attributes) => {
  expect(evaluated(operator, inputs, attributes)).toBeNull();
});
