/** 32-bit floats as 16-bit ones and back, as their bits. Rounding is to the nearest, halves to the even one (IEEE 754). */

/** `float16`: 10 bits of fraction, up to 65,504. `bfloat16`: 7 bits of fraction, the range of 32-bit floats. */
export type NarrowFloat = 'float16' | 'bfloat16';

/** The largest finite number of each. */
export const largestNarrow = { float16: 65_504, bfloat16: 255 * 2 ** 120 } as const;

/** Numbers beyond the largest one become infinite, as IEEE 754 rounds them. */
export function narrowed(values: Float32Array, type: NarrowFloat): Uint16Array {
  const bits = new Uint32Array(values.slice().buffer);
  return Uint16Array.from(bits, type === 'float16' ? float16Bits : bfloat16Bits);
}

export function widened(values: Uint16Array, type: NarrowFloat): Float32Array {
  return Float32Array.from(values, type === 'float16' ? float16Value : bfloat16Value);
}

/** The bits of a 32-bit float: 1 sign, 8 exponent (bias 127), 23 fraction. Those of a 16-bit one: 1, 5 (bias 15), 10. */
function float16Bits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200);
  const narrow = exponent - 127 + 15;
  if (narrow >= 31) return sign | 0x7c00;
  // A carry out of the fraction goes into the exponent, and from the largest number to infinity, as it should.
  if (narrow > 0) return sign | rounded(narrow * 2 ** 23 + fraction, 13);
  // Below 2⁻¹⁴ the leading 1 is written out and moves right; below 2⁻²⁵ nothing is left.
  return narrow < -10 ? sign : sign | rounded(fraction | 0x800000, 14 - narrow);
}

function bfloat16Bits(bits: number): number {
  const notANumber = (bits & 0x7fffffff) > 0x7f800000;
  return notANumber ? (bits >>> 16) | 0x40 : rounded(bits, 16);
}

/** A whole number without its last bits. */
function rounded(number: number, bits: number): number {
  const unit = 2 ** bits;
  const kept = Math.floor(number / unit);
  const rest = number - kept * unit;
  return rest > unit / 2 || (rest === unit / 2 && kept % 2 === 1) ? kept + 1 : kept;
}

function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const oneFloat = new Float32Array(1);
const itsBits = new Uint32Array(oneFloat.buffer);

function bfloat16Value(bits: number): number {
  itsBits[0] = bits << 16;
  return oneFloat[0] ?? Number.NaN;
}
