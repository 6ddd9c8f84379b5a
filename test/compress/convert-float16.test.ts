import { expect, test } from 'vitest';
import { calibrationOn } from '../../src/compress/calibration-engine.ts';
import { convertToFloat16, type Float16Options, type Float16Report } from '../../src/compress/convert-float16.ts';
import type { Tensors } from '../../src/engine/backends/backend.ts';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { compareOutputs } from '../../src/engine/proof/fidelity.ts';
import { Float, GraphBuilder } from '../../src/graph/builder.ts';
import { checkModel } from '../../src/graph/check-model.ts';
import { dataTypeOf } from '../../src/graph/element-type.ts';
import { modelInputs, modelOutputs } from '../../src/graph/model-values.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { makeTensor, readTensor } from '../../src/graph/tensor-proto.ts';
import { SmallGraph } from '../engine/small-models.ts';
import { nodesOf } from '../graph/passes/apply.ts';
import { answers, type Inputs, normals } from './quantized-model.ts';

const [float16, float32] = [dataTypeOf('float16'), dataTypeOf('float32')];

/** Converts, and compares the answers before and after, of the graph as it stands. */
async function converted(
  model: OnnxModel,
  inputs: Inputs,
  options: Partial<Float16Options> = {},
): Promise<Float16Report & { readonly decibels: number }> {
  const before = await answers(model, inputs, 'disabled');
  const report = await convertToFloat16(model, { samples: null, ...options });
  expect(checkModel(model)).toEqual([]);
  const after = await answers(model, inputs, 'disabled');
  const agreement = compareOutputs(after as unknown as Tensors, before as unknown as Tensors);
  return { ...report, decibels: agreement?.sqnrDb ?? Number.NaN };
}

const onSamples = (inputs: Inputs): Partial<Float16Options> => ({
  samples: { load: calibrationOn(ortCpu), feeds: () => [inputs as unknown as Tensors] },
});

function reasonsOf({ decisions }: Float16Report): Record<string, string | null> {
  return Object.fromEntries(decisions.map(({ node, reason }) => [node, reason]));
}

function dense(middle: (graph: SmallGraph, value: string) => string, opset = 17): OnnxModel {
  const graph = new SmallGraph('dense');
  const x = graph.input('x', 'float32', ['batch', 16]);
  const product = graph.node('MatMul', [x, graph.weights('w', 16, 16)], { name: 'first' });
  const value = middle(graph, product);
  return graph.ending(graph.node('Sigmoid', [value], { name: 'last', outputs: ['y'] }), ['batch', 16], opset);
}

const x = normals(1, 4, 16);

test('inputs and outputs stay in 32 bits, a Cast stands at each edge, and constants take half the bytes', async () => {
  const model = dense((graph, value) => graph.node('Add', [value, graph.weights('b', 16)], { name: 'sum' }));
  const report = await converted(model, { x });
  expect(nodesOf(model)).toEqual([
    'x_float16 = Cast(x)',
    'first_float16 = MatMul(x_float16, w_float16)',
    'sum_float16 = Add(first_float16, b_float16)',
    'y_float16 = Sigmoid(sum_float16)',
    'y = Cast(y_float16)',
  ]);
  expect([...modelInputs(model), ...modelOutputs(model)].map(({ type }) => type)).toEqual(['float32', 'float32']);
  // 16 · 16 weights and 16 of the bias, 4 bytes each before and 2 after.
  expect(report).toMatchObject({
    converted: 3,
    kept: {},
    casts: { added: 2, removed: 0 },
    constants: 2,
    clamped: { tooLarge: 0, tooSmall: 0 },
    bytes: { before: 1088, after: 544 },
    sampleSha256: null,
  });
  expect(report.decibels).toBeGreaterThan(60);
});

test('a node that is left out, by name or operator, computes in 32 bits on constants in 32 bits', async () => {
  for (const option of [{ excludedNodes: ['sum'] }, { excludedOperators: ['Add'] }]) {
    const model = dense((graph, value) => graph.node('Add', [value, graph.weights('b', 16)], { name: 'sum' }));
    const report = await converted(model, { x }, option);
    expect(reasonsOf(report)).toEqual({ first: null, sum: 'EXCLUDED', last: null });
    expect(nodesOf(model).slice(2, 5)).toEqual([
      'first = Cast(first_float16)',
      'sum = Add(first, b)',
      'sum_float16 = Cast(sum)',
    ]);
    expect(model.graph.initializer.map(({ name, dataType }) => [name, dataType])).toEqual([
      ['b', float32],
      ['w_float16', float16],
    ]);
  }
});

