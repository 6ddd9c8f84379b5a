import { expect, test } from 'vitest';
import { makeNode } from '../../../src/graph/builder.ts';
import { elementsMade, mayGrow } from '../../../src/graph/passes/growing-operators.ts';
import type { ConstantTensor } from '../../../src/graph/tensor-proto.ts';

const integers = (dims: readonly number[], ...values: number[]): ConstantTensor => ({
  name: 'i',
  type: 'int64',
  dims,
  data: BigInt64Array.from(values, BigInt),
});

test.each<[string, readonly (ConstantTensor | null)[], number | null]>([
  ['ConstantOfShape', [integers([2], 30, 40)], 1200],
  // [2, 1] and [3] broadcast to [2, 3].
  ['Expand', [integers([2, 1], 7, 8), integers([1], 3)], 6],
  // A 1 in the shape leaves the size of the input.
  ['Expand', [integers([2], 7, 8), integers([2], 5, 1)], 10],
  ['Tile', [integers([1, 2], 7, 8), integers([2], 3, 4)], 24],
  // 0, 3, 6, 9.
  ['Range', [integers([], 0), integers([], 10), integers([], 3)], 4],
  ['Range', [integers([], 10), integers([], 0), integers([], 3)], 0],
  ['Range', [integers([], 0), integers([], 10), integers([], 0)], null],
  ['Tile', [integers([2], 7, 8), null], null],
  ['Resize', [integers([1], 7), integers([1], 2)], null],
])('the elements that %s makes are known beforehand, or not (%#)', (operator, inputs, expected) => {
  const node = makeNode(operator, ['a', 'b', 'c'], ['y']);
  expect(mayGrow(node)).toBe(true);
  expect(elementsMade(node, inputs)).toBe(expected);
});

test('an operator that makes as much as it is given does not grow', () => {
  expect(mayGrow(makeNode('Exp', ['a'], ['y']))).toBe(false);
});
