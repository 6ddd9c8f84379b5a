import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import { ValueInfoProtoSchema } from '../../../src/graph/onnx_pb.ts';
import { createMessage } from '../../../src/graph/onnx-message.ts';
import { constantFolding } from '../../../src/graph/passes/constant-folding.ts';
import type { Evaluate } from '../../../src/graph/passes/pass.ts';
import { apply, constantOf } from './apply.ts';
import { evaluate } from './engine.ts';

function start(shape: readonly (number | string)[] = [2, 3]) {
  const graph = new GraphBuilder('constants');
  const integers = (name: string, ...values: number[]) =>
    graph.constant(name, 'int64', [values.length], BigInt64Array.from(values, BigInt));
  return { graph, x: graph.input('x', 'float32', shape), integers };
}

test('what exporters compute from a static shape becomes one constant', async () => {
  const { graph, x, integers } = start();
  const shape = graph.node('Shape', [x], { outputs: ['shape'] });
  const first = graph.node('Gather', [shape, integers('zero', 0)], { outputs: ['first'] });
  const wanted = graph.node('Concat', [first, integers('rest', -1, 1)], {
    outputs: ['wanted'],
    attributes: { axis: 0 },
  });
  graph.output(graph.node('Reshape', [x, wanted], { outputs: ['y'] }), 'float32', [2, 3, 1]);
  const model = graph.model();
  const { nodes, changes } = await apply(model, constantFolding);
  expect(nodes).toEqual(['y = Reshape(x, wanted)']);
  expect(changes).toHaveLength(3);
  expect(constantOf(model, 'wanted')).toEqual({ dims: [3], data: [2, -1, 1] });
});

test('the shape of a value with a dynamic dimension stays to be computed', async () => {
  const { graph, x } = start(['batch', 3]);
  graph.output(graph.node('Shape', [x], { outputs: ['y'] }), 'int64', [2]);
  graph.output(graph.node('Neg', [graph.node('Shape', [x], { outputs: ['s'] })], { outputs: ['z'] }), 'int64', [2]);
  expect((await apply(graph.model(), constantFolding)).changes).toEqual([]);
});

/** x + exp(c) · c, of which the product needs the engine. */
function withExp() {
  const { graph, x } = start();
  const c = graph.constant('c', 'float32', [3], Float32Array.of(0, 1, -1));
  const product = graph.node('Mul', [graph.node('Exp', [c], { outputs: ['e'] }), c], { outputs: ['p'] });
  graph.output(graph.node('Add', [x, product], { outputs: ['y'] }), 'float32', [2, 3]);
  return graph.model();
}

test('what needs an engine is given to it in one piece, and stays where none was given', async () => {
  const pieces: string[][] = [];
  const counting: Evaluate = (piece) => {
    pieces.push(piece.graph.node.map(({ opType }) => opType));
    return evaluate(piece);
  };
  const model = withExp();
  expect((await apply(model, constantFolding, { evaluate: counting })).nodes).toEqual(['y = Add(x, p)']);
  expect(pieces).toEqual([['Exp', 'Mul']]);
  const { dims, data } = constantOf(model, 'p');
  expect(dims).toEqual([3]);
  for (const [place, expected] of [0, Math.E, -1 / Math.E].entries()) expect(data[place]).toBeCloseTo(expected, 6);
  expect((await apply(withExp(), constantFolding)).changes).toEqual([]);
});

test('an Expand of a few elements to many stays, and one to a few does not', async () => {
  const { graph, x, integers } = start();
  const one = graph.constant('one', 'float32', [], Float32Array.of(1));
  const large = graph.node('Expand', [one, integers('size', 100, 100)], { outputs: ['large'] });
  const small = graph.node('Expand', [one, integers('shape', 2, 3)], { outputs: ['small'] });
  const sum = graph.node('ReduceSum', [large], { outputs: ['sum'], attributes: { keepdims: 0 } });
  graph.output(graph.node('Sum', [x, small, sum], { outputs: ['y'] }), 'float32', [2, 3]);
  const model = graph.model();
  const { nodes } = await apply(model, constantFolding, { evaluate });
  expect(nodes).toEqual(['large = Expand(one, size)', 'sum = ReduceSum(large)', 'y = Sum(x, small, sum)']);
  expect(constantOf(model, 'small')).toEqual({ dims: [2, 3], data: [1, 1, 1, 1, 1, 1] });
});

