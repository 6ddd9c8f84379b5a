import { expect, test } from 'vitest';
import { Float, GraphBuilder } from '../../../src/graph/builder.ts';
import { commonSubexpressions } from '../../../src/graph/passes/common-subexpressions.ts';
import { apply } from './apply.ts';

function start() {
  const graph = new GraphBuilder('common');
  return { graph, x: graph.input('x', 'float32', [2]) };
}

test('equal branches become one in one walk, equal constants and exchanged operands included', async () => {
  const { graph, x } = start();
  const one = graph.constant('one', 'float32', [2], Float32Array.of(1, 2));
  const same = graph.constant('same', 'float32', [2], Float32Array.of(1, 2));
  const left = graph.node('Tanh', [graph.node('Add', [x, one], { outputs: ['a'] })], { outputs: ['b'] });
  const right = graph.node('Tanh', [graph.node('Add', [same, x], { outputs: ['c'] })], { outputs: ['d'] });
  graph.output(graph.node('Sub', [left, right], { outputs: ['y'] }), 'float32', [2]);
  const model = graph.model();
  const { nodes, changes } = await apply(model, commonSubexpressions);
  expect(nodes).toEqual(['a = Add(x, one)', 'b = Tanh(a)', 'y = Sub(b, b)']);
  expect(changes).toHaveLength(3);
  expect(model.graph.initializer.map(({ name }) => name)).toEqual(['one']);
});

test('what differs in an attribute, in the order of a difference, or in the sign of a zero is not the same', async () => {
  const { graph, x } = start();
  const zero = graph.constant('zero', 'float32', [], Float32Array.of(0));
  const minus = graph.constant('minus', 'float32', [], Float32Array.of(-0));
  const parts = [
    graph.node('LeakyRelu', [x], { outputs: ['a'], attributes: { alpha: new Float(0.1) } }),
    graph.node('LeakyRelu', [x], { outputs: ['b'], attributes: { alpha: new Float(0.2) } }),
    graph.node('LeakyRelu', [x], { outputs: ['g'], attributes: { alpha: new Float(0) } }),
    graph.node('LeakyRelu', [x], { outputs: ['h'], attributes: { alpha: new Float(-0) } }),
    graph.node('Sub', [x, zero], { outputs: ['c'] }),
    graph.node('Sub', [zero, x], { outputs: ['d'] }),
    graph.node('Div', [x, zero], { outputs: ['e'] }),
    graph.node('Div', [x, minus], { outputs: ['f'] }),
  ];
  graph.output(graph.node('Concat', parts, { outputs: ['y'], attributes: { axis: 0 } }), 'float32', [16]);
  expect((await apply(graph.model(), commonSubexpressions)).changes).toEqual([]);
});

test('two outputs of the graph that are equal both stay', async () => {
  const { graph, x } = start();
  for (const name of ['first', 'second']) {
    graph.output(graph.node('Relu', [x], { outputs: [name] }), 'float32', [2]);
  }
  const { nodes } = await apply(graph.model(), commonSubexpressions);
  expect(nodes).toEqual(['first = Relu(x)', 'second = Relu(x)']);
});

test('nodes that draw are not merged, nor are those of a domain that is not known', async () => {
  const { graph, x } = start();
  const draw = (output: string) => graph.node('RandomNormalLike', [x], { outputs: [output] });
  const own = (output: string) => graph.node('Sample', [x], { outputs: [output], domain: 'example' });
  const sum = graph.node('Sum', [draw('a'), draw('b'), own('c'), own('d')], { outputs: ['y'] });
  graph.output(sum, 'float32', [2]);
  expect((await apply(graph.model({ domains: { example: 1 } }), commonSubexpressions)).changes).toEqual([]);
});

test('a value that a body uses is called by its new name there', async () => {
  const branch = (name: string) => {
    const body = new GraphBuilder(name, ['second']);
    body.output(body.node('Neg', ['second'], { outputs: [`${name}_out`] }), 'float32', [2]);
    return body.graph();
  };
  const { graph, x } = start();
  graph.node('Relu', [x], { outputs: ['first'] });
  graph.node('Relu', [x], { outputs: ['second'] });
  const yes = graph.constant('yes', 'bool', [], Uint8Array.of(1));
  const attributes = { then_branch: branch('then'), else_branch: branch('else') };
  const chosen = graph.node('If', [yes], { outputs: ['chosen'], attributes });
  graph.output(graph.node('Add', [chosen, 'first'], { outputs: ['y'] }), 'float32', [2]);
  const model = graph.model();
  expect((await apply(model, commonSubexpressions)).changes).toHaveLength(1);
  const bodies = model.graph.node.flatMap(({ attribute }) => attribute.flatMap(({ g }) => (g ? [g] : [])));
  expect(bodies.map(({ node }) => node[0]?.input)).toEqual([['first'], ['first']]);
});
