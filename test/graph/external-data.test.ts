import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataTypeOf } from '../../src/graph/element-type.ts';
import { externalLocation } from '../../src/graph/external-data.ts';
import { type TensorProto, TensorProto_DataLocation, TensorProtoSchema } from '../../src/graph/onnx_pb.ts';
import { createMessage } from '../../src/graph/onnx-message.ts';
import { readTensor } from '../../src/graph/tensor-proto.ts';

const refused = expect.objectContaining({ code: 'EXTERNAL_DATA', exitCode: 3 });

/** Two bytes of uint8 in another file. */
function external(location: string, more: Record<string, string> = {}): TensorProto {
  return createMessage(TensorProtoSchema, {
    name: 't',
    dataType: dataTypeOf('uint8'),
    dims: [2n],
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: Object.entries({ location, ...more }).map(([key, value]) => ({ key, value })),
  });
}

test('external data are read at their offset in the file beside the model', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-'));
  writeFileSync(join(folder, 'weights.bin'), new Uint8Array([0, 1, 2, 3, 4]));
  expect(readTensor(external('weights.bin', { offset: '2', length: '2' }), folder).data).toEqual(
    new Uint8Array([2, 3]),
  );
  // Without offset and length: as many bytes as the shape needs, from the start.
  expect(readTensor(external('weights.bin'), folder).data).toEqual(new Uint8Array([0, 1]));
});

test('external data that are missing, cut off or outside of the folder are refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-'));
  writeFileSync(join(folder, 'weights.bin'), new Uint8Array(3));
  const refused = expect.objectContaining({ code: 'EXTERNAL_DATA' });
  expect(() => readTensor(external('other.bin'), folder)).toThrow(refused);
  expect(() => readTensor(external('weights.bin', { offset: '2' }), folder)).toThrow(refused);
  expect(() => readTensor(external('../weights.bin'), folder)).toThrow(refused);
  expect(() => readTensor(external('/etc/passwd'), folder)).toThrow(refused);
});

test.each([
  '',
  '..',
  '../weights.bin',
  'a/../../weights.bin',
  '/etc/passwd',
  'C:\\weights.bin',
  '..\\weights.bin',
  'a\0b',
])('the location "%s" is refused before any file is touched', (location) => {
  expect(() => externalLocation(external(location))).toThrow(refused);
});

test.each(['weights.bin', './weights.bin', 'a/../weights.bin', '..weights', 'a/b/c.bin'])(
  'the location "%s" is inside of the folder',
  (location) => {
    expect(externalLocation(external(location))).toBe(location);
  },
);

test('a link that stays in the folder is followed, one that leaves it is refused', () => {
  const root = mkdtempSync(join(tmpdir(), 'dyno-'));
  const folder = join(root, 'model');
  mkdirSync(folder);
  writeFileSync(join(root, 'secret.bin'), new Uint8Array([7, 7]));
  writeFileSync(join(folder, 'weights.bin'), new Uint8Array([1, 2]));
  symlinkSync('weights.bin', join(folder, 'inside.bin'));
  symlinkSync('../secret.bin', join(folder, 'outside.bin'));
  symlinkSync('..', join(folder, 'up'));
  expect(readTensor(external('inside.bin'), folder).data).toEqual(new Uint8Array([1, 2]));
  expect(() => readTensor(external('outside.bin'), folder)).toThrow(refused);
  expect(() => readTensor(external('up/secret.bin'), folder)).toThrow(/outside of the model's folder/);
});

test('a folder that is itself a link holds its files', () => {
  const root = mkdtempSync(join(tmpdir(), 'dyno-'));
  mkdirSync(join(root, 'model'));
  writeFileSync(join(root, 'model', 'weights.bin'), new Uint8Array([1, 2]));
  symlinkSync('model', join(root, 'latest'));
  expect(readTensor(external('weights.bin'), join(root, 'latest')).data).toEqual(new Uint8Array([1, 2]));
});

test('a folder and a pipe, which would never end, are refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-'));
  mkdirSync(join(folder, 'weights'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  expect(() => readTensor(external('weights'), folder)).toThrow(/no plain file/);
  expect(() => readTensor(external('pipe'), folder)).toThrow(/no plain file/);
});

test.each([
  ['a length that is not that of the shape', { length: '3' }],
  ['an offset behind the end', { offset: '999999999999' }],
  ['a negative offset', { offset: '-1' }],
  ['an offset that is no number', { offset: '0x10' }],
  ['a length beyond what is a number of bytes', { length: '99999999999999999999' }],
])('%s is refused', (_case, more) => {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-'));
  writeFileSync(join(folder, 'weights.bin'), new Uint8Array(64));
  expect(() => readTensor(external('weights.bin', more), folder)).toThrow(refused);
});

test('a huge tensor in a small file is refused without memory for it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-'));
  writeFileSync(join(folder, 'weights.bin'), new Uint8Array(64));
  const huge = external('weights.bin');
  huge.dims = [2n ** 36n];
  const before = process.memoryUsage().arrayBuffers;
  expect(() => readTensor(huge, folder)).toThrow(refused);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
});
