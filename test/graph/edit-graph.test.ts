import { expect, test } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder.ts';
import {
  FreshNames,
  freshName,
  removeNodes,
  replaceAllUses,
  replaceUses,
  sortNodes,
} from '../../src/graph/edit-graph.ts';
import { type GraphProto, NodeProtoSchema, ValueInfoProtoSchema } from '../../src/graph/onnx_pb.ts';
import { createMessage } from '../../src/graph/onnx-message.ts';

/** x → Neg a → Abs b → output, and If(flag) whose branches use a. */
function withBranches(): GraphProto {
  const branch = (name: string) => {
    const body = new GraphBuilder(name, ['a']);
    body.output(body.node('Neg', ['a'], { outputs: [`${name}Out`] }), 'float32', [1]);
    return body.graph();
  };
  const builder = new GraphBuilder('main');
  const x = builder.input('x', 'float32', [1]);
  const flag = builder.input('flag', 'bool', []);
  const a = builder.node('Neg', [x], { outputs: ['a'] });
  builder.output(builder.node('Abs', [a], { outputs: ['b'] }), 'float32', [1]);
  const attributes = { then_branch: branch('then'), else_branch: branch('else') };
  builder.output(builder.node('If', [flag], { attributes, outputs: ['c'] }), 'float32', [1]);
  return builder.graph();
}

const bodiesOfIf = (graph: GraphProto) => graph.node[2]?.attribute.map(({ g }) => g) ?? [];

test('a fresh name is the prefix where it is free, and differs from values, nodes and names in bodies', () => {
  const graph = withBranches();
  expect(freshName(graph, 'folded')).toBe('folded');
  expect(freshName(graph, 'a')).toBe('a_2');
  expect(freshName(graph, 'Neg1')).toBe('Neg1_2'); // the name of a node
  expect(freshName(graph, 'thenOut')).toBe('thenOut_2'); // a value of a body
});

test('one source of names gives each name once', () => {
  const names = new FreshNames(withBranches());
  expect([names.take('w'), names.take('w'), names.take('w_2'), names.take('w')]).toEqual(['w', 'w_2', 'w_2_2', 'w_3']);
});

test('uses are replaced in nodes and bodies, outputs of the graph keep their names', () => {
  const graph = withBranches();
  replaceUses(graph, 'a', 'x');
  expect(graph.node[1]?.input).toEqual(['x']);
  expect(bodiesOfIf(graph).map((body) => body?.node[0]?.input)).toEqual([['x'], ['x']]);
  replaceUses(graph, 'b', 'x');
  expect(graph.output.map(({ name }) => name)).toEqual(['b', 'c']);
});

test('many uses are replaced at once, each one time', () => {
  const graph = withBranches();
  replaceAllUses(
    graph,
    new Map([
      ['a', 'x'],
      ['x', 'flag'],
    ]),
  );
  expect(graph.node.map(({ input }) => input[0])).toEqual(['flag', 'x', 'flag']);
});

test('a body that hands an outer value on hands on the new one', () => {
  const graph = withBranches();
  for (const body of bodiesOfIf(graph)) {
    if (body === undefined) continue;
    body.node = [];
    body.output = [createMessage(ValueInfoProtoSchema, { name: 'a' })];
  }
  replaceUses(graph, 'a', 'x');
  expect(bodiesOfIf(graph).map((body) => body?.output[0]?.name)).toEqual(['x', 'x']);
});

test('uses in a body that makes the name itself are another value and stay', () => {
  const graph = withBranches();
  const [then] = bodiesOfIf(graph);
  then?.node.unshift(createMessage(NodeProtoSchema, { opType: 'Abs', input: ['x'], output: ['a'] }));
  replaceUses(graph, 'a', 'x');
  expect(then?.node.map(({ input }) => input)).toEqual([['x'], ['a']]);
});

test('a replacement that a body would take for its own value is refused', () => {
  const graph = withBranches();
  expect(() => replaceUses(graph, 'a', 'elseOut')).toThrow(
    expect.objectContaining({ code: 'MODEL_INVALID', message: expect.stringContaining('"else" of If') }),
  );
});

test('what was noted of the type of a value goes with the node that makes it', () => {
  const graph = withBranches();
  graph.valueInfo = ['a', 'b'].map((name) => createMessage(ValueInfoProtoSchema, { name }));
  removeNodes(graph, new Set(graph.node.slice(0, 1)));
  expect(graph.node.map(({ opType }) => opType)).toEqual(['Abs', 'If']);
  expect(graph.valueInfo.map(({ name }) => name)).toEqual(['b']);
});

test('nodes are put behind those that they use, themselves or in bodies', () => {
  const graph = withBranches();
  graph.node.reverse();
  expect(sortNodes(graph)).toBe(1); // Neg, to the front of If, which was the first
  expect(graph.node.map(({ opType }) => opType)).toEqual(['Neg', 'If', 'Abs']);
  const sorted = [...graph.node];
  expect(sortNodes(graph)).toBe(0);
  expect(graph.node).toEqual(sorted);
});

test('a circle, also through a body, is refused', () => {
  const graph = withBranches();
  const [neg] = graph.node;
  neg?.input.splice(0, 1, 'c');
  expect(() => sortNodes(graph)).toThrow(
    expect.objectContaining({ code: 'MODEL_INVALID', message: expect.stringContaining('runs in a circle') }),
  );
});

test('a chain of 20,000 nodes in reverse order is sorted', () => {
  const length = 20_000;
  const builder = new GraphBuilder('chain');
  let value = builder.input('x', 'float32', [1]);
  for (let number = 0; number < length; number++) value = builder.node('Neg', [value], { outputs: [`v${number}`] });
  builder.output(value, 'float32', [1]);
  const graph = builder.graph();
  graph.node.reverse();
  expect(sortNodes(graph)).toBe(length - 1);
  expect(graph.node.every(({ output }, place) => output[0] === `v${place}`)).toBe(true);
});
