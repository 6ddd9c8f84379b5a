import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import { integerAttribute } from '../../../src/graph/node-attributes.ts';
import { recogniseLayerNormalization } from '../../../src/graph/passes/layer-normalization.ts';
import { apply } from './apply.ts';

interface Options {
  readonly opset?: number;
  readonly contrib?: boolean;
  readonly axes?: readonly number[];
  readonly varianceAxes?: readonly number[];
  readonly keepdims?: number;
  readonly power?: number;
  readonly isProduct?: boolean;
  readonly isShifted?: boolean;
  readonly scaleDims?: readonly number[];
  readonly isScaleConstant?: boolean;
  /** Makes a value an output of the graph, too. */
  readonly shown?: string;
}

/** (x − mean) / √(mean of squares + 0.01) · scale + shift of x [batch, 5, 4], in parts. */
async function recognised(options: Options = {}) {
  const {
    opset = 17,
    contrib = false,
    axes = [-1],
    keepdims = 1,
    power = 2,
    isShifted = true,
    scaleDims = [4],
  } = options;
  const graph = new GraphBuilder('norm');
  const x = graph.input('x', 'float32', ['batch', 5, 4]);
  const number = (name: string, value: number) => graph.constant(name, 'float32', [], Float32Array.of(value));
  const mean = (value: string, output: string, over: readonly number[]) =>
    graph.node('ReduceMean', [value], { outputs: [output], attributes: { axes: over, keepdims } });
  const centred = graph.node('Sub', [x, mean(x, 'mean', axes)], { outputs: ['centred'] });
  const square = options.isProduct
    ? graph.node('Mul', [centred, centred], { outputs: ['square'] })
    : graph.node('Pow', [centred, number('power', power)], { outputs: ['square'] });
  const variance = mean(square, 'variance', options.varianceAxes ?? axes);
  const stable = graph.node('Add', [variance, number('ε', 0.01)], { outputs: ['stable'] });
  const unit = graph.node('Div', [centred, graph.node('Sqrt', [stable], { outputs: ['root'] })], { outputs: ['unit'] });
  const length = scaleDims.reduce((product, size) => product * size, 1);
  const scale =
    options.isScaleConstant === false
      ? graph.input('scale', 'float32', scaleDims)
      : graph.constant('scale', 'float32', scaleDims, new Float32Array(length).fill(2));
  let y = graph.node('Mul', [scale, unit], { outputs: ['scaled'] });
  if (isShifted) {
    const shift = graph.constant('shift', 'float32', scaleDims, new Float32Array(length).fill(3));
    y = graph.node('Add', [y, shift], { outputs: ['y'] });
  }
  graph.output(y, 'float32', ['batch', 5, 4]);
  if (options.shown !== undefined) graph.output(options.shown, 'float32', ['batch', 5, 4]);
  const model = graph.model({ opset });
  return { ...(await apply(model, recogniseLayerNormalization({ contrib }))), model };
}

test.each<[string, Options, string, number]>([
  ['with a power', {}, 'y = LayerNormalization(x, scale, shift)', -1],
  ['with a product', { isProduct: true }, 'y = LayerNormalization(x, scale, shift)', -1],
  ['without a shift', { isShifted: false }, 'scaled = LayerNormalization(x, scale)', -1],
  ['with axes from the front', { axes: [2] }, 'y = LayerNormalization(x, scale, shift)', -1],
  ['over two axes', { axes: [1, 2], scaleDims: [5, 4] }, 'y = LayerNormalization(x, scale, shift)', -2],
])('a layer normalisation %s becomes one node', async (_what, options, expected, axis) => {
  const { nodes, model } = await recognised(options);
  expect(nodes).toEqual([expected]);
  const [node] = model.graph.node;
  expect(node && integerAttribute(node, 'axis', 0)).toBe(axis);
  expect(node?.attribute.find(({ name }) => name === 'epsilon')?.f).toBeCloseTo(0.01, 8);
});

test('before version 17 it is left alone, unless the operators of ONNX Runtime are allowed', async () => {
  expect((await recognised({ opset: 13 })).changes).toEqual([]);
  expect((await recognised({ opset: 13, contrib: true })).nodes).toEqual(['y = LayerNormalization(x, scale, shift)']);
});

test.each<[string, Options]>([
  ['the variance is over another axis', { varianceAxes: [-2] }],
  ['the axis is not the last', { axes: [1], scaleDims: [4] }],
  ['the mean loses its axis', { keepdims: 0 }],
  ['the power is 3', { power: 3 }],
  ['the scale is for another shape', { scaleDims: [5, 4] }],
  ['the scale is one number', { scaleDims: [1] }],
  ['the scale is not constant', { isScaleConstant: false }],
  ['the deviation is an output of the graph', { shown: 'root' }],
  ['the centred value is an output of the graph', { shown: 'centred' }],
])('it is left alone where %s', async (_why, options) => {
  expect((await recognised(options)).changes).toEqual([]);
});
