import { InputError } from '../kernel/errors.ts';
import { TensorProto_DataType as DataType } from './onnx_pb.ts';

type ArrayConstructor =
  | Float32ArrayConstructor
  | Float64ArrayConstructor
  | Int8ArrayConstructor
  | Uint8ArrayConstructor
  | Int16ArrayConstructor
  | Uint16ArrayConstructor
  | Int32ArrayConstructor
  | Uint32ArrayConstructor
  | BigInt64ArrayConstructor
  | BigUint64ArrayConstructor;

/** How elements of a type are held: `list` is the field of `TensorProto` that has them when they are not raw bytes. */
export interface ElementStorage {
  /** Of one element, in raw data. */
  readonly bits: number;
  /** Numbers of `type` in an element: 2 for complex numbers (the real part first), else 1. */
  readonly numbers: 1 | 2;
  readonly signed: boolean;
  readonly type: ArrayConstructor;
  readonly list: 'floatData' | 'doubleData' | 'int32Data' | 'int64Data' | 'uint64Data';
}

export interface ElementTypeDescription {
  /** As ONNX Runtime names it in JavaScript, such as `float32`. */
  readonly name: string;
  /** null: strings, which `readStrings` reads, and unknown types. */
  readonly storage: ElementStorage | null;
}

const bits8 = { bits: 8, numbers: 1, signed: false, type: Uint8Array, list: 'int32Data' } as const;
const bits16 = { bits: 16, numbers: 1, signed: false, type: Uint16Array, list: 'int32Data' } as const;

/** Table of onnx.proto's `TensorProto`, where the comment at each list says which types it holds. */
const descriptions = new Map<number, ElementTypeDescription>([
  [
    DataType.FLOAT,
    { name: 'float32', storage: { bits: 32, numbers: 1, signed: true, type: Float32Array, list: 'floatData' } },
  ],
  [
    DataType.DOUBLE,
    { name: 'float64', storage: { bits: 64, numbers: 1, signed: true, type: Float64Array, list: 'doubleData' } },
  ],
  [DataType.FLOAT16, { name: 'float16', storage: bits16 }],
  [DataType.BFLOAT16, { name: 'bfloat16', storage: bits16 }],
  [DataType.INT8, { name: 'int8', storage: { bits: 8, numbers: 1, signed: true, type: Int8Array, list: 'int32Data' } }],
  [DataType.UINT8, { name: 'uint8', storage: bits8 }],
  [
    DataType.INT16,
    { name: 'int16', storage: { bits: 16, numbers: 1, signed: true, type: Int16Array, list: 'int32Data' } },
  ],
  [DataType.UINT16, { name: 'uint16', storage: bits16 }],
  [
    DataType.INT32,
    { name: 'int32', storage: { bits: 32, numbers: 1, signed: true, type: Int32Array, list: 'int32Data' } },
  ],
  [
    DataType.UINT32,
    { name: 'uint32', storage: { bits: 32, numbers: 1, signed: false, type: Uint32Array, list: 'uint64Data' } },
  ],
  [
    DataType.INT64,
    { name: 'int64', storage: { bits: 64, numbers: 1, signed: true, type: BigInt64Array, list: 'int64Data' } },
  ],
  [
    DataType.UINT64,
    { name: 'uint64', storage: { bits: 64, numbers: 1, signed: false, type: BigUint64Array, list: 'uint64Data' } },
  ],
  [DataType.BOOL, { name: 'bool', storage: bits8 }],
  [DataType.INT4, { name: 'int4', storage: { bits: 4, numbers: 1, signed: true, type: Int8Array, list: 'int32Data' } }],
  [DataType.UINT4, { name: 'uint4', storage: { ...bits8, bits: 4 } }],
  [DataType.INT2, { name: 'int2', storage: { bits: 2, numbers: 1, signed: true, type: Int8Array, list: 'int32Data' } }],
  [DataType.UINT2, { name: 'uint2', storage: { ...bits8, bits: 2 } }],
  [DataType.FLOAT4E2M1, { name: 'float4e2m1', storage: { ...bits8, bits: 4 } }],
  [DataType.FLOAT6E2M3, { name: 'float6e2m3', storage: { ...bits8, bits: 6 } }],
  [DataType.FLOAT6E3M2, { name: 'float6e3m2', storage: { ...bits8, bits: 6 } }],
  [DataType.FLOAT8E4M3FN, { name: 'float8e4m3fn', storage: bits8 }],
  [DataType.FLOAT8E4M3FNUZ, { name: 'float8e4m3fnuz', storage: bits8 }],
  [DataType.FLOAT8E5M2, { name: 'float8e5m2', storage: bits8 }],
  [DataType.FLOAT8E5M2FNUZ, { name: 'float8e5m2fnuz', storage: bits8 }],
  [DataType.FLOAT8E8M0, { name: 'float8e8m0', storage: bits8 }],
  [DataType.STRING, { name: 'string', storage: null }],
  [
    DataType.COMPLEX64,
    { name: 'complex64', storage: { bits: 64, numbers: 2, signed: true, type: Float32Array, list: 'floatData' } },
  ],
  [
    DataType.COMPLEX128,
    { name: 'complex128', storage: { bits: 128, numbers: 2, signed: true, type: Float64Array, list: 'doubleData' } },
  ],
]);

/** What a number of `TensorProto.DataType` stands for. Unknown ones are named by their number and have no storage. */
export function elementType(dataType: number): ElementTypeDescription {
  return descriptions.get(dataType) ?? { name: `type ${dataType}`, storage: null };
}

/** The number of `TensorProto.DataType` for a name such as `float32`. */
export function dataTypeOf(name: string): number {
  for (const [dataType, description] of descriptions) if (description.name === name) return dataType;
  throw new InputError('TENSOR_UNSUPPORTED', `"${name}" is no element type of ONNX.`);
}

/** Bits of an element of a type by its name, such as 32 for `float32`; null for strings and unknown names. */
export function bitsOf(name: string): number | null {
  for (const description of descriptions.values())
    if (description.name === name) return description.storage?.bits ?? null;
  return null;
}
