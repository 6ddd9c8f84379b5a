import { Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { quantizeDynamic } from '../../src/compress/quantize-dynamic.ts';
import { compareOutputs } from '../../src/engine/proof/fidelity.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { readTensor } from '../../src/graph/tensor-proto.ts';
import { generator, normal } from '../../src/stats/random.ts';
import { buildBert } from '../../src/workloads/bert-model.ts';
import { optimizedOperators } from '../engine/backends/ort-dump.ts';
import { SmallGraph } from '../engine/small-models.ts';
import { answers, type Inputs, normals } from './quantized-model.ts';

class Net extends SmallGraph {
  readonly #draws = generator(5);

  around(name: string, ...dims: number[]): string {
    const count = dims.reduce((product, dimension) => product * dimension, 1);
    return this.constant(
      name,
      'float32',
      dims,
      Float32Array.from({ length: count }, () => normal(this.#draws) / 4),
    );
  }
}

const rows = { x: normals(2, 6, 32) };

function onRows(build: (net: Net, x: string) => string): OnnxModel {
  const net = new Net('dense');
  return net.ending(build(net, net.input('x', 'float32', ['batch', 32])), []);
}

type Outputs = Parameters<typeof compareOutputs>[0];

/** Signal to noise of the rewritten model against what it was, in decibels; and the operators that the engine makes of it. */
async function rewritten(model: OnnxModel, inputs: Inputs, options = {}) {
  const before = await answers(model, inputs);
  const report = quantizeDynamic(model, options);
  const agreement = compareOutputs((await answers(model, inputs)) as Outputs, before as Outputs);
  const plain = compareOutputs((await answers(model, inputs, 'disabled')) as Outputs, before as Outputs);
  const operators = await optimizedOperators(model, 'all', '');
  return { report, operators, decibels: Math.min(agreement?.sqnrDb ?? 0, plain?.sqnrDb ?? 0) };
}

test('a MatMul becomes one operator that quantises what comes in', async () => {
  const model = onRows((net, x) => net.node('MatMul', [x, net.around('w', 32, 24)], { outputs: ['y'] }));
  const { operators, decibels, report } = await rewritten(model, rows);
  expect(operators).toEqual({ 'com.microsoft:DynamicQuantizeMatMul': 1 });
  expect(report).toMatchObject({ weights: 1, decisions: [{ operator: 'MatMul', becomes: 'int8', reason: null }] });
  expect(model.graph.initializer.some(({ name }) => name === 'w')).toBe(false);
  expect(decibels).toBeGreaterThan(35);
});

test.each([0, 1])('a Gemm with a bias is multiplied in 8 bits with transB %i', async (transB) => {
  const model = onRows((net, x) => {
    const weight = transB === 1 ? net.around('w', 24, 32) : net.around('w', 32, 24);
    return net.node('Gemm', [x, weight, net.around('b', 24)], { outputs: ['y'], attributes: { transB } });
  });
  const { operators, decibels } = await rewritten(model, rows);
  expect(operators.Gemm).toBeUndefined();
  expect(operators).toMatchObject({ 'com.microsoft:DynamicQuantizeMatMul': 1 });
  const weight = model.graph.initializer.find(({ name }) => name === 'w_quantized');
  expect(weight?.dims).toEqual([32n, 24n]);
  expect(decibels).toBeGreaterThan(35);
});

test('an input that two products share is quantised once', async () => {
  const model = onRows((net, x) => {
    const [a, b] = [net.apply('MatMul', [x, net.around('a', 32, 8)]), net.apply('MatMul', [x, net.around('b', 32, 8)])];
    return net.node('Sub', [a, b], { outputs: ['y'] });
  });
  const { decibels, report } = await rewritten(model, rows);
  expect(model.graph.node.filter(({ opType }) => opType === 'DynamicQuantizeLinear')).toHaveLength(1);
  expect(report.weights).toBe(2);
  expect(decibels).toBeGreaterThan(30);
});

test('convolutions, products of two activations and excluded nodes stay in floats', async () => {
  const model = onRows((net, x) => {
    const first = net.node('MatMul', [x, net.around('w', 32, 32)], { name: 'first' });
    const both = net.apply('MatMul', [first, net.apply('Transpose', [x])]);
    return net.apply('MatMul', [both, net.apply('MatMul', [x, net.around('v', 32, 4)])]);
  });
  const { report } = await rewritten(model, rows, { excludedNodes: ['first'] });
  expect(report.decisions.map(({ operator, reason }) => [operator, reason])).toEqual([
    ['MatMul', 'EXCLUDED'],
    ['Transpose', 'OPERATOR_NOT_QUANTIZABLE'],
    ['MatMul', 'WEIGHT_NOT_CONSTANT'],
    ['MatMul', null],
    ['MatMul', 'WEIGHT_NOT_CONSTANT'],
  ]);
});

test('a Gemm of a transposed input stays in floats', async () => {
  const net = new Net('turned');
  const x = net.input('x', 'float32', [32, 6]);
  const model = net.ending(net.node('Gemm', [x, net.around('w', 32, 4)], { attributes: { transA: 1 } }), []);
  expect(quantizeDynamic(model).decisions).toMatchObject([{ becomes: 'float', reason: 'ATTRIBUTES_UNSUPPORTED' }]);
});

test('all six products of weights of each layer of a small BERT are 8-bit ones, and its answers stay close', async () => {
  const sizes = { layers: 2, hidden: 64, heads: 4, inner: 128, vocabulary: 50, positions: 16, tokenTypes: 2 };
  const model = buildBert(sizes, 3, 16);
  const integers = (values: number[]) => new Tensor('int64', BigInt64Array.from(values, BigInt), [1, 16]);
  const inputs = {
    input_ids: integers(Array.from({ length: 16 }, (_, index) => (index * 7) % 50)),
    attention_mask: integers(new Array(16).fill(1)),
    token_type_ids: integers(new Array(16).fill(0)),
  };
  const { report, decibels } = await rewritten(model, inputs);
  // Query, key, value, what follows attention, and the dense pair, in each of two layers; and the pooler.
  expect(report.decisions.filter(({ becomes }) => becomes === 'int8')).toHaveLength(13);
  expect(report.weights).toBe(13);
  expect(decibels).toBeGreaterThan(25);
});

test('weights of 7 bits are within 64', () => {
  const model = onRows((net, x) => net.node('MatMul', [x, net.around('w', 32, 24)], { outputs: ['y'] }));
  quantizeDynamic(model, { weightBits: 7 });
  const weight = model.graph.initializer.find(({ name }) => name === 'w_quantized');
  const values = weight === undefined ? [] : Array.from(readTensor(weight).data as Int8Array);
  expect(Math.max(...values.map(Math.abs))).toBe(64);
});
