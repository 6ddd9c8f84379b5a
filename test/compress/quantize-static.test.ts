import { expect, test } from 'vitest';
import { planQuantization } from '../../src/compress/quantization-plan.ts';
import { quantizeStatic } from '../../src/compress/quantize-static.ts';
import { Float, GraphBuilder } from '../../src/graph/builder.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { readTensor } from '../../src/graph/tensor-proto.ts';
import { generator, normal } from '../../src/stats/random.ts';
import { SmallGraph } from '../engine/small-models.ts';
import { answers, normals, quantized } from './quantized-model.ts';

/** A graph whose weights are around 0, as those of trained models are. */
class Net extends SmallGraph {
  readonly #draws = generator(11);

  around(name: string, ...dims: number[]): string {
    const count = dims.reduce((product, dimension) => product * dimension, 1);
    return this.constant(
      name,
      'float32',
      dims,
      Float32Array.from({ length: count }, () => normal(this.#draws) / 4),
    );
  }

  conv(name: string, x: string, inputs: number, outputs: number, group = 1): string {
    const weight = this.around(`${name}.w`, outputs, inputs / group, 3, 3);
    const attributes = { pads: [1, 1, 1, 1], group };
    return this.node('Conv', [x, weight, this.around(`${name}.b`, outputs)], { name, attributes });
  }
}

const picture = { x: normals(1, 2, 16, 8, 8) };

function onPicture(build: (net: Net, x: string) => string, opset = 17): OnnxModel {
  const net = new Net('net');
  const y = build(net, net.input('x', 'float32', ['batch', 16, 8, 8]));
  return net.ending(y, [], opset);
}

/** What is left in floats, but for what leads in and out. */
function floats(operators: Record<string, number>): string[] {
  const others = /Q(Linear|Gemm)|NhwcMaxPool|uantizeLinear$|^(Transpose|Reshape|Flatten|Squeeze|Unsqueeze|MaxPool)$/;
  return Object.keys(operators).filter((name) => !others.test(name));
}

test('a convolution and its Relu become one 8-bit operator, though the output of the graph is a float', async () => {
  const model = onPicture((net, x) => net.node('Relu', [net.conv('conv', x, 16, 16)], { outputs: ['y'] }));
  const { report, operators, decibels } = await quantized(model, picture);
  expect(operators).toMatchObject({ 'com.microsoft:QLinearConv': 1, QuantizeLinear: 1, DequantizeLinear: 1 });
  expect(floats(operators)).toEqual([]);
  expect(report.decisions).toEqual([
    { node: 'conv', operator: 'Conv', becomes: 'int8', reason: null },
    { node: 'Relu2', operator: 'Relu', becomes: 'dropped', reason: null },
  ]);
  expect([report.activations, report.weights]).toEqual([2, 1]);
  expect(model.graph.output.map(({ name }) => name)).toEqual(['y']);
  expect(decibels).toBeGreaterThan(35);
});

test('a residual block with pooling and a classifier is 8-bit from end to end', async () => {
  const model = onPicture((net, x) => {
    const a = net.apply('Relu', [net.conv('a', x, 16, 16)]);
    const sum = net.apply('Relu', [net.apply('Add', [net.conv('b', a, 16, 16), a])]);
    const small = net.apply('MaxPool', [sum], { kernel_shape: [2, 2], strides: [2, 2] });
    const joined = net.apply('Concat', [net.conv('c', small, 16, 16), small], { axis: 1 });
    const mean = net.apply('GlobalAveragePool', [net.apply('AveragePool', [joined], { kernel_shape: [2, 2] })]);
    const flat = net.apply('Flatten', [mean]);
    return net.node('Gemm', [flat, net.around('d', 10, 32), net.around('e', 10)], { attributes: { transB: 1 } });
  });
  const { operators, decibels, report } = await quantized(model, picture);
  expect(operators).toMatchObject({
    'com.microsoft:QLinearConv': 3,
    'com.microsoft:QLinearAdd': 1,
    'com.microsoft:QLinearConcat': 1,
    'com.microsoft:QLinearAveragePool': 1,
    'com.microsoft:QLinearGlobalAveragePool': 1,
    'com.microsoft:QGemm': 1,
  });
  expect(floats(operators)).toEqual([]);
  expect(report.decisions.filter(({ becomes }) => becomes === 'float')).toEqual([]);
  expect(decibels).toBeGreaterThan(25);
});

test('MaxPool, Reshape and Transpose keep scale and zero point of what they move', async () => {
  const model = onPicture((net, x) => {
    const pooled = net.apply('MaxPool', [net.conv('conv', x, 16, 16)], { kernel_shape: [2, 2], strides: [2, 2] });
    const rows = net.node('Reshape', [pooled, net.integers('shape', [0, 16, 16])]);
    return net.node('Transpose', [rows], { outputs: ['y'], attributes: { perm: [0, 2, 1] } });
  });
  const { report, operators, ranges } = await quantized(model, picture);
  expect([...ranges.keys()]).toEqual(['x', 'conv']);
  expect(report.activations).toBe(2);
  expect(operators).toMatchObject({ 'com.microsoft:QLinearConv': 1, DequantizeLinear: 1 });
});

test('a matrix product has a scale for each column, and the bias behind it stays in floats', async () => {
  const net = new Net('dense');
  const x = net.input('x', 'float32', ['batch', 4, 32]);
  const product = net.node('MatMul', [x, net.around('w', 32, 24)], { name: 'product' });
  const model = net.ending(net.node('Add', [product, net.around('b', 24)], { outputs: ['y'] }), []);
  const { operators, report, decibels } = await quantized(model, { x: normals(2, 3, 4, 32) });
  expect(operators).toMatchObject({ QLinearMatMul: 1, Add: 1 });
  expect(report.decisions[1]).toMatchObject({ operator: 'Add', becomes: 'float', reason: 'INPUT_CONSTANT' });
  expect(model.graph.initializer.find(({ name }) => name === 'w_scale')?.dims).toEqual([24n]);
  expect(decibels).toBeGreaterThan(35);
});

test.each([
  [11, 'com.microsoft'],
  [13, ''],
])('at opset %i the nodes are of the domain "%s", and the convolution still is an 8-bit one', async (opset, domain) => {
  const model = onPicture((net, x) => net.conv('conv', x, 16, 16), opset);
  const { operators, decibels } = await quantized(model, picture);
  const domains = model.graph.node.filter(({ opType }) => opType.endsWith('QuantizeLinear'));
  expect(new Set(domains.map((node) => node.domain))).toEqual(new Set([domain]));
  expect(operators['com.microsoft:QLinearConv']).toBe(1);
  expect(decibels).toBeGreaterThan(35);
});

test.each([
  ['Clip from 0 to 6', 'dropped', [0, 6]],
  ['Clip from −1 to 1', 'dropped', [-1, 1]],
  ['Clip from 1 to 2, whose range leaves out 0', 'float', [1, 2]],
] as const)('%s behind a convolution is %s', async (_title, becomes, [low, high]) => {
  const model = onPicture((net, x) =>
    net.node('Clip', [net.conv('conv', x, 16, 16), net.scalar('low', low), net.scalar('high', high)], {
      outputs: ['y'],
    }),
  );
  const { report, decibels } = await quantized(model, picture);
  expect(report.decisions.find(({ operator }) => operator === 'Clip')?.becomes).toBe(becomes);
  expect(decibels).toBeGreaterThan(25);
});

test('a Relu whose input is used elsewhere, too, stays', async () => {
  const model = onPicture((net, x) => {
    const convolved = net.conv('conv', x, 16, 16);
    return net.node('Sub', [net.apply('Relu', [convolved]), convolved], { outputs: ['y'] });
  });
  const { report, decibels } = await quantized(model, picture);
  expect(report.decisions.find(({ operator }) => operator === 'Relu')).toMatchObject({ becomes: 'float' });
  expect(decibels).toBeGreaterThan(35);
});

test('an input that is another consumer of a quantised value reads it in floats, and 0 of a padded convolution is exact', async () => {
  // All inputs but 0 are 3 … 4: with 0 left out of the range, the padding would be stored as 3.
  const model = onPicture((net, x) => net.conv('conv', x, 16, 16));
  const x = normals(1, 1, 16, 8, 8);
  for (let index = 0; index < x.size; index++) x.data[index] = 3 + Math.abs(Math.sin(index));
  const { ranges, decibels } = await quantized(model, { x });
  expect(ranges.get('x')?.low).toBeGreaterThanOrEqual(3);
  expect(decibels).toBeGreaterThan(35);
});

test('the file with 8 bits gives what the engine makes of it also where nothing is joined', async () => {
  const model = onPicture((net, x) => net.apply('Relu', [net.conv('conv', x, 16, 16)]));
  await quantized(model, picture);
  const [joined] = Object.values(await answers(model, picture, 'all'));
  const [plain] = Object.values(await answers(model, picture, 'disabled'));
  const scale = model.graph.initializer.find(({ name }) => name === 'Relu2_scale');
  const step = Number(scale === undefined ? Number.NaN : readTensor(scale).data[0]);
  const apart = Math.max(...Array.from(joined?.data as Float32Array, (v, i) => Math.abs(v - Number(plain?.data[i]))));
  // One rounds sums of floats and the other of whole numbers: on the border between two steps they may take different ones.
  expect(apart).toBeLessThanOrEqual(1.001 * step);
});

test('a weight that two convolutions share is stored once', async () => {
  const model = onPicture((net, x) => {
    const weight = net.around('shared', 16, 16, 1, 1);
    return net.apply('Conv', [net.apply('Conv', [x, weight]), weight]);
  });
  const { report, operators, decibels } = await quantized(model, picture);
  expect(report.weights).toBe(1);
  expect(operators['com.microsoft:QLinearConv']).toBe(2);
  expect(model.graph.initializer.some(({ name }) => name === 'shared')).toBe(false);
  expect(decibels).toBeGreaterThan(30);
});

test('a weight that a float still uses stays in floats beside its 8 bits', async () => {
  const net = new Net('both');
  const x = net.input('x', 'float32', ['batch', 16]);
  const weight = net.around('w', 16, 16);
  const product = net.apply('MatMul', [x, weight]);
  const model = net.ending(net.node('Sub', [product, net.apply('ReduceMean', [weight])], { outputs: ['y'] }), []);
  const { decibels } = await quantized(model, { x: normals(4, 8, 16) });
  expect(model.graph.initializer.map(({ name }) => name)).toEqual(expect.arrayContaining(['w', 'w_quantized']));
  expect(decibels).toBeGreaterThan(35);
});

test('what is computed with a constant or with a float that no 8-bit operator made stays in floats', async () => {
  const model = onPicture((net, x) => {
    const convolved = net.conv('conv', x, 16, 16);
    const moved = net.apply('Add', [convolved, net.around('shift', 16, 1, 1)]);
    return net.node('Mul', [net.apply('HardSigmoid', [moved]), convolved], { outputs: ['y'] });
  });
  const { report, operators, decibels } = await quantized(model, picture);
  expect(report.decisions.map(({ operator, reason }) => [operator, reason])).toEqual([
    ['Conv', null],
    ['Add', 'INPUT_CONSTANT'],
    ['HardSigmoid', 'OPERATOR_NOT_QUANTIZABLE'],
    ['Mul', 'INPUT_NOT_QUANTIZED'],
  ]);
  expect(operators).toMatchObject({ Add: 1, Mul: 1 });
  expect(decibels).toBeGreaterThan(35);
});

test.each([
  ['nearest', 'int8', null],
  ['linear', 'float', 'ATTRIBUTES_UNSUPPORTED'],
])('a Resize that takes %s pixels becomes %s', async (mode, becomes, reason) => {
  const model = onPicture((net, x) => {
    const scales = net.constant('scales', 'float32', [4], Float32Array.of(1, 1, 2, 2));
    const attributes = { mode, coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
    return net.node('Resize', [net.conv('conv', x, 16, 16), '', scales], { outputs: ['y'], attributes });
  });
  const { report, decibels } = await quantized(model, picture);
  expect(report.decisions.at(-1)).toMatchObject({ operator: 'Resize', becomes, reason });
  expect(decibels).toBeGreaterThan(35);
});

test('a normalisation that was not folded has a reason of its own', () => {
  const model = onPicture((net, x) => net.batchNormalization(net.conv('conv', x, 16, 16), 16));
  expect(planQuantization(model).decisions.at(-1)?.reason).toBe('NORMALIZATION_NOT_FOLDED');
});

test('excluded nodes and operators stay in floats, and are said to be excluded', async () => {
  const build = (net: Net, x: string) => net.conv('b', net.conv('a', x, 16, 16), 16, 16);
  const { report, operators } = await quantized(onPicture(build), picture, { excludedNodes: ['b'] });
  expect(report.decisions.map(({ becomes, reason }) => [becomes, reason])).toEqual([
    ['int8', null],
    ['float', 'EXCLUDED'],
  ]);
  expect(operators['com.microsoft:QLinearConv']).toBe(1);
  const none = await quantized(onPicture(build), picture, { excludedOperators: ['Conv'] });
  expect(none.report).toMatchObject({ activations: 0, weights: 0 });
});

test('an exclusion that names nothing of the graph is an error', () => {
  const model = onPicture((net, x) => net.conv('a', x, 16, 16));
  expect(() => planQuantization(model, { excludedNodes: ['conv7'] })).toThrow(/name of a node.*got "conv7"/);
  expect(() => planQuantization(model, { excludedOperators: ['Gemm'] })).toThrow(/operator of a node.*got "Gemm"/);
});

test('a value whose range is missing is named', () => {
  const plan = planQuantization(onPicture((net, x) => net.conv('a', x, 16, 16)));
  expect(() => quantizeStatic(plan, new Map())).toThrow(/got none for "x"/);
});

test('a body that uses a quantised value gets what 8 bits hold of it', async () => {
  const model = onPicture((net, x) => {
    const convolved = net.conv('conv', x, 16, 16);
    const branch = (name: string, factor: number) => {
      const body = new GraphBuilder(name, [convolved]);
      const by = body.constant(`${name}.by`, 'float32', [], Float32Array.of(factor));
      body.output(body.node('Mul', [convolved, by], { name: `${name}.mul` }), 'float32', [null, null, null, null]);
      return body.graph();
    };
    const condition = net.constant('condition', 'bool', [], Uint8Array.of(1));
    return net.node('If', [condition], {
      outputs: ['y'],
      attributes: { then_branch: branch('then', 2), else_branch: branch('else', 3) },
    });
  });
  const { decibels, report } = await quantized(model, picture);
  expect(report.decisions.map(({ becomes }) => becomes)).toEqual(['int8', 'float']);
  expect(decibels).toBeGreaterThan(35);
});

test.each([
  [
    'a weight that is made in the graph',
    'WEIGHT_NOT_CONSTANT',
    (net: Net, x: string) => net.apply('Conv', [x, net.apply('Abs', [net.around('w', 16, 16, 3, 3)])]),
  ],
  [
    'a Gemm with a factor',
    'ATTRIBUTES_UNSUPPORTED',
    (net: Net, x: string) =>
      net.apply('Gemm', [net.apply('Flatten', [x]), net.around('w', 1024, 4)], { alpha: new Float(0.5) }),
  ],
  [
    'a bias of another length',
    'BIAS_UNSUPPORTED',
    (net: Net, x: string) =>
      net.apply('Gemm', [net.apply('Flatten', [x]), net.around('w', 1024, 4), net.around('b', 1)]),
  ],
  [
    'a bias by rows, of as many rows as there are channels',
    'BIAS_UNSUPPORTED',
    (net: Net, x: string) =>
      net.apply('Gemm', [net.apply('Flatten', [x]), net.around('w', 1024, 4), net.around('b', 4, 1)]),
  ],
  [
    'a weight that is not finite',
    'WEIGHT_UNSUPPORTED',
    (net: Net, x: string) =>
      net.apply('Conv', [x, net.constant('w', 'float32', [1, 16, 1, 1], new Float32Array(16).fill(Number.NaN))]),
  ],
] as const)('%s stays in floats: %s', (_title, reason, build) => {
  const { decisions } = planQuantization(onPicture(build));
  expect(decisions.at(-1)).toMatchObject({ becomes: 'float', reason });
});

test('weights of 7 bits are within 64', async () => {
  const model = onPicture((net, x) => net.conv('conv', x, 16, 16));
  const { decibels } = await quantized(model, picture, { weightBits: 7 });
  const weight = model.graph.initializer.find(({ name }) => name === 'conv.w_quantized');
  const values = weight === undefined ? [] : Array.from(readTensor(weight).data, Number);
  expect([Math.max(...values.map(Math.abs))]).toEqual([64]);
  expect(decibels).toBeGreaterThan(30);
});
