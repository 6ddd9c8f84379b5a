import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import { ValueInfoProtoSchema } from '../../../src/graph/onnx_pb.ts';
import { createMessage } from '../../../src/graph/onnx-message.ts';
import { deadCode } from '../../../src/graph/passes/dead-code.ts';
import { apply } from './apply.ts';

test('a branch that no output depends on goes with its constants, and with what was noted of its types', async () => {
  const graph = new GraphBuilder('dead');
  const x = graph.input('x', 'float32', [1]);
  const used = graph.constant('used', 'float32', [1], Float32Array.of(1));
  const unused = graph.constant('unused', 'float32', [1], Float32Array.of(2));
  const dead = graph.node('Add', [x, unused], { name: 'first', outputs: ['dead'] });
  graph.node('Neg', [dead], { name: 'second', outputs: ['deader'] });
  graph.output(graph.node('Add', [x, used], { name: 'kept', outputs: ['y'] }), 'float32', [1]);
  const model = graph.model();
  model.graph.valueInfo.push(createMessage(ValueInfoProtoSchema, { name: 'dead' }));

  const { nodes, changes } = await apply(model, deadCode);
  expect(nodes).toEqual(['y = Add(x, used)']);
  expect(changes.map(({ node }) => node)).toEqual(['first', 'second', 'unused']);
  expect(model.graph.initializer.map(({ name }) => name)).toEqual(['used']);
  expect(model.graph.valueInfo).toEqual([]);
});

test('a node of which one output of two is used stays', async () => {
  const graph = new GraphBuilder('half');
  const x = graph.input('x', 'float32', [4]);
  graph.node('Split', [x], { outputs: ['a', 'b'] });
  graph.output(graph.node('Neg', ['b'], { outputs: ['y'] }), 'float32', [2]);
  const { nodes, changes } = await apply(graph.model(), deadCode);
  expect(nodes).toEqual(['a, b = Split(x)', 'y = Neg(b)']);
  expect(changes).toEqual([]);
});

test('what only the body of an If uses stays, and what is dead inside of the body goes', async () => {
  const branch = (name: string) => {
    const body = new GraphBuilder(name, ['outer']);
    body.node('Abs', ['outer'], { name: `${name}-dead`, outputs: [`${name}_dead`] });
    body.output(body.node('Neg', ['outer'], { outputs: [`${name}_out`] }), 'float32', [1]);
    return body.graph();
  };
  const graph = new GraphBuilder('outer-use');
  const x = graph.input('x', 'float32', [1]);
  graph.node('Relu', [x], { outputs: ['outer'] });
  const yes = graph.constant('yes', 'bool', [], Uint8Array.of(1));
  const attributes = { then_branch: branch('then'), else_branch: branch('else') };
  graph.output(graph.node('If', [yes], { outputs: ['y'], attributes }), 'float32', [1]);

  const { nodes, changes } = await apply(graph.model(), deadCode);
  expect(nodes).toEqual(['outer = Relu(x)', 'y = If(yes)']);
  expect(changes.map(({ node }) => node)).toEqual(['then-dead', 'else-dead']);
});

test('an unused weight that is an input, too, stays: callers may feed it', async () => {
  const graph = new GraphBuilder('fed');
  const x = graph.input('x', 'float32', [1]);
  graph.constant('w', 'float32', [1], Float32Array.of(1));
  graph.output(graph.node('Neg', [x], { outputs: ['y'] }), 'float32', [1]);
  const model = graph.model();
  model.graph.input.push(createMessage(ValueInfoProtoSchema, { name: 'w' }));
  expect((await apply(model, deadCode)).changes).toEqual([]);
});
