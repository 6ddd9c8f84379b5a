import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { diffModels } from '../../src/graph/diff-models.ts';
import { writeModelWithExternalData } from '../../src/graph/move-external.ts';
import { StringStringEntryProtoSchema } from '../../src/graph/onnx_pb.ts';
import { readModel } from '../../src/graph/onnx-file.ts';
import { createMessage, type OnnxModel } from '../../src/graph/onnx-message.ts';
import { makeTensor } from '../../src/graph/tensor-proto.ts';
import { SmallGraph, temporaryFolder } from '../engine/small-models.ts';

function model(): OnnxModel {
  const graph = new SmallGraph('small');
  const x = graph.input('x', 'float32', ['batch', 4]);
  const product = graph.node('MatMul', [x, graph.weights('w', 4, 3)], { name: 'product' });
  const sum = graph.node('Add', [product, graph.weights('b', 3)], { name: 'sum' });
  return graph.ending(graph.node('Relu', [sum], { name: 'last', outputs: ['y'] }), ['batch', 3]);
}

const diff = (a: OnnxModel, b: OnnxModel) => diffModels({ model: a, folder: null }, { model: b, folder: null });

test('a model is identical to itself, also with its data beside it', () => {
  const path = join(temporaryFolder(), 'model.onnx');
  writeModelWithExternalData(path, model(), { folder: null, smallest: 1 });
  const apart = { model: readModel(path), folder: dirname(path) };
  expect(diffModels({ model: model(), folder: null }, apart)).toEqual({
    identical: true,
    versions: [],
    metadata: [],
    inputs: [],
    outputs: [],
    operators: [],
    nodes: { onlyA: [], onlyB: [], changed: [] },
    constants: { onlyA: [], onlyB: [], changed: [] },
    other: [],
  });
});

test('two weights that differ by 0.5 and 0.25 are two differing elements, the largest 0.5 apart', () => {
  const other = model();
  const place = other.graph.initializer.findIndex(({ name }) => name === 'b');
  other.graph.initializer[place] = makeTensor('b', 'float32', [3], Float32Array.of(1, 2, 3));
  const before = model();
  before.graph.initializer[place] = makeTensor('b', 'float32', [3], Float32Array.of(1, 2.5, 2.75));
  const { identical, constants } = diff(before, other);
  expect(identical).toBe(false);
  expect(constants.changed).toEqual([
    { name: 'b', a: 'float32 [3]', b: 'float32 [3]', differing: 2, elements: 3, largestDifference: 0.5 },
  ]);
});

test('a NaN where a number was is a differing element, and not the largest difference', () => {
  const bent = model();
  bent.graph.initializer[1] = makeTensor('b', 'float32', [3], Float32Array.of(Number.NaN, 2, 3));
  const before = model();
  before.graph.initializer[1] = makeTensor('b', 'float32', [3], Float32Array.of(1, 2, 3));
  expect(diff(before, bent).constants.changed).toMatchObject([{ differing: 1, largestDifference: 0 }]);
});

test('a weight in another type, one that went and one that came are told apart', () => {
  const other = model();
  other.graph.initializer = [
    makeTensor('w', 'float16', [4, 3], new Uint16Array(12)),
    makeTensor('new', 'int64', [], BigInt64Array.of(1n)),
  ];
  expect(diff(model(), other).constants).toEqual({
    onlyA: [{ name: 'b', what: 'float32 [3]' }],
    onlyB: [{ name: 'new', what: 'int64 []' }],
    changed: [
      { name: 'w', a: 'float32 [4, 3]', b: 'float16 [4, 3]', differing: null, elements: 12, largestDifference: null },
    ],
  });
});

test('nodes that went, came and changed are told, with what changed in them', () => {
  const other = model();
  const [, sum, last] = other.graph.node;
  if (sum === undefined || last === undefined) throw new Error('Expected three nodes.');
  sum.opType = 'Mul';
  sum.input = ['w', 'b'];
  last.name = 'renamed';
  const { nodes, operators } = diff(model(), other);
  expect(nodes).toEqual({
    onlyA: [{ name: 'last', operator: 'Relu' }],
    onlyB: [{ name: 'renamed', operator: 'Relu' }],
    changed: [
      { name: 'sum', operator: 'Mul', what: ['operator Add → Mul', `input 1 ${model().graph.node[1]?.input[0]} → w`] },
    ],
  });
  expect(operators).toEqual([
    { name: 'Add', a: 1, b: null },
    { name: 'Mul', a: null, b: 1 },
  ]);
});

test('versions, metadata, inputs and outputs are compared by name', () => {
  const other = model();
  const [opset] = other.opsetImport;
  if (opset !== undefined) opset.version = 18n;
  other.metadataProps.push(createMessage(StringStringEntryProtoSchema, { key: 'author', value: 'nobody' }));
  const [input] = other.graph.input;
  if (input?.type?.value.case === 'tensorType') input.type.value.value.shape?.dim.pop();
  const { versions, metadata, inputs, outputs } = diff(model(), other);
  expect(versions).toEqual([{ name: 'opset ai.onnx', a: '17', b: '18' }]);
  expect(metadata).toEqual([{ name: 'author', a: null, b: 'nobody' }]);
  expect(inputs).toEqual([{ name: 'x', a: 'float32 [batch, 4]', b: 'float32 [batch]' }]);
  expect(outputs).toEqual([]);
});

test('what changes no answer still keeps two models from being identical', () => {
  const described = model();
  described.graph.docString = 'for people';
  expect(diff(model(), described)).toMatchObject({
    identical: false,
    other: ['texts and notes that change no answer'],
  });
  const turned = model();
  turned.graph.node.reverse();
  expect(diff(model(), turned)).toMatchObject({ identical: false, other: ['order of the nodes'] });
});
