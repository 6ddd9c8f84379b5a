import { expect, test } from 'vitest';
import type { Backend, Session } from '../../../src/engine/backends/backend.ts';
import { ortCpu } from '../../../src/engine/backends/ort-cpu.ts';
import { idleRunSeconds } from '../../../src/engine/proof/process-threads.ts';
import { type ProofRequest, proveConfiguration } from '../../../src/engine/proof/prove-configuration.ts';
import type { OnnxModel } from '../../../src/graph/onnx-message.ts';
import { threadIds } from '../../../src/kernel/thread-ids.ts';
import { convolutionBlock, oneNode, SmallGraph, temporaryFolder, writtenModel } from '../small-models.ts';

function prove(model: OnnxModel, dims: readonly number[], options: Partial<ProofRequest['options']>) {
  const count = dims.reduce((product, dimension) => product * dimension, 1);
  return proveConfiguration({
    backend: ortCpu,
    modelPath: writtenModel(model),
    options: { fusion: 'on', precision: 'fp32', threads: 1, spinning: 'off', ...options },
    workFolder: temporaryFolder(),
    feeds: { x: { type: 'float32', dims, data: new Float32Array(count).fill(1) } },
  });
}

const block = [1, 16, 8, 8];

test('fusion on is proven by operators that the file does not have, and the layout with it', async () => {
  const proof = await prove(convolutionBlock(), block, { fusion: 'on' });
  expect(proof.effective).toMatchObject({
    backend: { value: 'ort-cpu', evidence: 'profile' },
    precision: { value: 'fp32', evidence: 'dump' },
    fusion: { value: 'on', evidence: 'dump' },
    layout: { value: 'engine', evidence: 'dump' },
    memoryLayout: { value: 'nchwc', evidence: 'dump' },
  });
  expect(proof.operators.BatchNormalization).toBeUndefined();
  expect(proof.nothingToFuse).toBe(false);
});

test('the profile has the time of each node of the optimised graph, of all runs but the first', async () => {
  const { operatorProfile, operators } = await prove(convolutionBlock(), block, { fusion: 'on' });
  expect(operatorProfile).toMatchObject({ runs: 4, isPartial: false });
  const counts: Record<string, number> = {};
  for (const { operator, calls, provider, seconds } of operatorProfile?.nodes ?? []) {
    counts[operator] = (counts[operator] ?? 0) + calls;
    expect(provider).toBe('CPUExecutionProvider');
    expect(seconds).toBeGreaterThanOrEqual(0);
  }
  // A profile does not tell the domain of an operator.
  const undomained = Object.entries(operators).map(([operator, count]) => [operator.replace(/^.*:/, ''), count]);
  expect(counts).toEqual(Object.fromEntries(undomained));
});

