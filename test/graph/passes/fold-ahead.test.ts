import { expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import { StringStringEntryProtoSchema, TensorProto_DataLocation } from '../../../src/graph/onnx_pb.ts';
import { createMessage } from '../../../src/graph/onnx-message.ts';
import { foldIntoNextConvolution } from '../../../src/graph/passes/fold-ahead.ts';
import { apply, constantOf } from './apply.ts';

/** A graph on pictures [batch, 2, 4, 4] that ends in the value that `write` makes of x. */
async function folded(
  write: (
    graph: GraphBuilder,
    constant: (name: string, dims: readonly number[], ...values: number[]) => string,
  ) => string,
  outputs: readonly string[] = [],
) {
  const graph = new GraphBuilder('ahead');
  graph.input('x', 'float32', ['batch', 2, 4, 4]);
  const result = write(graph, (name, dims, ...values) =>
    graph.constant(name, 'float32', dims, Float32Array.from(values)),
  );
  for (const name of [result, ...outputs]) graph.output(name, 'float32', ['batch', null, null, null]);
  const model = graph.model();
  const { nodes, changes } = await apply(model, foldIntoNextConvolution);
  return { model, nodes, changes };
}

test('a scale and a shift by channel go into weights and bias of the convolution behind them', async () => {
  const { model, nodes, changes } = await folded((graph, constant) => {
    const scaled = graph.node('Mul', ['x', constant('s', [2, 1, 1], 2, 3)], { outputs: ['scaled'] });
    const shifted = graph.node('Add', [constant('t', [1, 2, 1, 1], 10, 100), scaled], { outputs: ['shifted'] });
    const inputs = [shifted, constant('w', [1, 2, 1, 1], 5, 7), constant('b', [1], 1)];
    return graph.node('Conv', inputs, { name: 'conv', outputs: ['y'] });
  });
  expect(nodes).toEqual(['y = Conv(x, w.folded, conv.bias)']);
  expect(changes.map(({ what }) => what)).toEqual(['Mul, Add computed into the weights of Conv']);
  expect(constantOf(model, 'w.folded').data).toEqual([10, 21]);
  // 1 + 5 · 10 + 7 · 100.
  expect(constantOf(model, 'conv.bias').data).toEqual([751]);
});

test('in a grouped convolution each output sees the channels of its own group', async () => {
  const { model } = await folded((graph, constant) => {
    const divided = graph.node('Div', ['x', constant('d', [1, 2, 1, 1], 2, 4)], { outputs: ['divided'] });
    const shifted = graph.node('Sub', [divided, constant('t', [2, 1, 1], 1, 10)], { outputs: ['shifted'] });
    const inputs = [shifted, constant('w', [2, 1, 1, 1], 8, 12)];
    return graph.node('Conv', inputs, { name: 'conv', outputs: ['y'], attributes: { group: 2 } });
  });
  expect(constantOf(model, 'w.folded').data).toEqual([4, 3]);
  expect(constantOf(model, 'conv.bias').data).toEqual([-8, -120]);
});

test('where zeros are padded a scale goes into the weights and a shift stays', async () => {
  const { nodes } = await folded((graph, constant) => {
    const shifted = graph.node('Add', ['x', constant('t', [1], 3)], { outputs: ['shifted'] });
    const scaled = graph.node('Mul', [shifted, constant('s', [], 2)], { outputs: ['scaled'] });
    const inputs = [scaled, constant('w', [1, 2, 3, 3], ...Array.from({ length: 18 }, () => 1))];
    return graph.node('Conv', inputs, { name: 'conv', outputs: ['y'], attributes: { pads: [1, 1, 1, 1] } });
  });
  expect(nodes).toEqual(['shifted = Add(x, t)', 'y = Conv(shifted, w.folded, conv.bias)']);
});

test('a constant that makes channels out of one is left alone, and so is a value that is used elsewhere', async () => {
  const widened = await folded((graph, constant) => {
    const first = graph.node('Conv', ['x', constant('v', [1, 2, 1, 1], 1, 1)], { name: 'first', outputs: ['one'] });
    const scaled = graph.node('Mul', [first, constant('s', [1, 2, 1, 1], 2, 3)], { outputs: ['scaled'] });
    return graph.node('Conv', [scaled, constant('w', [1, 2, 1, 1], 5, 7)], { name: 'conv', outputs: ['y'] });
  });
  expect(widened.changes).toEqual([]);
  const shared = await folded(
    (graph, constant) => {
      const scaled = graph.node('Mul', ['x', constant('s', [], 2)], { outputs: ['scaled'] });
      return graph.node('Conv', [scaled, constant('w', [1, 2, 1, 1], 5, 7)], { name: 'conv', outputs: ['y'] });
    },
    ['scaled'],
  );
  expect(shared.changes).toEqual([]);
});

test('weights in a file that is not read are left alone, and not taken for zeros', async () => {
  const graph = new GraphBuilder('external');
  const x = graph.input('x', 'float32', ['batch', 2, 4, 4]);
  const scaled = graph.node('Mul', [x, graph.constant('s', 'float32', [1], Float32Array.of(2))]);
  const weight = graph.constant('w', 'float32', [1, 2, 1, 1], Float32Array.of(5, 7));
  graph.output(graph.node('Conv', [scaled, weight], { outputs: ['y'] }), 'float32', ['batch', 1, 4, 4]);
  const model = graph.model();
  const tensor = model.graph.initializer.find(({ name }) => name === 'w');
  const externalData = [createMessage(StringStringEntryProtoSchema, { key: 'location', value: 'elsewhere.bin' })];
  const dataLocation = TensorProto_DataLocation.EXTERNAL;
  Object.assign(tensor ?? {}, { rawData: new Uint8Array(), dataLocation, externalData });
  expect((await apply(model, foldIntoNextConvolution)).changes).toEqual([]);
});