test('a name that no node has is an error, not a wish without effect', async () => {
  const model = dense((_graph, value) => value);
  await expect(convertToFloat16(model, { samples: null, excludedNodes: ['frist'] })).rejects.toMatchObject({
    code: 'NODE_UNKNOWN',
    message: expect.stringContaining('"frist"'),
  });
});

test('a constant that nodes of both kinds use is there in both', async () => {
  const model = dense((graph, value) => {
    const b = graph.weights('b', 16);
    return graph.node('Mul', [graph.node('Add', [value, b], { name: 'sum' }), b], { name: 'scaled' });
  });
  await converted(model, { x }, { excludedNodes: ['sum'] });
  expect(model.graph.initializer.map(({ name }) => name).sort()).toEqual(['b', 'b_float16', 'w_float16']);
});

test('operators that need the range or the type of 32 bits stay there', async () => {
  const model = dense((graph, value) => {
    const bounded = graph.node('Max', [value, graph.scalar('floor', 0)], { name: 'bounded' });
    const [shape, scales] = [
      graph.integers('shape', [1, 1, -1, 16]),
      graph.constant('scales', 'float32', [4], Float32Array.of(1, 1, 2, 1)),
    ];
    const picture = graph.node('Reshape', [bounded, shape], { name: 'picture' });
    const wide = graph.node('Resize', [picture, '', scales], { name: 'wide', attributes: { mode: 'nearest' } });
    return graph.node('Reshape', [wide, graph.integers('rows', [-1, 16])], { name: 'rows_again' });
  });
  const report = await converted(model, { x });
  expect(reasonsOf(report)).toEqual({
    first: null,
    bounded: 'OPERATOR_UNSUITED',
    picture: null,
    wide: 'OPERATOR_UNSUITED',
    rows_again: null,
    last: null,
  });
  expect(report.decibels).toBeGreaterThan(60);
});

test('a Cast to 32 bits inside makes 16; one that undoes another is gone with it', async () => {
  const graph = new SmallGraph('casts');
  const ids = graph.input('ids', 'int64', ['batch', 16]);
  const floats = graph.node('Cast', [ids], { name: 'floats', attributes: { to: float32 } });
  const narrow = graph.node('Cast', [floats], { name: 'narrow', attributes: { to: float16 } });
  const wide = graph.node('Cast', [narrow], { name: 'wide', attributes: { to: float32 } });
  const model = graph.ending(graph.node('Sigmoid', [wide], { name: 'last', outputs: ['y'] }), ['batch', 16]);
  const { Tensor } = await import('onnxruntime-node');
  const report = await converted(model, {
    ids: new Tensor(
      'int64',
      BigInt64Array.from({ length: 32 }, (_, n) => BigInt(n % 5)),
      [2, 16],
    ),
  });
  expect(nodesOf(model)).toEqual([
    'floats_float16 = Cast(ids)',
    'y_float16 = Sigmoid(floats_float16)',
    'y = Cast(y_float16)',
  ]);
  expect(report.casts).toEqual({ added: 1, removed: 2 });
});

test('weights that are stored in 16 bits already are used as they are', async () => {
  const { storeWeights } = await import('../../src/compress/store-weights.ts');
  const model = dense((_graph, value) => value);
  storeWeights(model, 'float16');
  const report = await converted(model, { x });
  expect(nodesOf(model)[1]).toBe('first_float16 = MatMul(x_float16, w_float16)');
  expect(report).toMatchObject({ constants: 0, casts: { added: 2, removed: 1 }, bytes: { before: 512, after: 512 } });
});

test('bodies stay as they are, and find the values around them by name and in 32 bits', async () => {
  const model = dense((graph, value) => {
    const body = (operator: string) => {
      const inner = new GraphBuilder(operator, [value]);
      inner.output(inner.node(operator, [value], { outputs: [`${operator}_out`] }), 'float32', [null, 16]);
      return inner.graph();
    };
    const flag = graph.constant('flag', 'bool', [], Uint8Array.of(1));
    return graph.node('If', [flag], {
      name: 'choice',
      attributes: { then_branch: body('Relu'), else_branch: body('Neg') },
    });
  });
  const report = await converted(model, { x });
  expect(reasonsOf(report)).toEqual({ first: null, choice: 'HOLDS_GRAPHS', last: null });
  expect(report.decibels).toBeGreaterThan(60);
});

