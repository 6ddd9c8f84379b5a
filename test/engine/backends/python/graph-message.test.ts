import { expect, test } from 'vitest';
import { graphMessage } from '../../../../src/engine/backends/python/graph-message.ts';
import { SmallGraph, writtenModel } from '../../small-models.ts';

test('a graph is sent as nodes with names, numbers and weights as bytes', () => {
  const graph = new SmallGraph('sent');
  const x = graph.input('x', 'float32', ['batch', 1, 4, 4]);
  const weights = graph.constant(
    'weights',
    'float32',
    [1, 1, 3, 3],
    Float32Array.from({ length: 9 }, (_, index) => index),
  );
  const y = graph.apply('Conv', [x, weights], { kernel_shape: [3, 3], auto_pad: 'VALID' });
  const message = graphMessage(writtenModel(graph.ending(y, ['batch', 1, 2, 2])));

  expect(message.graph).toMatchObject({ opset: 17, inputs: ['x'], outputs: [y] });
  expect(message.graph.nodes).toEqual([
    expect.objectContaining({
      operator: 'Conv',
      domain: '',
      inputs: ['x', 'weights'],
      outputs: [y],
      attributes: { kernel_shape: [3, 3], auto_pad: 'VALID' },
    }),
  ]);
  expect(message.graph.tensors).toEqual([{ name: 'weights', type: 'float32', dims: [1, 1, 3, 3] }]);
  const [part] = message.parts;
  expect(part && [...new Float32Array(part.slice().buffer)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(message.inputs).toEqual([{ name: 'x', type: 'float32', shape: ['batch', 1, 4, 4] }]);
});

test('it is JSON: large integers are numbers, too', () => {
  const graph = new SmallGraph('sent');
  const x = graph.input('x', 'float32', [2, 3]);
  const y = graph.apply('Flatten', [x], { axis: 1 });
  const { graph: sent } = graphMessage(writtenModel(graph.ending(y, [2, 3])));
  expect(JSON.parse(JSON.stringify(sent.nodes[0]?.attributes))).toEqual({ axis: 1 });
});
