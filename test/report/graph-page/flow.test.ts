import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import { describeNodes } from '../../../src/graph/describe-nodes.ts';
import { inferValues } from '../../../src/graph/graph-values.ts';
import { flowOf, joinChains } from '../../../src/report/graph-page/flow.ts';

/** x → Relu → Neg → Abs → Add ← x, and Add → y. */
function residual() {
  const graph = new GraphBuilder('residual');
  const x = graph.input('x', 'float32', [4]);
  const chain = ['Relu', 'Neg', 'Abs'].reduce((value, operator) => graph.node(operator, [value]), x);
  graph.output(graph.node('Add', [chain, x], { outputs: ['y'] }), 'float32', [4]);
  const model = graph.model();
  const { nodes } = describeNodes(model, inferValues(model, { x: [4] }));
  return flowOf(nodes, ['x'], ['y'], new Map());
}

test('inputs, nodes and outputs are boxes, and every value between two of them an edge', () => {
  const { boxes, edges } = residual();
  expect(boxes.map(({ kind }) => kind)).toEqual(['input', 'node', 'node', 'node', 'node', 'output']);
  expect(edges.map(({ from, to }) => `${from}→${to}`)).toEqual(['0→1', '1→2', '2→3', '3→4', '0→4', '4→5']);
});

test('a straight chain becomes one box; where two ways meet, another begins', () => {
  const { boxes, edges } = joinChains(residual());
  expect(boxes.map(({ kind, nodes }) => [kind, nodes])).toEqual([
    ['input', []],
    ['chain', [0, 1, 2]],
    ['node', [3]],
    ['output', []],
  ]);
  expect(edges.map(({ from, to }) => `${from}→${to}`)).toEqual(['0→1', '1→2', '0→2', '2→3']);
});

test('a value that a body uses is an edge to the node that holds the body', () => {
  const graph = new GraphBuilder('branch');
  const x = graph.input('x', 'float32', [4]);
  const which = graph.input('which', 'bool', []);
  const hidden = graph.node('Relu', [x], { outputs: ['hidden'] });
  const body = (name: string) => {
    const inner = new GraphBuilder(name, [hidden]);
    inner.output(inner.node('Neg', [hidden], { outputs: [`${name}.y`] }), 'float32', [4]);
    return inner.graph();
  };
  const attributes = { then_branch: body('then'), else_branch: body('else') };
  graph.output(graph.node('If', [which], { outputs: ['y'], attributes }), 'float32', [4]);
  const model = graph.model();
  const { nodes } = describeNodes(model, inferValues(model, { x: [4], which: [] }));
  const { edges } = flowOf(nodes, ['x', 'which'], ['y'], new Map([[1, ['hidden', 'hidden']]]));
  expect(edges).toContainEqual({ from: 2, to: 3 });
  expect(nodes[1]?.attributes).toEqual({ then_branch: 'a body of 1 node', else_branch: 'a body of 1 node' });
});