test('a value beyond the range keeps who makes it and who takes it in 32 bits', async () => {
  const model = dense((graph, value) => {
    const grown = graph.node('Mul', [value, graph.scalar('much', 60_000)], { name: 'grown' });
    return graph.node('Mul', [grown, graph.scalar('little', 1 / 60_000)], { name: 'shrunk' });
  });
  const report = await converted(model, { x }, onSamples({ x }));
  expect(reasonsOf(report)).toEqual({ first: null, grown: 'OUT_OF_RANGE', shrunk: 'OUT_OF_RANGE', last: null });
  expect(nodesOf(model)).toContain('first = Cast(first_float16)');
  expect(nodesOf(model)).toContain('shrunk_float16 = Cast(shrunk)');
  expect(report.decibels).toBeGreaterThan(60);
  expect(report.sampleSha256).toMatch(/^[0-9a-f]{64}$/);
});

test('a value of which rounding leaves nothing stays in 32 bits, as does a constant', async () => {
  const small = (graph: SmallGraph, value: string) => {
    const squared = graph.node('Pow', [value, graph.scalar('eight', 8)], { name: 'power' });
    const tiny = graph.node('Mul', [squared, graph.scalar('tiny', 1e-9)], { name: 'tiny_of' });
    const shrunk = graph.node(
      'Mul',
      [graph.node('Sigmoid', [value], { name: 'gate' }), graph.scalar('half', 2 ** -20)],
      { name: 'shrunk' },
    );
    return graph.node('Add', [tiny, graph.node('Mul', [shrunk, graph.scalar('back', 2 ** 16)], { name: 'grown' })], {
      name: 'sum',
    });
  };
  const blind = reasonsOf(await converted(dense(small), { x }));
  // 1e-9 is nothing in 16 bits, 2^-20 is exact.
  expect(blind).toMatchObject({ tiny_of: 'CONSTANT_TOO_NOISY', shrunk: null });
  const report = await converted(dense(small), { x }, { ...onSamples({ x }), leastDecibels: 40 });
  expect(reasonsOf(report)).toMatchObject({ shrunk: 'TOO_NOISY', grown: 'TOO_NOISY', last: null });
  expect(report.worstDecibels).toBeGreaterThan(40);
});

test('places beyond 2,048 stay integers', async () => {
  const graph = new SmallGraph('places');
  const ids = graph.input('ids', 'int64', ['batch', 2]);
  const floats = graph.node('Cast', [ids], { name: 'floats', attributes: { to: float32 } });
  const scaled = graph.node('Mul', [floats, graph.scalar('scale', 2 ** -12)], { name: 'scaled' });
  const model = graph.ending(graph.node('Sigmoid', [scaled], { name: 'last', outputs: ['y'] }), ['batch', 2]);
  const { Tensor } = await import('onnxruntime-node');
  const inputs = { ids: new Tensor('int64', BigInt64Array.of(2049n, 5n), [1, 2]) };
  const report = await converted(model, inputs, onSamples(inputs));
  expect(reasonsOf(report)).toEqual({ floats: 'INTEGERS_INEXACT', scaled: 'INTEGERS_INEXACT', last: null });
});

test('a mask of the lowest float is clamped and counted, a number next to 0 does not vanish', async () => {
  const model = dense((graph, value) => {
    const mask = graph.constant('mask', 'float32', [16], new Float32Array(16).fill(-3.4e38, 0, 8));
    const shares = graph.node('Softmax', [graph.node('Add', [value, mask], { name: 'masked' })], { name: 'shares' });
    const odds = graph.constant('odds', 'float32', [3], Float32Array.of(1, 1e-9, -1e-12));
    return graph.node('Add', [shares, graph.node('ReduceSum', [odds], { name: 'sum' })], { name: 'end' });
  });
  const report = await converted(model, { x });
  expect(report.clamped).toEqual({ tooLarge: 8, tooSmall: 2 });
  const stored = model.graph.initializer.find(({ name }) => name === 'odds_float16');
  // 1, and ±2^-24, the smallest numbers beside 0.
  expect(stored && [...readTensor(stored).data]).toEqual([0x3c00, 1, 0x8001]);
  expect(report.decibels).toBeGreaterThan(50);
});

test('arithmetic on shapes stays in 32 bits', async () => {
  const model = dense((graph, value) => {
    const sizes = graph.node('Cast', [graph.node('Shape', [value], { name: 'shape' })], {
      name: 'sizes',
      attributes: { to: float32 },
    });
    const halved = graph.node('Mul', [sizes, graph.constant('factor', 'float32', [2], Float32Array.of(1, 1))], {
      name: 'halved',
    });
    const back = graph.node('Cast', [halved], { name: 'back', attributes: { to: dataTypeOf('int64') } });
    return graph.node('Reshape', [value, back], { name: 'same' });
  });
  const report = await converted(model, { x });
  const arithmetic = 'SHAPE_ARITHMETIC';
  expect(reasonsOf(report)).toEqual({
    first: null,
    sizes: arithmetic,
    halved: arithmetic,
    back: arithmetic,
    same: null,
    last: null,
  });
  // Shape takes what is there: no 32 bits are made for it.
  expect(nodesOf(model)).toContain('shape = Shape(first_float16)');
});

