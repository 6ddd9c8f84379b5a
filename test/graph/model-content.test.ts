import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { modelContent } from '../../src/graph/model-content.ts';
import { writeModelWithExternalData } from '../../src/graph/move-external.ts';
import { StringStringEntryProtoSchema } from '../../src/graph/onnx_pb.ts';
import { modelBytes, readModel } from '../../src/graph/onnx-file.ts';
import { createMessage } from '../../src/graph/onnx-message.ts';
import { convolutionBlock, temporaryFolder } from '../engine/small-models.ts';

test('metadata, and whether data lie in the file, as a list of floats or beside it, change nothing of the content', () => {
  const model = convolutionBlock();
  const content = modelContent(model, null);
  model.metadataProps.push(createMessage(StringStringEntryProtoSchema, { key: 'author', value: 'nobody' }));
  expect(modelContent(readModel(modelBytes(model)), null)).toEqual(content);

  const path = join(temporaryFolder(), 'model.onnx');
  writeModelWithExternalData(path, model, { folder: null, smallest: 100 });
  const apart = readModel(path);
  expect(apart.graph.initializer.some(({ externalData }) => externalData.length > 0)).toBe(true);
  expect(modelContent(apart, dirname(path))).toEqual(content);

  const [weight] = model.graph.initializer;
  if (weight === undefined) throw new Error('Expected a weight.');
  weight.floatData = [...new Float32Array(new Uint8Array(weight.rawData).buffer)];
  weight.rawData = new Uint8Array();
  expect(modelContent(model, null)).toEqual(content);
});

test('one bit of a weight, and a name of a node, change the content', () => {
  const content = modelContent(convolutionBlock(), null);
  const bent = convolutionBlock();
  const data = bent.graph.initializer[0]?.rawData ?? new Uint8Array();
  data[0] = (data[0] ?? 0) ^ 1;
  expect(modelContent(bent, null)).toMatchObject({ bytes: content.bytes });
  expect(modelContent(bent, null).sha256).not.toBe(content.sha256);

  const renamed = convolutionBlock();
  const [node] = renamed.graph.node;
  if (node !== undefined) node.name = 'other';
  expect(modelContent(renamed, null).sha256).not.toBe(content.sha256);
});