/** `y = x·w` with x quantised at run time, as quantize_dynamic of ONNX Runtime writes it. */
function dynamicallyQuantized(): OnnxModel {
  const graph = new SmallGraph('dynamic');
  const x = graph.input('x', 'float32', ['batch', 4]);
  const [quantized = '', scale = '', zero = ''] = ['xq', 'xs', 'xz'];
  graph.node('DynamicQuantizeLinear', [x], { outputs: [quantized, scale, zero] });
  const weights = graph.constant('w', 'int8', [4, 2], Int8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  const product = graph.apply('MatMulInteger', [quantized, weights, zero]);
  const factor = graph.apply('Mul', [scale, graph.scalar('ws', 0.1)]);
  return graph.ending(graph.apply('Mul', [graph.apply('Cast', [product], { to: 1 }), factor]), ['batch', 2]);
}

/** `y = x·w` between pairs of QuantizeLinear and DequantizeLinear, as quantize_static writes it. */
function quantizedInPairs(): OnnxModel {
  const graph = new SmallGraph('pairs');
  const [scale, zero] = [graph.scalar('s', 0.1), graph.constant('z', 'uint8', [], Uint8Array.of(128))];
  const pair = (value: string) =>
    graph.apply('DequantizeLinear', [graph.apply('QuantizeLinear', [value, scale, zero]), scale, zero]);
  const stored = graph.constant('w', 'uint8', [4, 2], Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  const weights = graph.apply('DequantizeLinear', [stored, scale, zero]);
  const product = graph.apply('MatMul', [pair(graph.input('x', 'float32', ['batch', 4])), weights]);
  return graph.ending(pair(product), ['batch', 2]);
}

/** `y = x·h` with h in half precision, of inputs and outputs in 32 bits. */
function halfInside(): OnnxModel {
  const graph = new SmallGraph('half');
  const x = graph.apply('Cast', [graph.input('x', 'float32', ['batch', 4])], { to: 10 });
  const weights = graph.constant('h', 'float16', [4, 2], new Uint16Array(8).fill(0x3c00)); // 1
  return graph.ending(graph.apply('Cast', [graph.apply('MatMul', [x, weights])], { to: 1 }), ['batch', 2]);
}

/** One product with weights in 32 bits and one in 64. */
function singleAndDouble(): OnnxModel {
  const graph = new SmallGraph('mixed');
  const x = graph.apply('MatMul', [graph.input('x', 'float32', ['batch', 4]), graph.weights('w', 4, 4)]);
  const weights = graph.constant('d', 'float64', [4, 2], new Float64Array(8).fill(1));
  const product = graph.apply('MatMul', [graph.apply('Cast', [x], { to: 11 }), weights]);
  return graph.ending(graph.apply('Cast', [product], { to: 1 }), ['batch', 2]);
}

test.each([
  ['quantised at run time', dynamicallyQuantized(), 'int8_dynamic'],
  ['quantised in pairs', quantizedInPairs(), 'int8'],
  ['in half precision', halfInside(), 'fp16'],
  ['in two precisions', singleAndDouble(), 'fp32+fp64'],
  ['in 32 bits', convolutionBlock(), 'fp32'],
])(
  'a model %s runs as its file has it when fp32 is asked for, and what that is is told',
  async (_name, model, stored) => {
    for (const fusion of ['on', 'off'] as const) {
      const { effective } = await prove(model, stored === 'fp32' ? block : [1, 4], { fusion });
      expect(effective.precision).toEqual({ value: 'fp32', evidence: 'dump' });
      expect(effective.storedPrecision).toEqual({ value: stored, evidence: 'dump' });
    }
  },
);

test('an engine that computes in another precision than the file has is told with what it computes in', async () => {
  const rewritten = writtenModel(dynamicallyQuantized());
  // Optimises to integers what the file has in floats.
  const quantizing: Backend = {
    ...ortCpu,
    load: (path, options) => ortCpu.load(options.optimization === 'none' ? path : rewritten, options),
  };
  const { effective } = await proveConfiguration({
    backend: quantizing,
    modelPath: writtenModel(oneNode()),
    options: { fusion: 'on', precision: 'fp32', threads: 1, spinning: 'off' },
    workFolder: temporaryFolder(),
    feeds: { x: { type: 'float32', dims: [1, 4], data: new Float32Array(4) } },
  });
  expect(effective.precision).toEqual({ value: 'int8_dynamic', evidence: 'dump' });
  expect(effective.storedPrecision).toEqual({ value: 'fp32', evidence: 'dump' });
});

test('fusion off is proven by the operators of the file', async () => {
  const proof = await prove(convolutionBlock(), block, { fusion: 'off' });
  expect(proof.effective).toMatchObject({
    fusion: { value: 'off', evidence: 'dump' },
    layout: { value: 'plain', evidence: 'dump' },
    memoryLayout: { value: 'plain', evidence: 'dump' },
  });
  expect(proof.operators).toEqual({ BatchNormalization: 1, Conv: 1, Relu: 1 });
  expect(proof.nothingToFuse).toBe(false);
});

test('a graph of one node has nothing to fuse, and what fusion is cannot be told from it', async () => {
  for (const fusion of ['on', 'off'] as const) {
    const proof = await prove(oneNode(), [1, 4], { fusion });
    expect(proof.nothingToFuse).toBe(true);
    expect(proof.effective.fusion).toEqual({ value: null, evidence: 'dump' });
    expect(proof.effective.layout).toEqual({ value: null, evidence: 'dump' });
    expect(proof.operators).toEqual({ Relu: 1 });
  }
});

test.skipIf(threadIds() === null).each([1, 2, 3])('%i threads are found in the process', async (threads) => {
  const { effective } = await prove(convolutionBlock(), block, { threads });
  expect(effective.threads).toEqual({ value: threads, evidence: 'threads of the process' });
});

test.skipIf(threadIds() === null).each(['on', 'off'] as const)(
  'spinning %s is seen in what idle threads run',
  async (spinning) => {
    const { effective } = await prove(convolutionBlock(32), [1, 32, 8, 8], { threads: 2, spinning });
    expect(effective.spinning).toEqual({ value: spinning, evidence: 'threads of the process' });
  },
);

test('with one thread there is none to spin: the setting stays unverified', async () => {
  const { effective } = await prove(convolutionBlock(), block, { threads: 1, spinning: 'on' });
  expect(effective.spinning).toEqual({ value: 'on', evidence: 'unverified' });
});

test('of a backend that dumps and profiles nothing, what it states itself is passed on as unverified', async () => {
  const x = { type: 'float32', dims: [1], data: Float32Array.of(1) };
  const stated = { precision: { value: 'fp32', evidence: 'unverified' } } as const;
  const session: Session = {
    inputs: [{ name: 'x', type: 'float32', shape: [1] }],
    outputs: [{ name: 'x', type: 'float32', shape: [1] }],
    tensor: (type, dims, data) => ({ type, dims, data }),
    run: async (feeds) => feeds,
    bareCall: (feeds) => async () => feeds,
    effective: () => stated,
    profile: async () => null,
    dispose: async () => {},
  };
  const echo: Backend = {
    name: 'echo',
    stack: 'none',
    probe: async () => ({ available: true, device: 'none', version: '1', precisions: { fp32: 'native' } }),
    load: async () => session,
  };
  const options = { fusion: 'on', precision: 'fp32', threads: 1, spinning: 'off' } as const;
  const proof = await proveConfiguration({
    backend: echo,
    modelPath: '',
    options,
    workFolder: temporaryFolder(),
    feeds: { x },
  });
  expect(proof).toMatchObject({ effective: stated, operators: {}, nothingToFuse: false });
  expect(proof.effective.fusion).toBeUndefined();
});

test('a thread that has ended, or that never was, gives no figure', async () => {
  expect(await idleRunSeconds([2 ** 30], 0)).toBeNull();
});
