import { expect, test } from 'vitest';
import { Float, GraphBuilder } from '../../../src/graph/builder.ts';
import { integerAttribute } from '../../../src/graph/node-attributes.ts';
import { ValueInfoProtoSchema } from '../../../src/graph/onnx_pb.ts';
import { createMessage } from '../../../src/graph/onnx-message.ts';
import { foldBatchNormalization, foldScaleAndShift } from '../../../src/graph/passes/fold-linear.ts';
import { apply, constantOf } from './apply.ts';

/** A graph on pictures [batch, channels, 4, 4]. */
function pictures(channels: number) {
  const graph = new GraphBuilder('fold');
  const x = graph.input('x', 'float32', ['batch', channels, 4, 4]);
  const constant = (name: string, dims: readonly number[], ...values: number[]) =>
    graph.constant(name, 'float32', dims, Float32Array.from(values));
  return { graph, x, constant };
}

/**
 * Normalisation of two channels with ε = 1: γ = (6, 2), β = (5, 0), μ = (4, −1), σ² = (8, 0). √(σ² + ε) = (3, 1), so s = (2, 2), and
 * what is added is β − s μ = (5 − 8, 0 + 2) = (−3, 2).
 */
function normalised({ graph, constant }: ReturnType<typeof pictures>, value: string, output = 'y', attributes = {}) {
  const parts = [
    constant('γ', [2], 6, 2),
    constant('β', [2], 5, 0),
    constant('μ', [2], 4, -1),
    constant('σ²', [2], 8, 0),
  ];
  return graph.node('BatchNormalization', [value, ...parts], {
    outputs: [output],
    attributes: { epsilon: new Float(1), ...attributes },
  });
}

test('a normalisation goes into the weights and the bias of its convolution, whose Relu stays behind it', async () => {
  const parts = pictures(1);
  const { graph, x, constant } = parts;
  const inputs = [x, constant('w', [2, 1, 1, 1], 10, 20), constant('b', [2], 1, 3)];
  const convolved = graph.node('Conv', inputs, { name: 'conv', outputs: ['c'] });
  graph.output(graph.node('Relu', [normalised(parts, convolved, 'n')], { outputs: ['y'] }), 'float32', [
    'batch',
    2,
    4,
    4,
  ]);
  const model = graph.model();
  const { nodes, changes } = await apply(model, foldBatchNormalization);
  expect(nodes).toEqual(['n = Conv(x, w.folded, conv.bias)', 'y = Relu(n)']);
  expect(changes).toEqual([
    { pass: 'fold-batch-normalization', node: 'conv', what: 'BatchNormalization computed into the weights of Conv' },
  ]);
  expect(constantOf(model, 'w.folded')).toEqual({ dims: [2, 1, 1, 1], data: [20, 40] });
  // 2 · 1 − 3 and 2 · 3 + 2.
  expect(constantOf(model, 'conv.bias')).toEqual({ dims: [2], data: [-1, 8] });
});

test('in a grouped convolution the first axis of the weights is the output channel', async () => {
  const { graph, x, constant } = pictures(2);
  const weight = constant('w', [2, 1, 1, 2], 1, 2, 3, 4);
  const convolved = graph.node('Conv', [x, weight], { name: 'conv', outputs: ['c'], attributes: { group: 2 } });
  graph.output(graph.node('Mul', [convolved, constant('s', [2, 1, 1], 10, 100)], { outputs: ['y'] }), 'float32', [1]);
  const model = graph.model();
  await apply(model, foldScaleAndShift);
  expect(constantOf(model, 'w.folded').data).toEqual([10, 20, 300, 400]);
  const [folded] = model.graph.node;
  expect(folded && integerAttribute(folded, 'group', 1)).toBe(2);
});

test('in a grouped transposed convolution each group of input channels makes its own output channels', async () => {
  // 4 input channels in 2 groups of 2, each making 2 outputs: inputs 0 and 1 make outputs 0 and 1, inputs 2 and 3 make 2 and 3.
  const { graph, x, constant } = pictures(4);
  const weight = constant('w', [4, 2, 1, 1], 1, 1, 1, 1, 1, 1, 1, 1);
  const made = graph.node('ConvTranspose', [x, weight], { name: 't', outputs: ['c'], attributes: { group: 2 } });
  const scaled = graph.node('Mul', [made, constant('s', [1, 4, 1, 1], 2, 3, 5, 7)], { outputs: ['y'] });
  graph.output(scaled, 'float32', ['batch', 4, 4, 4]);
  const model = graph.model();
  await apply(model, foldScaleAndShift);
  expect(constantOf(model, 'w.folded').data).toEqual([2, 3, 2, 3, 5, 7, 5, 7]);
});

