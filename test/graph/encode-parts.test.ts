import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { encodeInParts } from '../../src/graph/encode-parts.ts';
import { StringStringEntryProtoSchema, TensorProtoSchema } from '../../src/graph/onnx_pb.ts';
import { readModel } from '../../src/graph/onnx-file.ts';
import { createMessage, encodeModelProto, type OnnxModel } from '../../src/graph/onnx-message.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { SmallGraph } from '../engine/small-models.ts';

const joined = (model: OnnxModel) => Buffer.concat(encodeInParts(model));

/** Weights of 20 kB, 100 kB and 20 kB again, the middle one a part of its own. */
function model(): OnnxModel {
  const graph = new SmallGraph('sizes');
  const x = graph.input('x', 'float32', ['batch', 50]);
  const first = graph.apply('MatMul', [x, graph.weights('a', 50, 100)]);
  const second = graph.apply('MatMul', [first, graph.weights('b', 100, 250)]);
  return graph.ending(graph.apply('MatMul', [second, graph.weights('c', 250, 20)]), ['batch', 20]);
}

test('the parts behind each other are the bytes of the model as one', () => {
  const whole = model();
  whole.metadataProps.push(createMessage(StringStringEntryProtoSchema, { key: 'author', value: 'nobody' }));
  expect(Buffer.compare(joined(whole), encodeModelProto(whole))).toBe(0);
  // Raw data of the file itself, at any alignment, and what protobuf's own encoder made of it.
  const file = readFileSync(packageFile('models', 'digits', 'digits.onnx'));
  const digits = readModel(file);
  expect(Buffer.compare(joined(digits), encodeModelProto(digits))).toBe(0);
});

test('fields that the schema does not know, texts and empty raw data come along', () => {
  const odd = model();
  const [, large] = odd.graph.initializer;
  if (large === undefined) throw new Error('Expected a weight of 100 kB.');
  large.docString = 'for people';
  large.$unknown = [{ no: 1000, wireType: 0, data: Uint8Array.of(7) }];
  odd.graph.$unknown = [{ no: 1001, wireType: 0, data: Uint8Array.of(8) }];
  odd.$unknown = [{ no: 1002, wireType: 0, data: Uint8Array.of(9) }];
  odd.graph.initializer.push(createMessage(TensorProtoSchema, { name: 'empty', dims: [0n], dataType: 1 }));
  expect(Buffer.compare(joined(odd), encodeModelProto(odd))).toBe(0);
});

test('large raw data are not copied', () => {
  const whole = model();
  const parts = encodeInParts(whole);
  expect(parts.some((part) => part === whole.graph.initializer[1]?.rawData)).toBe(true);
});
