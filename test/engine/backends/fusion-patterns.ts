import { Float } from '../../../src/graph/builder.ts';
import type { OnnxModel } from '../../../src/graph/onnx-message.ts';
import { convolutionBlock, SmallGraph } from '../small-models.ts';

const images = [1, 16, 8, 8];

function convolution(then: (graph: SmallGraph, y: string) => string): OnnxModel {
  const graph = new SmallGraph('convolution');
  const x = graph.input('x', 'float32', images);
  return graph.ending(then(graph, graph.apply('Conv', [x, graph.weights('w', 16, 16, 3, 3)])), [
    null,
    null,
    null,
    null,
  ]);
}

/** A graph whose input `x` has this shape. */
function onInput(
  shape: readonly (number | string)[],
  build: (graph: SmallGraph, x: string) => string,
  opset = 17,
  type = 'float32',
): OnnxModel {
  const graph = new SmallGraph('pattern');
  const y = build(graph, graph.input('x', type, shape));
  return graph.ending(y, [], opset, type === 'uint8' ? 'uint8' : 'float32');
}

function gelu(graph: SmallGraph, x: string): string {
  const erf = graph.apply('Erf', [graph.apply('Div', [x, graph.scalar('root2', Math.SQRT2)])]);
  const product = graph.apply('Mul', [x, graph.apply('Add', [erf, graph.scalar('one', 1)])]);
  return graph.apply('Mul', [product, graph.scalar('half', 0.5)]);
}

function layerNormalization(graph: SmallGraph, x: string): string {
  const axes = { axes: [-1] };
  const centred = graph.apply('Sub', [x, graph.apply('ReduceMean', [x], axes)]);
  const variance = graph.apply('ReduceMean', [graph.apply('Pow', [centred, graph.scalar('two', 2)])], axes);
  const deviation = graph.apply('Sqrt', [graph.apply('Add', [variance, graph.scalar('epsilon', 1e-5)])]);
  const scaled = graph.apply('Mul', [graph.apply('Div', [centred, deviation]), graph.weights('gamma', 16)]);
  return graph.apply('Add', [scaled, graph.weights('beta', 16)]);
}

function rootMeanSquareNormalization(graph: SmallGraph, x: string): string {
  const square = graph.apply('ReduceMean', [graph.apply('Pow', [x, graph.scalar('two', 2)])], { axes: [-1] });
  const root = graph.apply('Sqrt', [graph.apply('Add', [square, graph.scalar('epsilon', 1e-5)])]);
  return graph.apply('Mul', [graph.weights('gamma', 16), graph.apply('Div', [x, root])]);
}

function spaceToDepth(graph: SmallGraph, x: string): string {
  const [ends, axes, steps] = [
    graph.integers('ends', [9999, 9999]),
    graph.integers('axes', [2, 3]),
    graph.integers('steps', [2, 2]),
  ];
  const corners = [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ].map((corner) => graph.apply('Slice', [x, graph.integers(`start${corner.join('')}`, corner), ends, axes, steps]));
  return graph.apply('Conv', [graph.apply('Concat', corners, { axis: 1 }), graph.weights('w', 16, 12, 3, 3)]);
}

function reshapedByShape(graph: SmallGraph, x: string): string {
  const rows = graph.apply('Gather', [graph.apply('Shape', [x]), graph.integers('first', [0], [])], { axis: 0 });
  const shape = graph.apply(
    'Concat',
    [graph.apply('Unsqueeze', [rows, graph.integers('axis', [0])]), graph.integers('rest', [-1])],
    { axis: 0 },
  );
  return graph.apply('Reshape', [x, shape]);
}

function gatheredOneByOne(graph: SmallGraph, x: string): string {
  const [a = '', b = '', c = ''] = [0, 1, 2].map((index) =>
    graph.apply('Gather', [x, graph.integers(`i${index}`, [index], [])], { axis: 1 }),
  );
  return graph.apply('Add', [graph.apply('Add', [a, b]), c]);
}

function gatheredRange(graph: SmallGraph, x: string): string {
  const z = graph.input('z', 'float32', ['rows', 'columns']);
  const end = graph.apply('Gather', [graph.apply('Shape', [z]), graph.integers('one', [1], [])], { axis: 0 });
  return graph.apply('Gather', [x, graph.apply('Range', [graph.integers('zero', [0], []), end, 'one'])], { axis: 1 });
}

function residual(graph: SmallGraph, x: string): string {
  const inputs = [x, graph.weights('w', 16, 16, 3, 3), graph.weights('bias', 16)];
  const sum = graph.apply('Add', [graph.apply('Conv', inputs, { pads: [1, 1, 1, 1] }), x]);
  return graph.apply('Relu', [sum]);
}

function quantizedConvolution(graph: SmallGraph, x: string): string {
  const scale = graph.scalar('scale', 0.1);
  const zero = graph.constant('zero', 'uint8', [], Uint8Array.of(0));
  const weight = graph.constant('w', 'int8', [16, 16, 3, 3], new Int8Array(16 * 16 * 9).fill(1));
  const weightZero = graph.constant('wz', 'int8', [], Int8Array.of(0));
  return graph.apply('QLinearConv', [x, scale, zero, weight, scale, weightZero, scale, zero]);
}

