import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import { recogniseHardSwish } from '../../../src/graph/passes/hard-swish.ts';
import { apply } from './apply.ts';

type Write = (node: (operator: string, ...operands: (string | number)[]) => string) => string;

/** A formula of x [batch, 4, 5, 5]; numbers become constants of no dimension, or of one with `wrapped`. */
async function recognised(write: Write, { wrapped = false, also = '' } = {}) {
  const graph = new GraphBuilder('swish');
  const shape = ['batch', 4, 5, 5] as const;
  graph.input('x', 'float32', [...shape]);
  let count = 0;
  const constant = (value: number) =>
    graph.constant(`c${++count}`, 'float32', wrapped ? [1] : [], Float32Array.of(value));
  const result = write((operator, ...operands) =>
    graph.node(
      operator,
      operands.map((operand) => (typeof operand === 'number' ? constant(operand) : operand)),
      { outputs: [`${operator}${++count}`] },
    ),
  );
  graph.output(result, 'float32', [...shape]);
  if (also !== '') graph.output(also, 'float32', [...shape]);
  const { nodes, changes } = await apply(graph.model(), recogniseHardSwish);
  return { nodes, changes: changes.map(({ what }) => what), result };
}

const cut = (node: Parameters<Write>[0]) => node('Clip', node('Add', 'x', 3), 0, 6);

test.each<[string, Write]>([
  ['the product first, as Paddle writes it', (node) => node('Div', node('Mul', 'x', cut(node)), 6)],
  ['a factor for the division', (node) => node('Mul', node('Mul', cut(node), 'x'), 1 / 6)],
])('hard swish, %s, becomes a hard sigmoid and a product', async (_what, write) => {
  for (const wrapped of [false, true]) {
    const { nodes, changes, result } = await recognised(write, { wrapped });
    expect(nodes).toEqual([`${result}_HardSigmoid = HardSigmoid(x)`, `${result} = Mul(x, ${result}_HardSigmoid)`]);
    expect(changes).toEqual(['4 nodes are one hard swish']);
  }
});

test('a sixth before the product is a hard sigmoid, whose product with x stays', async () => {
  const { nodes, changes, result } = await recognised((node) => node('Mul', 'x', node('Div', cut(node), 6)));
  const [sigmoid = '', product] = nodes;
  expect(sigmoid).toMatch(/^Div\d+ = HardSigmoid\(x\)$/);
  expect(product).toBe(`${result} = Mul(x, ${sigmoid.split(' ')[0]})`);
  expect(changes).toEqual(['3 nodes are one hard sigmoid']);
});

test.each<[string, Write]>([
  ['another bound', (node) => node('Div', node('Mul', 'x', node('Clip', node('Add', 'x', 3), 0, 5)), 6)],
  ['another shift', (node) => node('Div', node('Mul', 'x', node('Clip', node('Add', 'x', 2), 0, 6)), 6)],
  ['another divisor', (node) => node('Div', node('Mul', 'x', cut(node)), 5)],
  ['6 divided by the product', (node) => node('Div', 6, node('Mul', 'x', cut(node)))],
  ['a product with something else', (node) => node('Div', node('Mul', node('Neg', 'x'), cut(node)), 6)],
  ['a Clip of x itself', (node) => node('Div', node('Mul', 'x', node('Clip', 'x', 0, 6)), 6)],
])('%s is no hard swish', async (_what, write) => {
  const { changes } = await recognised(write);
  expect(changes).toEqual([]);
});

test('what is used elsewhere, too, is left alone', async () => {
  const write: Write = (node) => node('Div', node('Mul', 'x', cut(node)), 6);
  const { nodes } = await recognised(write);
  expect(nodes).toHaveLength(2);
  // The Clip is the fifth thing that is made: 3, Add, 0, 6 come before it.
  const { nodes: kept, changes } = await recognised(write, { also: 'Clip5' });
  expect(kept).toHaveLength(4);
  expect(changes).toEqual([]);
});
