import { expect, test } from 'vitest';
import { Float, GraphBuilder } from '../../src/graph/builder.ts';
import { modelInputs, modelOutputs } from '../../src/graph/model-values.ts';
import { modelBytes, readModel } from '../../src/graph/onnx-file.ts';

test('inputs and outputs keep fixed, named and unnamed dimensions', () => {
  const graph = new GraphBuilder('shapes');
  const x = graph.input('x', 'float32', ['batch', null, 3]);
  graph.input('sr', 'int64', []);
  graph.output(graph.node('Relu', [x], { outputs: ['y'] }), 'float32', ['batch', null, 3]);
  const model = readModel(modelBytes(graph.model()));
  expect(modelInputs(model)).toEqual([
    { name: 'x', type: 'float32', shape: ['batch', null, 3] },
    { name: 'sr', type: 'int64', shape: [] },
  ]);
  expect(modelOutputs(model)).toEqual([{ name: 'y', type: 'float32', shape: ['batch', null, 3] }]);
});

test('a bare number is an integer attribute, a Float is a float', () => {
  const graph = new GraphBuilder('attributes');
  const x = graph.input('x', 'float32', [2]);
  graph.node('LeakyRelu', [x], {
    attributes: { alpha: new Float(1), axis: -1, mode: 'edge', pads: [0, 1], scales: [new Float(2)] },
  });
  const [node] = graph.model().graph.node;
  expect(
    node?.attribute.map(({ name, type, f, i, ints, floats }) => ({ name, type, f, i, ints, floats })),
  ).toMatchObject([
    { name: 'alpha', type: 1, f: 1 },
    { name: 'axis', type: 2, i: -1n },
    { name: 'mode', type: 3 },
    { name: 'pads', type: 7, ints: [0n, 1n] },
    { name: 'scales', type: 6, floats: [2] },
  ]);
});

test('a value that was not made, or was made before, is a fault of the caller', () => {
  const graph = new GraphBuilder('faults');
  graph.input('x', 'float32', [1]);
  expect(() => graph.node('Relu', ['y'])).toThrow('"y", input of Relu, has not been made yet');
  expect(() => graph.input('x', 'float32', [1])).toThrow('already has a value named "x"');
  expect(() => graph.output('z', 'float32', [1])).toThrow('"z", output of the graph');
});

test('an optional input is left out by an empty name', () => {
  const graph = new GraphBuilder('optional');
  const x = graph.input('x', 'float32', [1]);
  const high = graph.constant('high', 'float32', [], new Float32Array([6]));
  graph.node('Clip', [x, '', high]);
  expect(graph.model().graph.node[0]?.input).toEqual(['x', '', 'high']);
});

test('versions of operator domains are written', () => {
  const model = new GraphBuilder('versions').model({ opset: 17, domains: { 'com.microsoft': 1 } });
  expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([
    ['', 17n],
    ['com.microsoft', 1n],
  ]);
});

test('inputs that have a value already need not be fed', () => {
  const graph = new GraphBuilder('old export');
  graph.input('x', 'float32', [1]);
  const weight = graph.constant('weight', 'float32', [1], new Float32Array(1));
  const model = graph.model();
  model.graph.input.push({ ...model.graph.input[0], name: weight } as (typeof model.graph.input)[number]);
  expect(modelInputs(model).map(({ name }) => name)).toEqual(['x']);
});
