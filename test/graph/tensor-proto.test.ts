import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataTypeOf } from '../../src/graph/element-type.ts';
import { type TensorProto, TensorProto_DataLocation, TensorProtoSchema } from '../../src/graph/onnx_pb.ts';
import { createMessage } from '../../src/graph/onnx-message.ts';
import { makeTensor, readTensor } from '../../src/graph/tensor-proto.ts';

function tensor(
  type: string,
  dims: number[],
  fields: Partial<Omit<TensorProto, '$typeName' | '$unknown'>>,
): TensorProto {
  return createMessage(TensorProtoSchema, { name: 't', dataType: dataTypeOf(type), dims: dims.map(BigInt), ...fields });
}

test('raw data at an odd address are read', () => {
  const bytes = new Uint8Array(9);
  new DataView(bytes.buffer).setFloat32(1, 1.5, true);
  new DataView(bytes.buffer).setFloat32(5, -2, true);
  const values = readTensor(tensor('float32', [2], { rawData: bytes.subarray(1) }));
  expect(values).toEqual({ name: 't', type: 'float32', dims: [2], data: new Float32Array([1.5, -2]) });
});

test('raw data in a Node Buffer, whose slice is a view, are read', () => {
  const inFile = Buffer.concat([Buffer.alloc(5), Buffer.from(new BigInt64Array([7n, -7n]).buffer)]);
  const values = readTensor(tensor('int64', [2], { rawData: inFile.subarray(5) }));
  expect(values.data).toEqual(new BigInt64Array([7n, -7n]));
});

test('values do not change when the memory of the model does', () => {
  const bytes = new Uint8Array([1, 2]);
  const { data } = readTensor(tensor('uint8', [2], { rawData: bytes }));
  bytes[0] = 9;
  expect([...data]).toEqual([1, 2]);
});

test('typed lists are read for the types that they hold', () => {
  expect(readTensor(tensor('float32', [2], { floatData: [0.5, 2] })).data).toEqual(new Float32Array([0.5, 2]));
  expect(readTensor(tensor('float64', [1], { doubleData: [0.1] })).data).toEqual(new Float64Array([0.1]));
  expect(readTensor(tensor('int8', [2], { int32Data: [-1, 127] })).data).toEqual(new Int8Array([-1, 127]));
  expect(readTensor(tensor('bool', [2], { int32Data: [0, 1] })).data).toEqual(new Uint8Array([0, 1]));
  expect(readTensor(tensor('int64', [1], { int64Data: [-5n] })).data).toEqual(new BigInt64Array([-5n]));
  expect(readTensor(tensor('uint32', [1], { uint64Data: [4294967295n] })).data).toEqual(new Uint32Array([4294967295]));
  expect(readTensor(tensor('uint64', [1], { uint64Data: [2n ** 63n] })).data).toEqual(new BigUint64Array([2n ** 63n]));
});

test('half-precision numbers in int32_data are taken as their bits', () => {
  // 0x3c00 is 1.0 and 0xc000 is -2.0 in IEEE 754 binary16.
  const values = readTensor(tensor('float16', [2], { int32Data: [0x3c00, 0xc000] }));
  expect(values.data).toEqual(new Uint16Array([0x3c00, 0xc000]));
});

test('4-bit integers are unpacked from the low half of each byte on', () => {
  // 0x8f: low half 0xf is -1, high half 0x8 is -8; the last half byte is padding.
  expect(readTensor(tensor('int4', [3], { rawData: new Uint8Array([0x8f, 0x07]) })).data).toEqual(
    new Int8Array([-1, -8, 7]),
  );
  expect(readTensor(tensor('uint4', [3], { int32Data: [0x8f, 0x07] })).data).toEqual(new Uint8Array([15, 8, 7]));
});

test('a scalar has one value and no dimensions', () => {
  expect(readTensor(tensor('int64', [], { int64Data: [16000n] }))).toMatchObject({
    dims: [],
    data: new BigInt64Array([16000n]),
  });
});

test('data that do not fill the shape are refused', () => {
  expect(() => readTensor(tensor('float32', [3], { floatData: [1, 2] }))).toThrow(
    expect.objectContaining({ code: 'TENSOR_INVALID', message: 'Tensor "t" of shape [3] needs 3 values, but has 2.' }),
  );
  expect(() => readTensor(tensor('float32', [1], { rawData: new Uint8Array(3) }))).toThrow(
    expect.objectContaining({ code: 'TENSOR_INVALID' }),
  );
});

test('strings are refused by name', () => {
  expect(() => readTensor(tensor('string', [1], { stringData: [new Uint8Array([65])] }))).toThrow(
    expect.objectContaining({
      code: 'TENSOR_UNSUPPORTED',
      message: expect.stringContaining('"t" has elements of type string'),
    }),
  );
});

function external(location: string, more: Record<string, string> = {}): TensorProto {
  const entries = Object.entries({ location, ...more }).map(([key, value]) => ({
    $typeName: 'onnx.StringStringEntryProto' as const,
    key,
    value,
  }));
  return tensor('uint8', [2], { dataLocation: TensorProto_DataLocation.EXTERNAL, externalData: entries });
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

test('a tensor that was made is read back', () => {
  const made = makeTensor('weight', 'int64', [2, 1], new BigInt64Array([1n, -1n]));
  expect(readTensor(made)).toEqual({ name: 'weight', type: 'int64', dims: [2, 1], data: new BigInt64Array([1n, -1n]) });
});