test('Constant nodes and ConstantOfShape become 16 bits where 16 are used', async () => {
  const model = dense((graph, value) => {
    const half = graph.node('Constant', [], { outputs: ['half'], attributes: { value_float: new Float(0.5) } });
    const few = makeTensor('few', 'float32', [1], Float32Array.of(0.25));
    const fewer = graph.node('Constant', [], { outputs: ['few'], attributes: { value: few } });
    const zeros = graph.node('ConstantOfShape', [graph.integers('size', [16])], { name: 'zeros' });
    const fill = graph.apply('ConstantOfShape', [graph.integers('one', [1])], { value: few });
    return [half, fewer, zeros, fill].reduce((sum, next) => graph.apply('Add', [sum, next]), value);
  });
  const report = await converted(model, { x });
  expect(model.graph.node.some(({ opType }) => opType === 'Constant')).toBe(false);
  expect(nodesOf(model)).toContain('zeros_float16 = ConstantOfShape(size)');
  expect(report.kept).toEqual({});
  expect(report.decibels).toBeGreaterThan(60);
});

test('a value that is used inside and given out, too, is both', async () => {
  const graph = new SmallGraph('two');
  const input = graph.input('x', 'float32', ['batch', 16]);
  const sum = graph.node('Add', [input, graph.weights('b', 16)], { outputs: ['z'] });
  graph.output(sum, 'float32', ['batch', 16]);
  const model = graph.ending(graph.node('Sigmoid', [sum], { outputs: ['y'] }), ['batch', 16]);
  await converted(model, { x });
  expect(nodesOf(model)).toEqual([
    'x_float16 = Cast(x)',
    'z_float16 = Add(x_float16, b_float16)',
    'z = Cast(z_float16)',
    'y_float16 = Sigmoid(z_float16)',
    'y = Cast(y_float16)',
  ]);
});

test('a model without floats has nothing to convert, and an old one is refused', async () => {
  const graph = new SmallGraph('integers');
  const ids = graph.input('ids', 'int64', ['batch']);
  const model = graph.ending(graph.node('Neg', [ids], { outputs: ['y'] }), ['batch'], 17, 'int64');
  await expect(convertToFloat16(model, { samples: null })).rejects.toMatchObject({ code: 'NOTHING_TO_CONVERT' });
  await expect(
    convertToFloat16(
      dense((_graph, value) => value, 6),
      { samples: null },
    ),
  ).rejects.toThrow(/opset 7 or newer.*got opset 6/);
});

test('samples that nothing in 16 bits depends on are not needed', async () => {
  const graph = new SmallGraph('table');
  const ids = graph.input('ids', 'int64', [2]);
  const table = graph.node('Cast', [graph.weights('t', 300)], {
    name: 'table',
    attributes: { to: dataTypeOf('int64') },
  });
  const model = graph.ending(graph.node('Gather', [table, ids], { outputs: ['y'] }), [2], 17, 'int64');
  const feeds: Tensors = { ids: { type: 'int64', dims: [2], data: BigInt64Array.of(0n, 1n) } };
  const samples = { load: calibrationOn(ortCpu), feeds: () => [feeds] };
  expect(await convertToFloat16(model, { samples })).toMatchObject({ converted: 1, sampleSha256: null });
});

test('a variance beyond the range keeps its normalisation in 32 bits, with and without samples', async () => {
  const build = () => {
    const graph = new SmallGraph('wide');
    const x = graph.input('x', 'float32', [1, 4, 3, 3]);
    const rest = ['scale', 'bias', 'mean'].map((name) => graph.weights(name, 4));
    // Clamped to 65,504, it would make the answers 39 times as large: √(10⁸ / 65,504).
    const variance = graph.constant('variance', 'float32', [4], new Float32Array(4).fill(1e8));
    const normalized = graph.apply('BatchNormalization', [x, ...rest, variance]);
    return graph.ending(graph.apply('Relu', [normalized]), [1, 4, 3, 3]);
  };
  const inputs = { x: normals(1, 1, 4, 3, 3) };
  for (const options of [{}, onSamples(inputs)]) {
    const report = await converted(build(), inputs, options);
    expect(report.decisions.map(({ becomes, reason }) => [becomes, reason])).toEqual([
      ['float32', 'OUT_OF_RANGE'],
      ['float16', null],
    ]);
    expect(report.decibels).toBeGreaterThan(60);
  }
});
