import { expect, test } from 'vitest';
import { Float, GraphBuilder } from '../../../src/graph/builder.ts';
import type { OnnxModel } from '../../../src/graph/onnx-message.ts';
import { fuseActivations } from '../../../src/graph/passes/fused-operators.ts';
import { apply } from './apply.ts';
import { copyOf, feedsFor, largestDifference, run } from './engine.ts';

/** Conv of x [batch, 2, 4, 4] with constant weights; `finish` puts something behind its output `c`. */
function convolution(finish: (graph: GraphBuilder, x: string, c: string) => string): OnnxModel {
  const graph = new GraphBuilder('conv');
  const x = graph.input('x', 'float32', ['batch', 2, 4, 4]);
  const weight = graph.constant(
    'w',
    'float32',
    [2, 2, 3, 3],
    Float32Array.from({ length: 36 }, (_, place) => Math.sin(place)),
  );
  const c = graph.node('Conv', [x, weight], { name: 'conv', outputs: ['c'], attributes: { pads: [1, 1, 1, 1] } });
  graph.output(finish(graph, x, c), 'float32', ['batch', 2, 4, 4]);
  return graph.model();
}

function gemm(activation: string, attributes: Record<string, Float> = {}): OnnxModel {
  const graph = new GraphBuilder('gemm');
  const x = graph.input('x', 'float32', ['batch', 3]);
  const weight = graph.constant(
    'w',
    'float32',
    [4, 3],
    Float32Array.from({ length: 12 }, (_, place) => Math.sin(place)),
  );
  const bias = graph.constant('b', 'float32', [4], Float32Array.of(1, -1, 0.5, 0));
  const product = graph.node('Gemm', [x, weight, bias], {
    outputs: ['g'],
    attributes: { transB: 1, alpha: new Float(0.5) },
  });
  graph.output(graph.node(activation, [product], { outputs: ['y'], attributes }), 'float32', ['batch', 4]);
  return graph.model();
}

const y = { outputs: ['y'] };
const bound = (graph: GraphBuilder, name: string, value: number) =>
  graph.constant(name, 'float32', [], Float32Array.of(value));

test.each<[string, OnnxModel, string]>([
  ['Conv and Relu', convolution((graph, _x, c) => graph.node('Relu', [c], y)), 'FusedConv(x, w)'],
  ['Conv and Tanh', convolution((graph, _x, c) => graph.node('Tanh', [c], y)), 'FusedConv(x, w)'],
  ['Conv and Sigmoid', convolution((graph, _x, c) => graph.node('Sigmoid', [c], y)), 'FusedConv(x, w)'],
  [
    'Conv and LeakyRelu',
    convolution((graph, _x, c) => graph.node('LeakyRelu', [c], { ...y, attributes: { alpha: new Float(0.3) } })),
    'FusedConv(x, w)',
  ],
  [
    'Conv and LeakyRelu with its default',
    convolution((graph, _x, c) => graph.node('LeakyRelu', [c], y)),
    'FusedConv(x, w)',
  ],
  [
    'Conv and HardSigmoid',
    convolution((graph, _x, c) =>
      graph.node('HardSigmoid', [c], { ...y, attributes: { alpha: new Float(0.3), beta: new Float(0.4) } }),
    ),
    'FusedConv(x, w)',
  ],
  [
    'Conv and Clip',
    convolution((graph, _x, c) => graph.node('Clip', [c, bound(graph, 'low', -0.5), bound(graph, 'high', 0.25)], y)),
    'FusedConv(x, w)',
  ],
  [
    'Conv, Add and Relu',
    convolution((graph, x, c) => graph.node('Relu', [graph.node('Add', [x, c])], y)),
    'FusedConv(x, w, , x)',
  ],
  ['Gemm and Relu', gemm('Relu'), 'FusedGemm(x, w, b)'],
  ['Gemm and Tanh', gemm('Tanh'), 'FusedGemm(x, w, b)'],
  ['Gemm and Sigmoid', gemm('Sigmoid'), 'FusedGemm(x, w, b)'],
  ['Gemm and LeakyRelu', gemm('LeakyRelu', { alpha: new Float(0.3) }), 'FusedGemm(x, w, b)'],
  ['Gemm and HardSigmoid', gemm('HardSigmoid', { alpha: new Float(0.3), beta: new Float(0.4) }), 'FusedGemm(x, w, b)'],
])('%s are one operator that computes the same', async (_what, model, expected) => {
  const fused = copyOf(model);
  expect((await apply(fused, fuseActivations)).nodes).toEqual([`y = com.microsoft:${expected}`]);
  const feeds = feedsFor(model, 1);
  expect(largestDifference(await run(model, feeds), await run(fused, feeds))).toBeLessThan(1e-6);
});

test.each<[string, OnnxModel]>([
  [
    'an output of Conv that is used twice',
    convolution((graph, _x, c) => graph.node('Add', [graph.node('Relu', [c]), c], y)),
  ],
  [
    'an addition that broadcasts',
    convolution((graph, _x, c) => graph.node('Relu', [graph.node('Add', [c, bound(graph, 'one', 1)])], y)),
  ],
  [
    'a sum with another activation than Relu',
    convolution((graph, x, c) => graph.node('Tanh', [graph.node('Add', [x, c])], y)),
  ],
  ['a Clip with one bound', convolution((graph, _x, c) => graph.node('Clip', [c, bound(graph, 'low', 0)], y))],
  ['an operator that is no activation', convolution((graph, _x, c) => graph.node('Exp', [c], y))],
])('%s stays as it is', async (_what, model) => {
  expect((await apply(model, fuseActivations)).changes).toEqual([]);
});

test('of two convolutions that are added, one is fused and adds the output of the other', async () => {
  const model = convolution((graph, x, c) => {
    const other = graph.node('Conv', [x, 'w'], { outputs: ['d'], attributes: { pads: [1, 1, 1, 1] } });
    return graph.node('Relu', [graph.node('Add', [c, other])], y);
  });
  const fused = copyOf(model);
  expect((await apply(fused, fuseActivations)).nodes).toEqual([
    'd = Conv(x, w)',
    'y = com.microsoft:FusedConv(x, w, , d)',
  ]);
  const feeds = feedsFor(model, 1);
  expect(largestDifference(await run(model, feeds), await run(fused, feeds))).toBeLessThan(1e-6);
});
