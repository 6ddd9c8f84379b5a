import { closeSync, openSync, readSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import { errorText, InputError } from '../kernel/errors.ts';
import { dataTypeOf, type ElementStorage, elementType } from './element-type.ts';
import { type TensorProto, TensorProto_DataLocation, TensorProtoSchema } from './onnx_pb.ts';
import { createMessage } from './onnx-message.ts';

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

/** A constant of a model: row-major; 16-bit floats as their bits, booleans as bytes, 2- and 4-bit integers one to a byte. */
export interface ConstantTensor {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: TensorValues;
}

/**
 * The values of a constant, in whichever of its encodings they are stored: raw bytes, one of the typed lists, or an external
 * file beside the model (`folder`). The result never shares memory with the model: raw data have any alignment.
 * Throws `TENSOR_UNSUPPORTED` for strings and complex numbers, `TENSOR_INVALID` when the data do not fit the shape,
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
  const dims = tensor.dims.map(Number);
  const count = elementCount(dims);
  const data = storage.bits < 8 ? unpack(packedBytes(tensor, folder), storage, count) : values(tensor, storage, folder);
  if (data.length !== count) {
    throw new InputError(
      'TENSOR_INVALID',
      `Tensor "${tensor.name}" of shape [${dims}] needs ${count} values, but has ${data.length}.`,
    );
  }
  return { name: tensor.name, type, dims, data };
}

/** A constant with raw data, little-endian as ONNX has it. `type` as ONNX Runtime names it, such as `float32`. */
export function makeTensor(name: string, type: string, dims: readonly number[], data: TensorValues): TensorProto {
  if (data.length !== elementCount(dims)) {
    throw new InputError(
      'TENSOR_INVALID',
      `Tensor "${name}" of shape [${dims}] needs ${elementCount(dims)} values, but got ${data.length}.`,
    );
  }
  return createMessage(TensorProtoSchema, {
    name,
    dataType: dataTypeOf(type),
    dims: dims.map(BigInt),
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  });
}

/** Number of elements of a shape; 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, dimension) => product * dimension, 1);
}

/** Whether the values are in another file. */
export function isExternal(tensor: TensorProto): boolean {
  return tensor.dataLocation === TensorProto_DataLocation.EXTERNAL;
}

/** The relative path of the file that holds an external tensor's values. Throws `EXTERNAL_DATA` for one outside the model's folder. */
export function externalLocation(tensor: TensorProto): string {
  const location = tensor.externalData.find(({ key }) => key === 'location')?.value ?? '';
  if (location === '' || isAbsolute(location) || normalize(location).startsWith('..')) {
    throw new InputError(
      'EXTERNAL_DATA',
      `Tensor "${tensor.name}" names "${location}" as the file of its data; expected a path inside the model's folder.`,
    );
  }
  return location;
}

function values(tensor: TensorProto, storage: ElementStorage, folder: string | null): TensorValues {
  const raw = isExternal(tensor) ? externalBytes(tensor, folder) : tensor.rawData;
  if (raw.length > 0) {
    if (raw.length % storage.type.BYTES_PER_ELEMENT !== 0) {
      throw new InputError(
        'TENSOR_INVALID',
        `Tensor "${tensor.name}" has ${raw.length} bytes, no whole number of elements.`,
      );
    }
    // Copied to an aligned buffer; not by `slice`, which a Node Buffer overrides with a view.
    return new storage.type(new Uint8Array(raw).buffer);
  }
  if (storage.list === 'int64Data') return new BigInt64Array(tensor.int64Data);
  if (storage.list === 'uint64Data')
    return storage.bits === 64 ? new BigUint64Array(tensor.uint64Data) : Uint32Array.from(tensor.uint64Data, Number);
  return new (storage.type as Exclude<ElementStorage['type'], BigInt64ArrayConstructor | BigUint64ArrayConstructor>)(
    tensor[storage.list],
  );
}

function packedBytes(tensor: TensorProto, folder: string | null): Uint8Array {
  if (isExternal(tensor)) return externalBytes(tensor, folder);
  return tensor.rawData.length > 0 ? tensor.rawData : Uint8Array.from(tensor.int32Data);
}

/** The first element is in the lowest bits of a byte. */
function unpack(bytes: Uint8Array, { bits, signed }: ElementStorage, count: number): Int8Array | Uint8Array {
  const perByte = 8 / bits;
  const length = Math.min(count, bytes.length * perByte);
  const unpacked = signed ? new Int8Array(length) : new Uint8Array(length);
  for (let index = 0; index < length; index++) {
    const value = ((bytes[Math.floor(index / perByte)] ?? 0) >> ((index % perByte) * bits)) & (2 ** bits - 1);
    unpacked[index] = signed && value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
  }
  return unpacked;
}

function externalBytes(tensor: TensorProto, folder: string | null): Uint8Array {
  const location = externalLocation(tensor);
  if (folder === null) {
    throw new InputError(
      'EXTERNAL_DATA',
      `Tensor "${tensor.name}" is stored in "${location}", but the model was not read from a folder.`,
    );
  }
  const path = join(folder, location);
  const entry = (key: string) => tensor.externalData.find((entry) => entry.key === key)?.value;
  const offset = Number(entry('offset') ?? 0);
  try {
    const file = openSync(path, 'r');
    try {
      const { bits } = elementType(tensor.dataType).storage ?? { bits: 8 };
      const length = Number(entry('length') ?? Math.ceil((elementCount(tensor.dims.map(Number)) * bits) / 8));
      const bytes = new Uint8Array(length);
      const read = readSync(file, bytes, 0, length, offset);
      if (read < length) throw new Error(`${length} bytes were expected from byte ${offset} on, ${read} came`);
      return bytes;
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new InputError(
      'EXTERNAL_DATA',
      `Tensor "${tensor.name}": its data cannot be read from ${path} (${errorText(cause)}). Put the file beside the model.`,
      { cause },
    );
  }
}
