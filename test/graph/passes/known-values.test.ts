import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import { knownValues, nothingKnown } from '../../../src/graph/passes/known-values.ts';

/** Inputs a [batch, 4], b [batch, 4], c [other, 4] and d [3, 4]; their Relu is called as they are, twice. */
function values() {
  const graph = new GraphBuilder('values');
  for (const [name, batch] of [
    ['a', 'batch'],
    ['b', 'batch'],
    ['c', 'other'],
    ['d', 3],
  ] as const) {
    graph.node('Relu', [graph.input(name, 'float32', [batch, 4])], { outputs: [name + name] });
  }
  graph.node('Cast', ['a'], { outputs: ['half'], attributes: { to: 10 } });
  graph.node('Shape', ['a'], { outputs: ['shape'] });
  graph.node('Unheard', ['a'], { outputs: ['unheard'], domain: 'example' });
  return knownValues(graph.model());
}

test('a shape is known only where it is the same for all inputs', () => {
  const { shape } = values();
  expect([shape('dd'), shape('aa'), shape('unheard'), shape('shape')]).toEqual([[3, 4], null, null, null]);
});

test('the number of dimensions is known of dynamic values, too', () => {
  const { rank } = values();
  expect(['aa', 'dd', 'unheard', 'missing'].map(rank)).toEqual([2, 2, null, null]);
});

test('shapes with dimensions of the same name are the same, with those of another name not', () => {
  const { sameShape } = values();
  expect([sameShape('aa', 'bb'), sameShape('aa', 'cc'), sameShape('aa', 'dd'), sameShape('aa', 'unheard')]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('types come from what the model says, from Cast and from Shape', () => {
  const { type } = values();
  expect(['a', 'half', 'shape', 'aa'].map(type)).toEqual(['float32', 'float16', 'int64', null]);
});

test('ranks are known of a model without dynamic dimensions', () => {
  const graph = new GraphBuilder('static');
  graph.node('Neg', [graph.input('x', 'float32', [2, 3, 5])], { outputs: ['n'] });
  expect(knownValues(graph.model()).rank('n')).toBe(3);
});

test('inside of a body nothing is known', () => {
  const { shape, rank, type, sameShape } = nothingKnown;
  expect([shape('a'), rank('a'), type('a'), sameShape('a', 'a')]).toEqual([null, null, null, false]);
});
