/**
 * Elements of less than a byte, as ONNX packs them in raw data: one stream of bits, the lowest bits of a byte first, the last byte filled up
 * with zeros. Two 4-bit or four 2-bit elements share a byte; four 6-bit elements share three. (onnx.proto, `TensorProto.raw_data`)
 */

/** Bytes that `count` elements take. */
export function packedLength(count: number, bits: number): number {
  return Math.ceil((count * bits) / 8);
}

/** One element to a byte; signed ones in two's complement. Expects `packedLength` bytes or more. */
export function unpackElements(
  bytes: Uint8Array,
  bits: number,
  signed: boolean,
  count: number,
): Int8Array | Uint8Array {
  const unpacked = signed ? new Int8Array(count) : new Uint8Array(count);
  const mask = 2 ** bits - 1;
  for (let index = 0; index < count; index++) {
    const place = index * bits;
    const first = Math.floor(place / 8);
    const value = (((bytes[first] ?? 0) | ((bytes[first + 1] ?? 0) << 8)) >> (place % 8)) & mask;
    unpacked[index] = signed && value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
  }
  return unpacked;
}

/** The opposite of `unpackElements`. Bits of an element beyond its width are dropped. */
export function packElements(elements: ArrayLike<number>, bits: number): Uint8Array {
  const packed = new Uint8Array(packedLength(elements.length, bits));
  const mask = 2 ** bits - 1;
  for (let index = 0; index < elements.length; index++) {
    const place = index * bits;
    const first = Math.floor(place / 8);
    const value = ((elements[index] ?? 0) & mask) << (place % 8);
    packed[first] = (packed[first] ?? 0) | (value & 0xff);
    if (value > 0xff) packed[first + 1] = (packed[first + 1] ?? 0) | (value >> 8);
  }
  return packed;
}
