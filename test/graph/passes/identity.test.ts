import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import { identity } from '../../../src/graph/passes/identity.ts';
import { apply } from './apply.ts';

type Build = (graph: GraphBuilder, value: string) => string;

const number = (graph: GraphBuilder, value: number, dims: readonly number[] = []) =>
  graph.constant(`number${value}`, 'float32', dims, new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(value));
const integers = (graph: GraphBuilder, ...values: number[]) =>
  graph.constant(`integers${values}`, 'int64', [values.length], BigInt64Array.from(values, BigInt));
const tensor = { outputs: ['t'] };

/** x → Neg → what is under test → Relu → y, where x is [batch, 3]. */
async function nodesWith(build: Build, shape: readonly (number | string)[] = ['batch', 3], opset = 13) {
  const graph = new GraphBuilder('idle');
  const x = graph.input('x', 'float32', shape);
  const value = build(graph, graph.node('Neg', [x], { outputs: ['n'] }));
  graph.output(graph.node('Relu', [value], { outputs: ['y'] }), 'float32', ['batch', 3]);
  return (await apply(graph.model({ opset }), identity)).nodes;
}

const gone = ['n = Neg(x)', 'y = Relu(n)'];

test.each<[string, Build]>([
  ['Identity', (graph, n) => graph.node('Identity', [n], tensor)],
  ['Dropout', (graph, n) => graph.node('Dropout', [n], { outputs: ['t', 'mask'] })],
  [
    'Transpose that keeps the order',
    (graph, n) => graph.node('Transpose', [n], { ...tensor, attributes: { perm: [0, 1] } }),
  ],
  ['addition of 0', (graph, n) => graph.node('Add', [number(graph, 0), n], tensor)],
  ['subtraction of 0', (graph, n) => graph.node('Sub', [n, number(graph, 0)], tensor)],
  ['product with 1 of shape [1]', (graph, n) => graph.node('Mul', [n, number(graph, 1, [1])], tensor)],
  ['division by 1', (graph, n) => graph.node('Div', [n, number(graph, 1)], tensor)],
  ['Concat of one', (graph, n) => graph.node('Concat', [n], { ...tensor, attributes: { axis: 0 } })],
  ['Sum of one', (graph, n) => graph.node('Sum', [n], tensor)],
  ['Pad by nothing', (graph, n) => graph.node('Pad', [n, integers(graph, 0, 0, 0, 0)], tensor)],
])('%s goes', async (_what, build) => {
  expect(await nodesWith(build)).toEqual(gone);
});

test.each<[string, Build]>([
  ['Transpose that turns', (graph, n) => graph.node('Transpose', [n], { ...tensor, attributes: { perm: [1, 0] } })],
  ['Transpose without an order, which turns round', (graph, n) => graph.node('Transpose', [n], tensor)],
  ['0 minus x', (graph, n) => graph.node('Sub', [number(graph, 0), n], tensor)],
  ['1 through x', (graph, n) => graph.node('Div', [number(graph, 1), n], tensor)],
  ['product with 2', (graph, n) => graph.node('Mul', [n, number(graph, 2)], tensor)],
  ['product with 1 that adds a dimension', (graph, n) => graph.node('Mul', [n, number(graph, 1, [1, 1, 1])], tensor)],
  ['product with 1s that broadcasts', (graph, n) => graph.node('Mul', [n, number(graph, 1, [3])], tensor)],
  ['Pad', (graph, n) => graph.node('Pad', [n, integers(graph, 0, 0, 0, 1)], tensor)],
  ['Cast of an unknown type', (graph, n) => graph.node('Cast', [n], { ...tensor, attributes: { to: 1 } })],
])('%s stays', async (_what, build) => {
  expect(await nodesWith(build)).toHaveLength(3);
});

test('Dropout stays while it is trained, and where its mask is used', async () => {
  const trained: Build = (graph, n) => {
    const yes = graph.constant('yes', 'bool', [], Uint8Array.of(1));
    return graph.node('Dropout', [n, '', yes], tensor);
  };
  const masked: Build = (graph, n) => {
    graph.node('Dropout', [n], { outputs: ['t', 'mask'] });
    return graph.node('Where', ['mask', 't', n], { outputs: ['w'] });
  };
  expect(await nodesWith(trained)).toHaveLength(3);
  expect(await nodesWith(masked)).toHaveLength(4);
});

test('a Cast to the type that an earlier Cast made goes', async () => {
  const twice: Build = (graph, n) => {
    const half = graph.node('Cast', [n], { outputs: ['half'], attributes: { to: 10 } });
    return graph.node('Cast', [half], { outputs: ['again'], attributes: { to: 10 } });
  };
  expect(await nodesWith(twice)).toEqual(['n = Neg(x)', 'half = Cast(n)', 'y = Relu(half)']);
});

test('Reshape to the shape that a value has goes where the shape is static, and stays where it is not', async () => {
  const reshape: Build = (graph, n) => graph.node('Reshape', [n, integers(graph, -1, 3)], tensor);
  expect(await nodesWith(reshape, [2, 3])).toEqual(gone);
  expect(await nodesWith(reshape)).toHaveLength(3);
});

test('the node before a chain of identities makes the output of the graph itself', async () => {
  const graph = new GraphBuilder('last');
  const x = graph.input('x', 'float32', [1]);
  const n = graph.node('Neg', [x], { outputs: ['n'] });
  graph.node('Abs', [n], { outputs: ['side'] });
  const last = graph.node('Identity', [graph.node('Identity', [n], { outputs: ['i'] })], { outputs: ['y'] });
  graph.output(last, 'float32', [1]);
  graph.output('side', 'float32', [1]);
  expect((await apply(graph.model(), identity)).nodes).toEqual(['y = Neg(x)', 'side = Abs(y)']);
});

test('an output that is an input, a constant, or another output keeps its Identity', async () => {
  const graph = new GraphBuilder('kept');
  const x = graph.input('x', 'float32', [1]);
  const c = graph.constant('c', 'float32', [1], Float32Array.of(1));
  const n = graph.node('Neg', [x], { outputs: ['n'] });
  for (const [value, name] of [
    [x, 'a'],
    [c, 'b'],
    [n, 'd'],
  ] as const) {
    graph.output(graph.node('Identity', [value], { outputs: [name] }), 'float32', [1]);
  }
  graph.output(n, 'float32', [1]);
  expect((await apply(graph.model(), identity)).changes).toEqual([]);
});

test('a body does not lose the Identity that hands on a value from outside', async () => {
  const branch = (name: string) => {
    const body = new GraphBuilder(name, ['n']);
    body.output(body.node('Identity', ['n'], { outputs: [`${name}_out`] }), 'float32', [1]);
    return body.graph();
  };
  const graph = new GraphBuilder('body');
  const x = graph.input('x', 'float32', [1]);
  graph.node('Neg', [x], { outputs: ['n'] });
  const yes = graph.constant('yes', 'bool', [], Uint8Array.of(1));
  const attributes = { then_branch: branch('then'), else_branch: branch('else') };
  graph.output(graph.node('If', [yes], { outputs: ['y'], attributes }), 'float32', [1]);
  expect((await apply(graph.model(), identity)).changes).toEqual([]);
});
