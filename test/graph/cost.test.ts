import { expect, test } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { graphCost, parameterCount } from '../../src/graph/cost.ts';
import { readModel } from '../../src/graph/onnx-file.ts';
import { packageFile } from '../../src/kernel/package-root.ts';

const zeros = (length: number) => new Float32Array(length);

test('a convolution takes outputs × inputs / group × kernel multiply-adds', () => {
  const graph = new GraphBuilder('conv');
  const x = graph.input('x', 'float32', [1, 4, 8, 8]);
  const weight = graph.constant('w', 'float32', [6, 2, 3, 3], zeros(108));
  const y = graph.node('Conv', [x, weight], {
    name: 'conv',
    attributes: { group: 2, strides: [2, 2], pads: [1, 1, 1, 1] },
  });
  graph.output(y, 'float32', [1, 6, 4, 4]);
  // 6 × 4 × 4 outputs, each over 4 / 2 inputs × 3 × 3.
  expect(graphCost(graph.model(), { x: [1, 4, 8, 8] })).toEqual({
    parameters: 108,
    multiplyAdds: 96 * 18,
    reason: null,
    nodes: [{ name: 'conv', operator: 'Conv', multiplyAdds: 96 * 18 }],
  });
});

test('a transposed convolution takes inputs × outputs / group × kernel multiply-adds', () => {
  const graph = new GraphBuilder('deconv');
  const x = graph.input('x', 'float32', [1, 4, 5, 5]);
  const weight = graph.constant('w', 'float32', [4, 3, 2, 2], zeros(48));
  graph.output(
    graph.node('ConvTranspose', [x, weight], { attributes: { strides: [2, 2] } }),
    'float32',
    [1, 3, 10, 10],
  );
  expect(graphCost(graph.model(), { x: [1, 4, 5, 5] }).multiplyAdds).toBe(4 * 5 * 5 * 3 * 2 * 2);
});

test('matrix products take rows × columns × depth, for each matrix of a batch', () => {
  const graph = new GraphBuilder('products');
  const x = graph.input('x', 'float32', [2, 3, 4]);
  const weight = graph.constant('w', 'float32', [4, 5], zeros(20));
  const product = graph.node('MatMul', [x, weight]);
  const flat = graph.node('Flatten', [product]);
  const dense = graph.constant('dense', 'float32', [7, 15], zeros(105));
  graph.output(graph.node('Gemm', [flat, dense], { attributes: { transB: 1 } }), 'float32', [2, 7]);
  // MatMul: 2 × 3 rows, 5 columns, depth 4. Gemm: 2 rows, 7 columns, depth 3 × 5.
  expect(graphCost(graph.model(), { x: [2, 3, 4] }).multiplyAdds).toBe(2 * 3 * 5 * 4 + 2 * 7 * 15);
});

test('there is no total where an operator is not counted or a shape is not known, and the reason says which', () => {
  const graph = new GraphBuilder('unknown');
  const x = graph.input('x', 'float32', [1, 2]);
  const strange = graph.node('Mystery', [x], { name: 'm' });
  graph.output(graph.node('MatMul', [x, strange], { name: 'product' }), 'float32', [1, 1]);
  expect(graphCost(graph.model(), { x: [1, 2] })).toMatchObject({
    multiplyAdds: null,
    reason: 'the shapes at MatMul "product" are not known',
  });

  const recurrent = new GraphBuilder('recurrent');
  const input = recurrent.input('x', 'float32', [1, 1, 2]);
  recurrent.output(recurrent.node('Scan', [input], { name: 'cell' }), 'float32', [1, 1, 1, 2]);
  expect(graphCost(recurrent.model(), { x: [1, 1, 2] })).toMatchObject({
    multiplyAdds: null,
    reason: 'Scan "cell" is not counted',
  });
});

test('running means and variances, scalars and unused constants are no parameters', () => {
  const graph = new GraphBuilder('norm');
  const x = graph.input('x', 'float32', [1, 3]);
  const names = ['scale', 'shift', 'mean', 'variance'].map((name) => graph.constant(name, 'float32', [3], zeros(3)));
  const half = graph.constant('half', 'float32', [], zeros(1));
  graph.constant('unused', 'float32', [100], zeros(100));
  graph.output(graph.node('Mul', [graph.node('BatchNormalization', [x, ...names]), half]), 'float32', [1, 3]);
  expect(parameterCount(graph.model())).toBe(6); // scale and shift
});

test('quantised weights are parameters, their zero points are not', () => {
  const graph = new GraphBuilder('quantised');
  const weight = graph.constant('w', 'int8', [4, 2], new Int8Array(8));
  const scale = graph.constant('s', 'float32', [], zeros(1));
  const zero = graph.constant('z', 'int8', [], new Int8Array(1));
  graph.output(graph.node('DequantizeLinear', [weight, scale, zero]), 'float32', [4, 2]);
  expect(parameterCount(graph.model())).toBe(8);
});

test('the digit classifier has 32,154 parameters and 4,644,416 multiply-adds', () => {
  const { parameters, multiplyAdds } = graphCost(readModel(packageFile('models', 'digits', 'digits.onnx')), {
    image: [1, 1, 28, 28],
  });
  // Weights 16·9 + 16·16·9 + 32·16·9 + 32·32·9, two numbers a channel in the normalisations, 1568 · 10 + 10.
  expect(parameters).toBe(16_272 + 2 * 96 + 15_690);
  // 28² · (16·9 + 16·144) + 14² · (32·144 + 32·288) + 15680
  expect(multiplyAdds).toBe(784 * 2448 + 196 * 13_824 + 15_680);
});
