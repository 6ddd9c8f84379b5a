import { InputError } from '../kernel/errors.ts';
import type { ElementType, TensorData } from './backends/backend.ts';

/** An array of one type of elements, of its own or over a buffer. */
type Elements = (new (
  length: number,
) => TensorData) &
  (new (
    buffer: ArrayBuffer,
    byteOffset: number,
    length: number,
  ) => TensorData) & { readonly BYTES_PER_ELEMENT: number };

/** What holds the elements of an ONNX type: 16-bit floats as their bits, booleans as bytes. */
export const elementArrays: Readonly<Record<ElementType, Elements>> = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

/**
 * An array of zeros for `length` elements of an ONNX type; 16-bit floats are held as their bits, booleans as bytes.
 * @throws InputError `TYPE_UNSUPPORTED` for types that cannot be fed, such as strings; `TENSOR_TOO_LARGE` where there is no room.
 */
export function elementArray(type: string, length: number): TensorData {
  const ElementArray = elementArrays[type as ElementType];
  if (ElementArray === undefined) {
    throw new InputError(
      'TYPE_UNSUPPORTED',
      `Expected an input of type ${Object.keys(elementArrays).join(', ')}, got ${type}. Export the model with another input type.`,
    );
  }
  try {
    return new ElementArray(length);
  } catch (cause) {
    // No number of elements that an array can have, or no memory for them.
    throw new InputError(
      'TENSOR_TOO_LARGE',
      `Expected a tensor that can be held in memory, got one of ${length} elements of ${type}. Give smaller shapes or a smaller batch, or export the model with dynamic dimensions.`,
      { cause },
    );
  }
}

/** Number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}
