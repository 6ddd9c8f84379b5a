import { expect, test } from 'vitest';
import { GraphBuilder, type NodeOptions } from '../../src/graph/builder.ts';
import { multiplyAddsOf } from '../../src/graph/multiply-adds.ts';

/** Multiply-adds of one node whose inputs and first output have these shapes. */
function counted(operator: string, inputs: number[][], output: number[], options: NodeOptions = {}) {
  const builder = new GraphBuilder('one');
  const names = inputs.map((shape, place) => builder.input(`x${place}`, 'float32', shape));
  builder.node(operator, names, { name: 'n', outputs: ['y'], ...options });
  const shapes = new Map([...inputs.map((shape, place): [string, number[]] => [`x${place}`, shape]), ['y', output]]);
  const [node] = builder.graph().node;
  if (node === undefined) throw new RangeError('The graph has no node.');
  return multiplyAddsOf(node, (value) => shapes.get(value));
}

const scalar: number[] = [];

test.each<[string, number[][], number[], NodeOptions, number]>([
  // 6 × 4 × 4 outputs, each over 3 × 3 × 3.
  [
    'ConvInteger',
    [
      [1, 3, 6, 6],
      [6, 3, 3, 3],
    ],
    [1, 6, 4, 4],
    {},
    96 * 27,
  ],
  ['QLinearConv', [[1, 3, 6, 6], scalar, scalar, [6, 3, 3, 3]], [1, 6, 4, 4], {}, 96 * 27],
  [
    'FusedConv',
    [
      [1, 3, 6, 6],
      [6, 3, 3, 3],
    ],
    [1, 6, 4, 4],
    { domain: 'com.microsoft' },
    96 * 27,
  ],
  [
    'MatMulInteger',
    [
      [2, 8],
      [8, 5],
    ],
    [2, 5],
    {},
    80,
  ],
  ['QLinearMatMul', [[2, 8], scalar, scalar, [8, 5]], [2, 5], {}, 80],
  [
    'FusedGemm',
    [
      [8, 2],
      [8, 5],
    ],
    [2, 5],
    { domain: 'com.microsoft', attributes: { transA: 1 } },
    80,
  ],
  // 7 steps of 2 items, each with 4 gates of 5 from 3 inputs and from 5 of the state.
  [
    'LSTM',
    [
      [7, 2, 3],
      [1, 20, 3],
      [1, 20, 5],
    ],
    [7, 1, 2, 5],
    {},
    14 * (20 * 3 + 20 * 5),
  ],
  [
    'GRU',
    [
      [7, 2, 3],
      [2, 15, 3],
      [2, 15, 5],
    ],
    [7, 2, 2, 5],
    {},
    14 * 2 * (15 * 3 + 15 * 5),
  ],
  // b × h × q × k × d: a batch of 2, 3 heads, 4 and 5 places, depth 6.
  [
    'Einsum',
    [
      [2, 3, 4, 6],
      [2, 3, 5, 6],
    ],
    [2, 3, 4, 5],
    { attributes: { equation: 'bhqd,bhkd->bhqk' } },
    2 * 3 * 4 * 5 * 6,
  ],
])('%s', (operator, inputs, output, options, expected) => {
  expect(counted(operator, inputs, output, options)).toEqual({ count: expected, isCounted: true });
});

test('what moves or activates counts as nothing, of ONNX Runtime, too', () => {
  expect(counted('Relu', [[4]], [4])).toEqual({ count: 0, isCounted: false });
  expect(counted('Gelu', [[4]], [4], { domain: 'com.microsoft' })).toEqual({ count: 0, isCounted: false });
});

test('an operator that multiplies in a way that is not counted says so', () => {
  expect(counted('DeformConv', [[4]], [4])).toEqual({ count: null, reason: 'DeformConv "n" is not counted' });
  expect(counted('Attention', [[4]], [4], { domain: 'com.microsoft' })).toEqual({
    count: null,
    reason: 'com.microsoft:Attention "n" is not counted',
  });
  expect(
    counted(
      'Einsum',
      [
        [2, 2],
        [2, 2],
        [2, 2],
      ],
      [2, 2],
      { attributes: { equation: 'ij,jk,kl->il' } },
    ),
  ).toEqual({
    count: null,
    reason: 'the shapes at Einsum "n" are not known',
  });
});