test.each([
  ['[in, out]', 0, [2, 3], [1, 20, 300, 4, 50, 600]],
  ['[out, in]', 1, [3, 2], [1, 2, 30, 40, 500, 600]],
] as const)(
  'of a Gemm with weights %s, factors go to the outputs and beta into the bias',
  async (_, transB, dims, expected) => {
    const graph = new GraphBuilder('gemm');
    const x = graph.input('x', 'float32', ['batch', 2]);
    const constant = (name: string, shape: readonly number[], ...values: number[]) =>
      graph.constant(name, 'float32', shape, Float32Array.from(values));
    const inputs = [x, constant('w', dims, 1, 2, 3, 4, 5, 6), constant('b', [3], 1, 1, 1)];
    const attributes = { transB, alpha: new Float(0.5), beta: new Float(4) };
    const product = graph.node('Gemm', inputs, { name: 'gemm', outputs: ['g'], attributes });
    graph.output(graph.node('Mul', [product, constant('s', [3], 1, 10, 100)], { outputs: ['y'] }), 'float32', [
      'batch',
      3,
    ]);
    const model = graph.model();
    expect((await apply(model, foldScaleAndShift)).nodes).toEqual(['y = Gemm(x, w.folded, gemm.bias)']);
    expect(constantOf(model, 'w.folded').data).toEqual(expected);
    expect(constantOf(model, 'gemm.bias').data).toEqual([4, 40, 400]);
    expect(model.graph.node[0]?.attribute.map(({ name, f, i }) => [name, f, Number(i)])).toEqual([
      ['alpha', 0.5, 0],
      ['transA', 0, 0],
      ['transB', 0, transB],
    ]);
  },
);

test.each([
  ['of matrices becomes a Gemm', ['batch', 2], ['y = Gemm(x, w, product.bias)']],
  [
    'of stacks of matrices stays, as axis 1 is not the columns there',
    ['batch', 5, 2],
    ['p = MatMul(x, w)', 'y = Add(p, b)'],
  ],
])('MatMul %s', async (_what, shape, expected) => {
  const graph = new GraphBuilder('matmul');
  const x = graph.input('x', 'float32', shape);
  const weight = graph.constant('w', 'float32', [2, 2], Float32Array.of(1, 2, 3, 4));
  const product = graph.node('MatMul', [x, weight], { name: 'product', outputs: ['p'] });
  const bias = graph.constant('b', 'float32', [2], Float32Array.of(7, 8));
  graph.output(graph.node('Add', [product, bias], { outputs: ['y'] }), 'float32', ['batch', 2]);
  expect((await apply(graph.model(), foldScaleAndShift)).nodes).toEqual(expected);
});

test('a chain of factors and terms is folded in order, on either side', async () => {
  const { graph, x, constant } = pictures(1);
  let y = graph.node('Conv', [x, constant('w', [1, 1, 1, 1], 3)], { name: 'conv', outputs: ['c'] });
  y = graph.node('Add', [constant('one', [], 1), y], { outputs: ['added'] }); // 3x + 1
  y = graph.node('Div', [y, constant('half', [1], 0.5)], { outputs: ['divided'] }); // 6x + 2
  y = graph.node('Sub', [constant('ten', [], 10), y], { outputs: ['from'] }); // −6x + 8
  y = graph.node('Sub', [y, constant('two', [], 2)], { outputs: ['y'] }); // −6x + 6
  graph.output(y, 'float32', ['batch', 1, 4, 4]);
  const model = graph.model();
  expect((await apply(model, foldScaleAndShift)).nodes).toEqual(['y = Conv(x, w.folded, conv.bias)']);
  expect(constantOf(model, 'w.folded').data).toEqual([-6]);
  expect(constantOf(model, 'conv.bias').data).toEqual([6]);
});

test('weights that two convolutions share are folded for one and kept for the other', async () => {
  const parts = pictures(1);
  const { graph, x, constant } = parts;
  const weight = constant('w', [2, 1, 1, 1], 10, 20);
  const plain = graph.node('Conv', [x, weight], { name: 'plain', outputs: ['p'] });
  const convolved = graph.node('Conv', [x, weight], { name: 'conv', outputs: ['c'] });
  graph.output(graph.node('Add', [plain, normalised(parts, convolved, 'n')], { outputs: ['y'] }), 'float32', [1]);
  const model = graph.model();
  expect((await apply(model, foldBatchNormalization)).nodes).toEqual([
    'p = Conv(x, w)',
    'n = Conv(x, w.folded, conv.bias)',
    'y = Add(p, n)',
  ]);
  expect(constantOf(model, 'w').data).toEqual([10, 20]);
});

