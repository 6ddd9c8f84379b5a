import { expect, test } from 'vitest';
import { dataTypeOf } from '../../src/graph/element-type.ts';
import { type TensorProto, TensorProtoSchema } from '../../src/graph/onnx_pb.ts';
import { createMessage } from '../../src/graph/onnx-message.ts';
import { makeStringTensor, makeTensor, readStrings, readTensor } from '../../src/graph/tensor-proto.ts';

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

test('strings are not taken for numbers, nor numbers for strings', () => {
  expect(() => readTensor(tensor('string', [1], { stringData: [new Uint8Array([65])] }))).toThrow(
    expect.objectContaining({
      code: 'TENSOR_UNSUPPORTED',
      message: expect.stringContaining('"t" has elements of type string'),
    }),
  );
  expect(() => readStrings(tensor('int8', [1], { int32Data: [65] }))).toThrow(
    expect.objectContaining({ code: 'TENSOR_UNSUPPORTED' }),
  );
});

test('strings that were made are read back, those that do not fill the shape are refused', () => {
  const made = makeStringTensor('words', [1, 2], ['', 'größer']);
  expect(readStrings(made)).toEqual(['', 'größer']);
  made.dims = [3n];
  expect(() => readStrings(made)).toThrow(
    expect.objectContaining({ code: 'TENSOR_INVALID', message: expect.stringContaining('needs 3 strings, but has 2') }),
  );
  expect(() => makeStringTensor('words', [2], ['one'])).toThrow(expect.objectContaining({ code: 'TENSOR_INVALID' }));
});

test('complex numbers are read as their real and imaginary parts in turn', () => {
  const parts = Float32Array.of(1, 2, 3, 4); // 1 + 2i, 3 + 4i
  expect(readTensor(tensor('complex64', [2], { floatData: [...parts] })).data).toEqual(parts);
  expect(readTensor(tensor('complex64', [2], { rawData: new Uint8Array(parts.buffer) })).data).toEqual(parts);
  expect(readTensor(makeTensor('t', 'complex128', [1], Float64Array.of(0.5, -1))).data).toEqual(
    Float64Array.of(0.5, -1),
  );
});

test.each([
  ['uint2', [0, 1, 2, 3, 3], [0b11100100, 0b11]],
  ['int2', [0, 1, -2, -1, -1], [0b11100100, 0b11]],
  ['uint4', [15, 8, 7], [0x8f, 0x07]],
  ['int4', [-1, -8, 7], [0x8f, 0x07]],
  ['float4e2m1', [1, 2, 3], [0x21, 0x03]],
  // byte0 = x0 | (x1 & 3) << 6, byte1 = x1 >> 2 | (x2 & 15) << 4, byte2 = x2 >> 4 | x3 << 2 (onnx.proto)
  ['float6e2m3', [0b000001, 0b111110, 0b010101, 0b101010, 0b000011], [0b10000001, 0b01011111, 0b10101001, 0b00000011]],
])('elements of %s are packed as onnx.proto says, and unpacked', (type, elements, bytes) => {
  const values = type.startsWith('int') ? Int8Array.from(elements) : Uint8Array.from(elements);
  const made = makeTensor('t', type, [elements.length], values);
  expect([...made.rawData]).toEqual(bytes);
  expect(readTensor(made).data).toEqual(values);
});

test('6-bit floats of the typed list have an entry each', () => {
  expect(readTensor(tensor('float6e3m2', [3], { int32Data: [1, 63, 2] })).data).toEqual(new Uint8Array([1, 63, 2]));
});

test('packed elements with bytes left over are refused', () => {
  const refused = expect.objectContaining({ code: 'TENSOR_INVALID' });
  expect(() => readTensor(tensor('int4', [3], { rawData: new Uint8Array(3) }))).toThrow(refused);
  expect(() => readTensor(tensor('int4', [3], { int32Data: [0, 0, 0] }))).toThrow(refused);
});

test('a shape whose product is no number of elements is refused and nothing is allocated', () => {
  const before = process.memoryUsage().arrayBuffers;
  const huge = tensor('uint4', [2 ** 30, 2 ** 30], { rawData: new Uint8Array(1) });
  const invalid = expect.objectContaining({ code: 'TENSOR_INVALID' });
  expect(() => readTensor(huge)).toThrow(invalid);
  expect(() => readTensor(tensor('uint4', [2 ** 40], { rawData: new Uint8Array(1) }))).toThrow(invalid);
  expect(() => readTensor(tensor('uint8', [-1, -1], { rawData: new Uint8Array(1) }))).toThrow(invalid);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
});

test('data of another kind than the type has are not made into a constant', () => {
  expect(() => makeTensor('t', 'float16', [1], Float32Array.of(1))).toThrow(
    expect.objectContaining({ message: 'Tensor "t" of type float16 needs a Uint16Array, but got a Float32Array.' }),
  );
});

test('a tensor that was made is read back', () => {
  const made = makeTensor('weight', 'int64', [2, 1], new BigInt64Array([1n, -1n]));
  expect(readTensor(made)).toEqual({ name: 'weight', type: 'int64', dims: [2, 1], data: new BigInt64Array([1n, -1n]) });
});
