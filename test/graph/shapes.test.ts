import { expect, test } from 'vitest';
import { GraphBuilder, type NodeOptions } from '../../src/graph/builder.ts';
import { inferShapes } from '../../src/graph/shapes.ts';

/** Shape that one operator makes of inputs of these shapes. */
function shapeAfter(
  operator: string,
  shapes: number[][],
  attributes: NodeOptions['attributes'] = {},
  constants: number[][] = [],
) {
  const graph = new GraphBuilder('one');
  const inputs = shapes.map((shape, index) => graph.input(`x${index}`, 'float32', shape));
  const added = constants.map((values, index) =>
    graph.constant(`c${index}`, 'int64', [values.length], BigInt64Array.from(values, BigInt)),
  );
  graph.output(graph.node(operator, [...inputs, ...added], { attributes, outputs: ['y'] }), 'float32', []);
  const given = Object.fromEntries(shapes.map((shape, index) => [`x${index}`, shape]));
  return inferShapes(graph.model(), given).get('y') ?? null;
}

test.each([
  // (11 + 2 − 3) / 2 + 1 = 6 positions of a 3-window with stride 2 and padding 1.
  [
    'Conv with stride and padding',
    'Conv',
    [
      [1, 3, 11, 11],
      [8, 3, 3, 3],
    ],
    { strides: [2, 2], pads: [1, 1, 1, 1] },
    [1, 8, 6, 6],
  ],
  // A 3-window with dilation 2 reaches over 5.
  [
    'Conv with dilation',
    'Conv',
    [
      [1, 1, 10, 10],
      [1, 1, 3, 3],
    ],
    { dilations: [2, 2] },
    [1, 1, 6, 6],
  ],
  [
    'Conv with SAME_UPPER',
    'Conv',
    [
      [1, 1, 7, 7],
      [1, 1, 3, 3],
    ],
    { auto_pad: 'SAME_UPPER', strides: [2, 2] },
    [1, 1, 4, 4],
  ],
  [
    'Conv over one dimension',
    'Conv',
    [
      [1, 2, 9],
      [4, 2, 3],
    ],
    {},
    [1, 4, 7],
  ],
  ['MaxPool that rounds down', 'MaxPool', [[1, 1, 6, 6]], { kernel_shape: [3, 3], strides: [2, 2] }, [1, 1, 2, 2]],
  [
    'MaxPool that rounds up',
    'MaxPool',
    [[1, 1, 6, 6]],
    { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 },
    [1, 1, 3, 3],
  ],
  // (5 − 1) · 2 + 1 + 3 − 2 = 10
  [
    'ConvTranspose',
    'ConvTranspose',
    [
      [1, 4, 5, 5],
      [4, 2, 3, 3],
    ],
    { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] },
    [1, 2, 10, 10],
  ],
  [
    'MatMul that broadcasts',
    'MatMul',
    [
      [7, 1, 2, 3],
      [5, 3, 4],
    ],
    {},
    [7, 5, 2, 4],
  ],
  ['MatMul with a vector', 'MatMul', [[2, 3], [3]], {}, [2]],
  [
    'Gemm with both transposed',
    'Gemm',
    [
      [3, 2],
      [4, 3],
    ],
    { transA: 1, transB: 1 },
    [2, 4],
  ],
  [
    'Add that broadcasts',
    'Add',
    [
      [2, 1, 4],
      [3, 1],
    ],
    {},
    [2, 3, 4],
  ],
  ['Flatten', 'Flatten', [[2, 3, 4]], { axis: 2 }, [6, 4]],
  ['Transpose', 'Transpose', [[2, 3, 4]], { perm: [2, 0, 1] }, [4, 2, 3]],
  ['Transpose without an order', 'Transpose', [[2, 3, 4]], {}, [4, 3, 2]],
  [
    'Concat',
    'Concat',
    [
      [2, 3],
      [2, 5],
    ],
    { axis: -1 },
    [2, 8],
  ],
  ['GlobalAveragePool', 'GlobalAveragePool', [[2, 3, 4, 5]], {}, [2, 3, 1, 1]],
  [
    'Gather of rows',
    'Gather',
    [
      [50, 16],
      [2, 5],
    ],
    {},
    [2, 5, 16],
  ],
  ['Gather of one place of the middle', 'Gather', [[2, 5, 16], []], { axis: 1 }, [2, 16]],
  ['ReduceMean that keeps the dimension', 'ReduceMean', [[2, 5, 16]], { axes: [-1], keepdims: 1 }, [2, 5, 1]],
  ['ReduceSum that drops dimensions', 'ReduceSum', [[2, 5, 16]], { axes: [0, 2], keepdims: 0 }, [5]],
  ['ReduceMax of everything', 'ReduceMax', [[2, 5]], { keepdims: 0 }, []],
] as const)('%s', (_name, operator, shapes, attributes, expected) => {
  expect(
    shapeAfter(
      operator,
      shapes.map((shape) => [...shape]),
      attributes,
    ),
  ).toEqual(expected);
});

test('ReduceMean takes its axes from an input, too, and from one that is no constant none', () => {
  expect(shapeAfter('ReduceMean', [[2, 5, 16]], {}, [[1]])).toEqual([2, 1, 16]);
  expect(shapeAfter('ReduceMean', [[2, 5, 16], [1]])).toBeNull();
});

test('Reshape keeps a dimension for 0 and works out the one for -1', () => {
  expect(shapeAfter('Reshape', [[2, 3, 4]], {}, [[0, -1]])).toEqual([2, 12]);
});

test('what follows an unknown operator is not known', () => {
  const graph = new GraphBuilder('unknown');
  const x = graph.input('x', 'float32', [1]);
  graph.node('Relu', [graph.node('Mystery', [x])], { outputs: ['y'] });
  expect(inferShapes(graph.model(), { x: [1] }).has('y')).toBe(false);
});