/** Conv and BatchNormalization with something that forbids to fold them. */
test.each<[string, (parts: ReturnType<typeof pictures>, convolved: string) => void]>([
  [
    'the value in between is used elsewhere',
    ({ graph, ...parts }, c) => {
      const n = normalised({ graph, ...parts }, c, 'n');
      graph.output(graph.node('Add', [n, c], { outputs: ['y'] }), 'float32', [1]);
    },
  ],
  [
    'the value in between is an output of the graph',
    (parts, c) => {
      parts.graph.output(normalised(parts, c), 'float32', [1]);
      parts.graph.output(c, 'float32', [1]);
    },
  ],
  ['it is training', (parts, c) => parts.graph.output(normalised(parts, c, 'y', { training_mode: 1 }), 'float32', [1])],
  [
    'an activation stands in between',
    (parts, c) => {
      parts.graph.output(normalised(parts, parts.graph.node('Relu', [c], { outputs: ['r'] })), 'float32', [1]);
    },
  ],
  [
    'its scale is not constant',
    ({ graph, constant }, c) => {
      const scale = graph.input('scale', 'float32', [2]);
      const rest = [constant('β', [2], 0, 0), constant('μ', [2], 0, 0), constant('σ²', [2], 1, 1)];
      graph.output(graph.node('BatchNormalization', [c, scale, ...rest], { outputs: ['y'] }), 'float32', [1]);
    },
  ],
  [
    'its variance and ε are 0, so that it divides by 0',
    ({ graph, constant }, c) => {
      const parts = [
        constant('γ', [2], 1, 1),
        constant('β', [2], 0, 0),
        constant('μ', [2], 0, 0),
        constant('σ²', [2], 0, 0),
      ];
      const attributes = { epsilon: new Float(0) };
      graph.output(graph.node('BatchNormalization', [c, ...parts], { outputs: ['y'], attributes }), 'float32', [1]);
    },
  ],
])('a normalisation is not folded where %s', async (_why, finish) => {
  const parts = pictures(1);
  const weight = parts.constant('w', [2, 1, 1, 1], 10, 20);
  finish(parts, parts.graph.node('Conv', [parts.x, weight], { outputs: ['c'] }));
  expect((await apply(parts.graph.model({ opset: 15 }), foldBatchNormalization)).changes).toEqual([]);
});

test('a normalisation is not folded while its weights are inputs that callers may override', async () => {
  const parts = pictures(1);
  const convolved = parts.graph.node('Conv', [parts.x, parts.constant('w', [2, 1, 1, 1], 1, 2)], { outputs: ['c'] });
  parts.graph.output(normalised(parts, convolved), 'float32', [1]);
  const model = parts.graph.model();
  model.graph.input.push(createMessage(ValueInfoProtoSchema, { name: 'γ' }));
  expect((await apply(model, foldBatchNormalization)).changes).toEqual([]);
});

test.each([
  ['varies over the picture', [4, 1], 'Mul'],
  ['varies over the batch', [2, 1, 1, 1], 'Add'],
  ['adds a dimension', [1, 1, 2, 1, 1], 'Add'],
  ['divides by 0', [], 'Div'],
])('a constant that %s is not folded', async (_what, dims, operator) => {
  const { graph, x, constant } = pictures(1);
  const convolved = graph.node('Conv', [x, constant('w', [2, 1, 1, 1], 1, 2)], { outputs: ['c'] });
  const length = dims.reduce((product, size) => product * size, 1);
  const other = graph.constant(
    'k',
    'float32',
    dims,
    Float32Array.from({ length }, (_, place) => place),
  );
  graph.output(graph.node(operator, [convolved, other], { outputs: ['y'] }), 'float32', [1]);
  expect((await apply(graph.model(), foldScaleAndShift)).changes).toEqual([]);
});

test('what stands in front of a division by 0 is folded, the division is not', async () => {
  const { graph, x, constant } = pictures(1);
  const convolved = graph.node('Conv', [x, constant('w', [1, 1, 1, 1], 3)], { name: 'conv', outputs: ['c'] });
  const doubled = graph.node('Mul', [convolved, constant('two', [], 2)], { outputs: ['m'] });
  graph.output(graph.node('Div', [doubled, constant('zero', [], 0)], { outputs: ['y'] }), 'float32', [1]);
  const model = graph.model();
  expect((await apply(model, foldScaleAndShift)).nodes).toEqual([
    'm = Conv(x, w.folded, conv.bias)',
    'y = Div(m, zero)',
  ]);
  expect(constantOf(model, 'w.folded').data).toEqual([6]);
});
