import { expect, test } from 'vitest';
import { readOptimizedGraph } from '../../../src/engine/proof/optimized-graph.ts';
import type { OnnxModel } from '../../../src/graph/onnx-message.ts';
import { convolutionBlock, oneNode, SmallGraph, writtenModel } from '../small-models.ts';

function product(type: string, data: Float32Array | Uint16Array): OnnxModel {
  const graph = new SmallGraph('product');
  const x = graph.input('x', type, [1, 2]);
  return graph.ending(graph.apply('MatMul', [x, graph.constant('w', type, [2, 2], data)]), [1, 2], 17, type);
}

function integerProduct(): OnnxModel {
  const graph = new SmallGraph('integer');
  const x = graph.input('x', 'uint8', [1, 2]);
  return graph.ending(
    graph.apply('MatMulInteger', [x, graph.constant('w', 'int8', [2, 2], new Int8Array(4))]),
    [1, 2],
    17,
    'int32',
  );
}

test.each<[string, OnnxModel, string]>([
  ['32-bit constants', product('float32', new Float32Array(4)), 'fp32'],
  ['16-bit constants', product('float16', new Uint16Array(4)), 'fp16'],
  ['bfloat16 constants', product('bfloat16', new Uint16Array(4)), 'bf16'],
  ['an integer product', integerProduct(), 'int8_dynamic'],
  ['no constants but a 32-bit input', oneNode(), 'fp32'],
])('%s make a graph of that precision', (_name, model, precision) => {
  expect(readOptimizedGraph(writtenModel(model)).precision).toBe(precision);
});

test('a graph of two precisions names both', () => {
  const graph = new SmallGraph('mixed');
  const x = graph.apply('MatMul', [graph.input('x', 'float32', [1, 2]), graph.weights('w', 2, 2)]);
  const half = graph.apply('MatMul', [
    graph.apply('Cast', [x], { to: 10 }),
    graph.constant('h', 'float16', [2, 2], new Uint16Array(4)),
  ]);
  expect(readOptimizedGraph(writtenModel(graph.ending(half, [1, 2], 17, 'float16'))).precision).toBe('fp16+fp32');
});

test('a graph as it stands in the file is of the plain layout', () => {
  expect(readOptimizedGraph(writtenModel(convolutionBlock()))).toEqual({
    operators: { BatchNormalization: 1, Conv: 1, Relu: 1 },
    memoryLayout: 'plain',
    precision: 'fp32',
    computePrecision: 'fp32',
    integerProducts: { integer: 0, dequantized: 0 },
  });
});
