import { expect, test } from 'vitest';
import { Float, GraphBuilder } from '../../../src/graph/builder.ts';
import { ValueInfoProtoSchema } from '../../../src/graph/onnx_pb.ts';
import { createMessage } from '../../../src/graph/onnx-message.ts';
import { hygiene } from '../../../src/graph/passes/hygiene-pass.ts';
import { apply } from './apply.ts';

test('hygiene says what it cleaned, and nothing of a clean graph', async () => {
  const graph = new GraphBuilder('old');
  const x = graph.input('x', 'float32', [1]);
  const weight = graph.constant('w', 'float32', [1], Float32Array.of(2));
  const b = graph.node('Constant', [], { name: 'b', outputs: ['b'], attributes: { value_float: new Float(1) } });
  graph.output(
    graph.node('Add', [graph.node('Mul', [x, weight], { name: '', outputs: ['m'] }), b], { outputs: ['y'] }),
    'float32',
    [1],
  );
  const model = graph.model();
  model.graph.input.push(createMessage(ValueInfoProtoSchema, { name: 'w' }));
  const { nodes, changes } = await apply(model, hygiene);
  expect(nodes).toEqual(['m = Mul(x, w)', 'y = Add(m, b)']);
  expect(changes.map(({ node, what }) => `${node}: ${what}`)).toEqual([
    'old: 1 weights that are no longer inputs',
    'old: 1 Constant nodes made initialisers',
    'old: 1 nodes named',
  ]);
  expect((await apply(model, hygiene)).changes).toEqual([]);
});
