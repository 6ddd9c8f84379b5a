import { expect, test } from 'vitest';
import { type ModelManifest, readManifest, writeManifest } from '../../src/compress/model-manifest.ts';
import { StringStringEntryProtoSchema } from '../../src/graph/onnx_pb.ts';
import { modelBytes, readModel } from '../../src/graph/onnx-file.ts';
import { createMessage } from '../../src/graph/onnx-message.ts';
import { packageVersion } from '../../src/kernel/package-root.ts';
import { oneNode } from '../engine/small-models.ts';

const manifest: ModelManifest = {
  method: 'hygiene, int8 static, min_max',
  sourceSha256: 'a'.repeat(64),
  sourceBytes: 1200,
  calibrationSha256: 'b'.repeat(64),
  calibrationData: '512 digits of the training split',
  content: { sha256: 'c'.repeat(64), bytes: 400 },
  accuracy: { metric: 'top1', value: 0.9912, source: 0.9916, items: 2499 },
  fidelity: { cosine: 0.9999, sqnrDb: null, items: 16 },
};

test('a manifest is read as it was written, with the program and its version', () => {
  const model = oneNode();
  writeManifest(model, manifest);
  expect(readManifest(readModel(modelBytes(model)))).toEqual({
    ...manifest,
    tool: 'inference-dyno',
    version: packageVersion(),
  });
});

test('a second manifest takes the place of the first, and entries of others stay', () => {
  const model = oneNode();
  model.metadataProps.push(createMessage(StringStringEntryProtoSchema, { key: 'author', value: 'nobody' }));
  writeManifest(model, manifest);
  writeManifest(model, { method: 'fusion', sourceSha256: 'd'.repeat(64), calibrationSha256: null });
  expect(readManifest(model)).toMatchObject({ method: 'fusion', calibrationSha256: null, accuracy: null });
  expect(model.metadataProps.filter(({ key }) => key === 'author')).toHaveLength(1);
  expect(new Set(model.metadataProps.map(({ key }) => key)).size).toBe(model.metadataProps.length);
});

test('a model that was not made here has no manifest, and entries that make no sense are not told', () => {
  const model = oneNode();
  expect(readManifest(model)).toBeNull();
  writeManifest(model, manifest);
  for (const entry of model.metadataProps) {
    if (/(accuracy|fidelity)$/.test(entry.key)) entry.value = entry.key.endsWith('accuracy') ? '{' : '[1]';
    if (entry.key.endsWith('content-bytes')) entry.value = 'many';
  }
  expect(readManifest(model)).toMatchObject({ method: manifest.method, accuracy: null, fidelity: null, content: null });
});
