import { expect, test } from 'vitest';
import { GraphBuilder, makeNode } from '../../../src/graph/builder.ts';
import { Rewrite } from '../../../src/graph/passes/rewrite.ts';
import { nodesOf } from './apply.ts';

/** n = Neg(x), r = Relu(n), y = Add(r, n). */
function small() {
  const graph = new GraphBuilder('small');
  const n = graph.node('Neg', [graph.input('x', 'float32', [1])], { outputs: ['n'] });
  const r = graph.node('Relu', [n], { outputs: ['r'] });
  graph.output(graph.node('Add', [r, n], { outputs: ['y'] }), 'float32', [1]);
  const model = graph.model();
  const [neg, relu, add] = model.graph.node;
  if (!neg || !relu || !add) throw new Error('three nodes were built');
  return { model, neg, relu, add, rewrite: new Rewrite(model.graph, model.graph, null) };
}

test('nothing changes before the edits are applied, and then all at once', () => {
  const { model, relu, add, rewrite } = small();
  rewrite.remove(relu);
  rewrite.redirect('r', 'n');
  rewrite.replace(add, [makeNode('Mul', ['r', 'n'], ['m']), makeNode('Abs', ['m'], ['y'])]);
  rewrite.note('Add3', 'was replaced');
  expect(nodesOf(model)).toEqual(['n = Neg(x)', 'r = Relu(n)', 'y = Add(r, n)']);
  expect(rewrite.apply()).toEqual([{ node: 'Add3', what: 'was replaced' }]);
  expect(nodesOf(model)).toEqual(['n = Neg(x)', 'm = Mul(n, n)', 'y = Abs(m)']);
});

test('redirections follow each other', () => {
  const { rewrite } = small();
  rewrite.redirect('a', 'b');
  rewrite.redirect('b', 'c');
  rewrite.redirect('c', 'd');
  expect([rewrite.current('a'), rewrite.current('c'), rewrite.current('d'), rewrite.current('e')]).toEqual([
    'd',
    'd',
    'd',
    'e',
  ]);
});

test('the only consumer of a value is none where it is used twice or is an output', () => {
  const { add, rewrite } = small();
  expect([rewrite.onlyConsumer('r'), rewrite.onlyConsumer('n'), rewrite.onlyConsumer('y')]).toEqual([add, null, null]);
});

test('nodes are closed when nothing outside uses what they make, the last one left aside', () => {
  const { neg, relu, add, rewrite } = small();
  expect(rewrite.isClosed(new Set([neg, relu, add]), add)).toBe(true);
  expect(rewrite.isClosed(new Set([relu, add]), add)).toBe(true);
  // n is used by the addition, which is not among them.
  expect(rewrite.isClosed(new Set([neg, relu]), relu)).toBe(false);
});

test('a name that a body makes for itself cannot be redirected to', () => {
  const body = new GraphBuilder('body', ['n']);
  body.output(body.node('Neg', ['n'], { outputs: ['inner'] }), 'float32', [1]);
  const graph = new GraphBuilder('outer');
  graph.node('Relu', [graph.input('x', 'float32', [1])], { outputs: ['n'] });
  const yes = graph.constant('yes', 'bool', [], Uint8Array.of(1));
  const attributes = { then_branch: body.graph(), else_branch: body.graph() };
  graph.output(graph.node('If', [yes], { outputs: ['y'], attributes }), 'float32', [1]);
  const { graph: main } = graph.model();
  const rewrite = new Rewrite(main, main, null);
  expect([rewrite.canRedirect('n', 'x'), rewrite.canRedirect('n', 'inner')]).toEqual([true, false]);
});

test('the number of a constant comes with its dimensions, and other values have none', () => {
  const graph = new GraphBuilder('numbers');
  const x = graph.input('x', 'float32', [1]);
  graph.constant('plain', 'float32', [], Float32Array.of(0.5));
  graph.constant('wrapped', 'int64', [1, 1], BigInt64Array.of(7n));
  graph.constant('two', 'float32', [2], Float32Array.of(1, 2));
  graph.constant('half', 'float16', [], Uint16Array.of(0x3c00));
  graph.output(graph.node('Neg', [x], { outputs: ['y'] }), 'float32', [1]);
  const { graph: main } = graph.model();
  const rewrite = new Rewrite(main, main, null);
  expect(['plain', 'wrapped', 'two', 'half', 'x'].map((name) => rewrite.scalar(name))).toEqual([
    { number: 0.5, rank: 0 },
    { number: 7, rank: 2 },
    null,
    null,
    null,
  ]);
});
