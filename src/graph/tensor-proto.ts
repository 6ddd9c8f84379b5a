import { InputError } from '../kernel/errors.ts';
import { dataTypeOf, type ElementStorage, elementType } from './element-type.ts';
import { externalBytes, isExternal } from './external-data.ts';
import { type TensorProto, TensorProtoSchema } from './onnx_pb.ts';
import { createMessage } from './onnx-message.ts';
import { packElements, packedLength, unpackElements } from './packed-elements.ts';

export { isExternal };

export type TensorValues =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/**
 * A constant of a model: row-major; floats of 16 bits and fewer as their bits (see `small-floats.ts`), booleans as bytes, integers of less
 * than a byte one to a byte, complex numbers as two numbers each.
 */
export interface ConstantTensor {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: TensorValues;
}

/**
 * The values of a constant, in whichever of its encodings they are stored: raw bytes, one of the typed lists, or an external
 * file beside the model (`folder`). The result never shares memory with the model: raw data have any alignment.
 * Throws `TENSOR_UNSUPPORTED` for strings (see `readStrings`) and unknown types, `TENSOR_INVALID` when the data do not fit the shape,
 * `EXTERNAL_DATA` when its file cannot be read.
 */
export function readTensor(tensor: TensorProto, folder: string | null = null): ConstantTensor {
  const { name: type, storage } = elementType(tensor.dataType);
  if (storage === null) {
    throw new InputError(
      'TENSOR_UNSUPPORTED',
      `Tensor "${tensor.name}" has elements of type ${type}, which are not supported here.`,
    );
  }
  const dims = checkedDims(tensor);
  const count = elementCount(dims) * storage.numbers;
  const raw = isExternal(tensor)
    ? externalBytes(tensor, folder, packedLength(elementCount(dims), storage.bits))
    : tensor.rawData;
  const data = raw.length > 0 ? fromRaw(tensor, raw, storage, count) : fromList(tensor, storage, count);
  if (data.length !== count) throw misfit(tensor, `${count} values`, `has ${data.length}`);
  return { name: tensor.name, type, dims, data };
}

/** A constant with raw data, little-endian as ONNX has it. `type` as ONNX Runtime names it, such as `float32`; data as `ConstantTensor` has them. */
export function makeTensor(name: string, type: string, dims: readonly number[], data: TensorValues): TensorProto {
  const dataType = dataTypeOf(type);
  const { storage } = elementType(dataType);
  const count = elementCount(dims) * (storage?.numbers ?? 1);
  if (data.length !== count) {
    throw new InputError(
      'TENSOR_INVALID',
      `Tensor "${name}" of shape [${dims}] needs ${count} values, but got ${data.length}.`,
    );
  }
  if (storage === null || data.BYTES_PER_ELEMENT !== storage.type.BYTES_PER_ELEMENT) {
    throw new InputError(
      'TENSOR_INVALID',
      `Tensor "${name}" of type ${type} needs ${storage === null ? 'strings (makeStringTensor)' : `a ${storage.type.name}`}, but got a ${data.constructor.name}.`,
    );
  }
  const rawData =
    storage.bits < 8
      ? packElements(data as Uint8Array | Int8Array, storage.bits)
      : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return createMessage(TensorProtoSchema, { name, dataType, dims: dims.map(BigInt), rawData });
}

/** The elements of a constant of strings, row-major. Throws `TENSOR_UNSUPPORTED` for other types, `TENSOR_INVALID` when they do not fill the shape. */
export function readStrings(tensor: TensorProto): string[] {
  const { name: type } = elementType(tensor.dataType);
  if (type !== 'string') {
    throw new InputError('TENSOR_UNSUPPORTED', `Tensor "${tensor.name}" has elements of type ${type}, not strings.`);
  }
  const count = elementCount(checkedDims(tensor));
  if (tensor.stringData.length !== count) throw misfit(tensor, `${count} strings`, `has ${tensor.stringData.length}`);
  return tensor.stringData.map((bytes) => Buffer.from(bytes).toString('utf8'));
}

/** A constant of strings. */
export function makeStringTensor(name: string, dims: readonly number[], strings: readonly string[]): TensorProto {
  if (strings.length !== elementCount(dims)) {
    throw new InputError(
      'TENSOR_INVALID',
      `Tensor "${name}" of shape [${dims}] needs ${elementCount(dims)} strings, but got ${strings.length}.`,
    );
  }
  const encoder = new TextEncoder();
  return createMessage(TensorProtoSchema, {
    name,
    dataType: dataTypeOf('string'),
    dims: dims.map(BigInt),
    stringData: strings.map((text) => encoder.encode(text)),
  });
}

/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dimension) => product * dimension, 1);
}

function checkedDims(tensor: TensorProto): number[] {
  const dims = tensor.dims.map(Number);
  if (dims.some((size) => size < 0) || !Number.isSafeInteger(elementCount(dims))) {
    throw new InputError(
      'TENSOR_INVALID',
      `Tensor "${tensor.name}" has the shape [${tensor.dims}]; expected sizes from 0 on whose product is a number of elements. Export the model again.`,
    );
  }
  return dims;
}

function fromRaw(tensor: TensorProto, raw: Uint8Array, storage: ElementStorage, count: number): TensorValues {
  const { bits, signed, type, numbers } = storage;
  const expected = packedLength(count / numbers, bits);
  if (raw.length !== expected)
    throw misfit(tensor, `${expected} bytes of ${elementType(tensor.dataType).name}`, `has ${raw.length}`);
  if (bits < 8) return unpackElements(raw, bits, signed, count);
  // Copied to an aligned buffer; not by `slice`, which a Node Buffer overrides with a view.
  return new type(new Uint8Array(raw).buffer);
}

/** Values of the typed list that onnx.proto names for the type. */
function fromList(tensor: TensorProto, { bits, signed, type, list }: ElementStorage, count: number): TensorValues {
  if (list === 'int64Data') return new BigInt64Array(tensor.int64Data);
  if (list === 'uint64Data')
    return bits === 64 ? new BigUint64Array(tensor.uint64Data) : Uint32Array.from(tensor.uint64Data, Number);
  // Two 4-bit or four 2-bit elements share an entry, as they share a byte of raw data; a 6-bit element has an entry of its own.
  if (bits === 2 || bits === 4) {
    const expected = packedLength(count, bits);
    if (tensor.int32Data.length !== expected)
      throw misfit(tensor, `${expected} packed entries`, `has ${tensor.int32Data.length}`);
    return unpackElements(Uint8Array.from(tensor.int32Data), bits, signed, count);
  }
  return new (type as Exclude<ElementStorage['type'], BigInt64ArrayConstructor | BigUint64ArrayConstructor>)(
    tensor[list],
  );
}

function misfit(tensor: TensorProto, needs: string, has: string): InputError {
  return new InputError(
    'TENSOR_INVALID',
    `Tensor "${tensor.name}" of shape [${tensor.dims}] needs ${needs}, but ${has}.`,
  );
}
