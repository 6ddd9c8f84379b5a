import { expect, test } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { GraphIndex } from '../../src/graph/graph-index.ts';

const scalar = Float32Array.of(2);

test('producers, consumers, inputs, outputs and constants of a graph are told apart', () => {
  const builder = new GraphBuilder('plain');
  const x = builder.input('x', 'float32', [1]);
  const two = builder.constant('two', 'float32', [1], scalar);
  const square = builder.node('Mul', [x, x], { name: 'square', outputs: ['s'] });
  builder.output(builder.node('Add', [square, two], { name: 'sum', outputs: ['y'] }), 'float32', [1]);
  const index = new GraphIndex(builder.graph());

  expect(index.producer('s')?.name).toBe('square');
  expect([index.producer('x'), index.producer('two'), index.producer('nothing')]).toEqual([null, null, null]);
  expect(index.consumers('x').map(({ name }) => name)).toEqual(['square']);
  expect(index.consumers('y')).toEqual([]);
  expect([index.isGraphInput('x'), index.isGraphInput('two')]).toEqual([true, false]);
  expect([index.isGraphOutput('y'), index.isGraphOutput('s')]).toEqual([true, false]);
  expect([index.initializer('two')?.name, index.initializer('x')]).toEqual(['two', null]);
});

test('uses count every place: both inputs of Mul(x, x), and an output of the graph that a node uses, too', () => {
  const builder = new GraphBuilder('uses');
  const x = builder.input('x', 'float32', [1]);
  const square = builder.node('Mul', [x, x], { outputs: ['s'] });
  builder.output(square, 'float32', [1]);
  builder.output(builder.node('Neg', [square], { outputs: ['y'] }), 'float32', [1]);
  const index = new GraphIndex(builder.graph());
  expect([index.uses('x'), index.uses('s'), index.uses('y'), index.uses('nothing')]).toEqual([2, 2, 1, 0]);
});

test('an input that is left out is no use', () => {
  const builder = new GraphBuilder('optional');
  const x = builder.input('x', 'float32', [1]);
  builder.output(builder.node('Clip', [x, '', builder.constant('two', 'float32', [], scalar)]), 'float32', [1]);
  const index = new GraphIndex(builder.graph());
  expect(index.uses('')).toBe(0);
  expect(index.consumers('')).toEqual([]);
});

test('a value that is used inside of a body, at any depth, is used by the node that holds it', () => {
  const inner = new GraphBuilder('inner', ['x']);
  inner.output(inner.node('Neg', ['x'], { outputs: ['n'] }), 'float32', [1]);
  const middle = new GraphBuilder('middle', ['flag']);
  const nested = middle.node('If', ['flag'], {
    outputs: ['m'],
    attributes: { then_branch: inner.graph(), else_branch: inner.graph() },
  });
  middle.output(nested, 'float32', [1]);
  const builder = new GraphBuilder('outer');
  builder.input('x', 'float32', [1]);
  const flag = builder.input('flag', 'bool', []);
  const chosen = builder.node('If', [flag], {
    name: 'choice',
    attributes: { then_branch: middle.graph(), else_branch: middle.graph() },
  });
  builder.output(chosen, 'float32', [1]);
  const index = new GraphIndex(builder.graph());
  expect(index.consumers('x').map(({ name }) => name)).toEqual(['choice']);
  expect(index.uses('x')).toBe(4); // two branches of two branches
  expect(index.uses('flag')).toBe(3); // the condition, and that of the inner If in either branch
  expect([index.uses('n'), index.producer('n')]).toEqual([0, null]); // a value of the body alone
});

test('a name that a body makes itself hides the one outside', () => {
  const body = new GraphBuilder('body');
  const own = body.input('x', 'float32', [1]);
  body.output(body.node('Neg', [own], { outputs: ['n'] }), 'float32', [1]);
  const builder = new GraphBuilder('outer');
  const x = builder.input('x', 'float32', [1]);
  const count = builder.constant('count', 'int64', [], BigInt64Array.of(1n));
  builder.output(builder.node('Loop', [count, '', x], { attributes: { body: body.graph() } }), 'float32', [1]);
  expect(new GraphIndex(builder.graph()).uses('x')).toBe(1); // the input of Loop, not that of Neg
});