test('a product of a row and a column that would be far larger than both stays, and what is small again does not', async () => {
  const { graph, x } = start();
  const column = graph.constant('column', 'float32', [100, 1], new Float32Array(100).fill(1));
  const row = graph.constant('row', 'float32', [1, 100], new Float32Array(100).fill(2));
  const table = graph.node('Mul', [column, row], { outputs: ['table'] });
  // Of the same size as the table, which the model does not hold either.
  const root = graph.node('Sqrt', [table], { outputs: ['root'] });
  const sum = graph.node('ReduceSum', [table], { outputs: ['sum'], attributes: { keepdims: 0 } });
  graph.output(graph.node('Add', [x, sum], { outputs: ['y'] }), 'float32', [2, 3]);
  graph.output(graph.node('Neg', [root], { outputs: ['z'] }), 'float32', [100, 100]);
  const model = graph.model();
  const { nodes } = await apply(model, constantFolding, { evaluate });
  expect(nodes).toEqual(['table = Mul(column, row)', 'root = Sqrt(table)', 'y = Add(x, sum)', 'z = Neg(root)']);
  expect(constantOf(model, 'sum')).toEqual({ dims: [], data: [20_000] });
});

test.each<[string, (graph: GraphBuilder) => string]>([
  [
    'weights that are stored as 16-bit floats',
    (graph) => {
      const half = graph.constant('half', 'float16', [3], Uint16Array.of(0x3c00, 0x3c00, 0x3c00));
      return graph.node('Cast', [half], { outputs: ['w'], attributes: { to: 1 } });
    },
  ],
  [
    'weights that are stored as 8-bit integers',
    (graph) => {
      const inputs = [
        graph.constant('q', 'int8', [3], Int8Array.of(1, 2, 3)),
        graph.constant('s', 'float32', [], Float32Array.of(0.5)),
        graph.constant('z', 'int8', [], Int8Array.of(0)),
      ];
      return graph.node('DequantizeLinear', inputs, { outputs: ['w'] });
    },
  ],
  ['what draws', (graph) => graph.node('RandomNormal', [], { outputs: ['w'], attributes: { shape: [3] } })],
])('%s are left as they are', async (_what, weights) => {
  const { graph, x } = start();
  graph.output(graph.node('Add', [x, weights(graph)], { outputs: ['y'] }), 'float32', [2, 3]);
  expect((await apply(graph.model(), constantFolding, { evaluate })).changes).toEqual([]);
});

test('a node on constants that makes an output of the graph stays, as does one on a weight that callers may override', async () => {
  const { graph, integers } = start();
  const one = integers('one', 1);
  graph.output(graph.node('Add', [one, one], { outputs: ['two'] }), 'int64', [1]);
  const fed = integers('fed', 5);
  const six = graph.node('Add', [fed, one], { outputs: ['six'] });
  graph.output(graph.node('Neg', [six], { outputs: ['y'] }), 'int64', [1]);
  const model = graph.model();
  model.graph.input.push(createMessage(ValueInfoProtoSchema, { name: 'fed' }));
  expect((await apply(model, constantFolding, { evaluate })).changes).toEqual([]);
});

test('two vectors whose sum is a matrix that no memory holds are not added up', async () => {
  const { graph, x } = start([1]);
  const vector = (name: string, dims: number[]) =>
    graph.constant(name, 'float32', dims, new Float32Array(100_000).fill(1));
  const sum = graph.node('Add', [vector('rows', [100_000, 1]), vector('columns', [1, 100_000])], { outputs: ['sum'] });
  const largest = graph.node('ReduceMax', [sum], { outputs: ['largest'], attributes: { keepdims: 0 } });
  graph.output(graph.node('Add', [x, largest], { outputs: ['y'] }), 'float32', [1]);
  const asked: Evaluate = () => Promise.reject(new Error('The engine was asked to compute 40 GB.'));
  expect((await apply(graph.model(), constantFolding, { evaluate: asked })).changes).toEqual([]);
});