/** For each fusion of ONNX Runtime a graph that it changes when no other one runs. */
export const fusionPatterns: Readonly<Record<string, () => OnnxModel>> = {
  ConvBNFusion: () => convolutionBlock(),
  ConvMulFusion: () => convolution((graph, y) => graph.apply('Mul', [y, graph.weights('k', 16, 1, 1)])),
  ConvAddFusion: () => convolution((graph, y) => graph.apply('Add', [y, graph.weights('k', 16, 1, 1)])),
  ConvActivationFusion: () => convolution((graph, y) => graph.apply('Relu', [y])),
  ConvAddActivationFusion: () => onInput(images, residual),
  Pad_Fusion: () =>
    onInput(images, (graph, x) =>
      graph.apply('Conv', [
        graph.apply('Pad', [x, graph.integers('pads', [0, 0, 1, 1, 0, 0, 1, 1])]),
        graph.weights('w', 16, 16, 3, 3),
      ]),
    ),
  MatMulAddFusion: () =>
    onInput([4, 16], (graph, x) =>
      graph.apply('Add', [graph.apply('MatMul', [x, graph.weights('w', 16, 8)]), graph.weights('k', 8)]),
    ),
  MatMul_BatchNormalization_Fusion: () =>
    onInput([4, 16], (graph, x) => graph.batchNormalization(graph.apply('MatMul', [x, graph.weights('w', 16, 8)]), 8)),
  MatMulScaleFusion: () =>
    onInput([2, 4, 16], (graph, x) =>
      graph.apply('MatMul', [
        graph.apply('Mul', [x, graph.scalar('k', 0.125)]),
        graph.input('z', 'float32', [2, 16, 4]),
      ]),
    ),
  MatmulTransposeFusion: () =>
    onInput([2, 4, 16], (graph, x) =>
      graph.apply('MatMul', [
        x,
        graph.apply('Transpose', [graph.input('z', 'float32', [2, 4, 16])], { perm: [0, 2, 1] }),
      ]),
    ),
  GemmActivationFusion: () =>
    onInput([4, 16], (graph, x) =>
      graph.apply('Relu', [graph.apply('Gemm', [x, graph.weights('w', 16, 8), graph.weights('k', 8)])]),
    ),
  GemmSumFusion: () =>
    onInput([4, 16], (graph, x) =>
      graph.apply('Sum', [graph.apply('Gemm', [x, graph.weights('w', 16, 8)]), graph.input('z', 'float32', [4, 8])]),
    ),
  GemmTransposeFusion: () =>
    onInput([16, 4], (graph, x) =>
      graph.apply('Gemm', [graph.apply('Transpose', [x], { perm: [1, 0] }), graph.weights('w', 16, 8)]),
    ),
  LayerNormFusionL1: () => onInput([2, 4, 16], layerNormalization),
  LayerNormFusionL2: () => onInput([2, 4, 16], layerNormalization, 16),
  SimplifiedLayerNormFusion: () => onInput([2, 4, 16], rootMeanSquareNormalization),
  SkipLayerNormFusion: () =>
    onInput([2, 4, 16], (graph, x) =>
      graph.apply(
        'LayerNormalization',
        [
          graph.apply('Add', [x, graph.input('z', 'float32', [2, 4, 16])]),
          graph.weights('gamma', 16),
          graph.weights('beta', 16),
        ],
        { axis: -1, epsilon: new Float(1e-5) },
      ),
    ),
  GeluFusionL1: () => onInput([4, 16], gelu, 20),
  GeluFusionL2: () => onInput([4, 16], gelu),
  BiasGeluFusion: () =>
    onInput([2, 4, 16], (graph, x) => graph.apply('Gelu', [graph.apply('Add', [x, graph.weights('k', 16)])]), 20),
  QuickGeluFusion: () =>
    onInput([4, 16], (graph, x) =>
      graph.apply('Mul', [x, graph.apply('Sigmoid', [graph.apply('Mul', [x, graph.scalar('k', 1.702)])])]),
    ),
  FuseReluClip: () =>
    onInput([4, 16], (graph, x) =>
      graph.apply('Clip', [graph.apply('Relu', [x]), graph.scalar('low', -1), graph.scalar('high', 6)]),
    ),
  DivMulFusion: () =>
    onInput([4, 16], (graph, x) =>
      graph.apply('Mul', [graph.apply('Div', [graph.scalar('one', 1), x]), graph.input('z', 'float32', [4, 16])]),
    ),
  NotWhereFusion: () =>
    onInput(
      [4],
      (graph, x) =>
        graph.apply('Where', [
          graph.apply('Not', [x]),
          graph.input('p', 'float32', [4]),
          graph.input('q', 'float32', [4]),
        ]),
      17,
      'bool',
    ),
  ReshapeFusion: () => onInput(['batch', 4, 4], reshapedByShape),
  GatherSliceToSplitFusion: () => onInput([2, 3, 4], gatheredOneByOne),
  GatherToSliceFusion: () => onInput([2, 8], gatheredRange),
  SliceConcatToSpaceToDepthFusion: () => onInput([1, 3, 8, 8], spaceToDepth),
  NchwcTransformer: () => convolution((_graph, y) => y),
  NhwcTransformer: () => onInput(images, quantizedConvolution, 17, 'uint8'),
};
