/**
 * Floats of 16 bits and fewer, which constants hold as their bits, as numbers and back. Layouts from IEEE 754 (float16), bfloat16 as the upper
 * half of a float32, and "Float stored in 8 bits" and "Float4" of the ONNX documentation; microscaling types as in the OCP specification MX 1.0.
 */
interface SmallFloat {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  /**
   * What does not stand for a finite number: `ieee`: a full exponent is an infinity (mantissa 0) or no number; `all ones`: the largest pattern of
   * either sign is no number; `negative zero`: that pattern alone is no number; `none`: every pattern is finite.
   */
  readonly special: 'ieee' | 'all ones' | 'negative zero' | 'none';
}

const smallFloats: Readonly<Record<string, SmallFloat>> = {
  float16: { exponentBits: 5, mantissaBits: 10, bias: 15, special: 'ieee' },
  bfloat16: { exponentBits: 8, mantissaBits: 7, bias: 127, special: 'ieee' },
  float8e4m3fn: { exponentBits: 4, mantissaBits: 3, bias: 7, special: 'all ones' },
  float8e4m3fnuz: { exponentBits: 4, mantissaBits: 3, bias: 8, special: 'negative zero' },
  float8e5m2: { exponentBits: 5, mantissaBits: 2, bias: 15, special: 'ieee' },
  float8e5m2fnuz: { exponentBits: 5, mantissaBits: 2, bias: 16, special: 'negative zero' },
  float6e2m3: { exponentBits: 2, mantissaBits: 3, bias: 1, special: 'none' },
  float6e3m2: { exponentBits: 3, mantissaBits: 2, bias: 3, special: 'none' },
  float4e2m1: { exponentBits: 2, mantissaBits: 1, bias: 1, special: 'none' },
};

const tables = new Map<string, Float32Array>();

/** Whether constants of a type hold bits that `decodeFloats` turns into numbers. */
export function isSmallFloat(type: string): boolean {
  return type in smallFloats || type === 'float8e8m0';
}

/**
 * The numbers that the bits of a constant stand for; every one is a float32 exactly.
 * @param type A type for which `isSmallFloat` holds; `RangeError` for others.
 */
export function decodeFloats(type: string, bits: ArrayLike<number>): Float32Array {
  const table = tables.get(type) ?? decodingTable(type);
  tables.set(type, table);
  const numbers = new Float32Array(bits.length);
  for (let index = 0; index < bits.length; index++) numbers[index] = table[bits[index] ?? 0] ?? Number.NaN;
  return numbers;
}

/**
 * The bits of float32 numbers as float16 or bfloat16, rounded to the nearest, ties to even. What is too large becomes infinite,
 * what is too small a subnormal or zero; NaN stays NaN.
 */
export function encodeFloats(type: 'float16' | 'bfloat16', numbers: Float32Array): Uint16Array {
  const words = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  const encode = type === 'float16' ? float16FromWord : bfloat16FromWord;
  const bits = new Uint16Array(words.length);
  for (let index = 0; index < words.length; index++) bits[index] = encode(words[index] ?? 0);
  return bits;
}

const scratch = new Float32Array(1);
const scratchWord = new Uint32Array(scratch.buffer);

/** From the bits of a float32. The largest float16 is 65,504, the smallest normal one 2^-14, the step below that 2^-24. */
function float16FromWord(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x47800000) return sign | 0x7c00; // 2^16 and more
  if (magnitude < 0x38800000) {
    // Below 2^-14: in the sum with one half, the last bit of a float32 is worth 2^-24, so that storing it rounds as wanted.
    scratchWord[0] = magnitude;
    scratch[0] = (scratch[0] ?? 0) + 0.5;
    return sign | ((scratchWord[0] ?? 0) - 0x3f000000);
  }
  // Exponents are 112 apart. Just under half a step is added, and the rest of it where the last bit kept is odd.
  const odd = (magnitude >>> 13) & 1;
  return sign | ((magnitude - (112 << 23) + 0xfff + odd) >>> 13);
}

function bfloat16FromWord(word: number): number {
  if ((word & 0x7fffffff) > 0x7f800000) return (word >>> 16) | 0x0040;
  return ((word + 0x7fff + ((word >>> 16) & 1)) >>> 16) & 0xffff;
}

function decodingTable(type: string): Float32Array {
  // A power of two without sign or mantissa.
  if (type === 'float8e8m0')
    return Float32Array.from({ length: 256 }, (_, bits) => (bits === 255 ? Number.NaN : 2 ** (bits - 127)));
  const format = smallFloats[type];
  if (format === undefined) throw new RangeError(`"${type}" is no float of 16 bits or fewer.`);
  const length = 2 ** (1 + format.exponentBits + format.mantissaBits);
  return Float32Array.from({ length }, (_, bits) => decode(bits, format));
}

function decode(bits: number, { exponentBits, mantissaBits, bias, special }: SmallFloat): number {
  const fullExponent = 2 ** exponentBits - 1;
  const mantissas = 2 ** mantissaBits;
  const isNegative = bits >= mantissas * 2 ** exponentBits;
  const exponent = Math.floor(bits / mantissas) % (fullExponent + 1);
  const mantissa = bits % mantissas;
  const sign = isNegative ? -1 : 1;
  if (special === 'ieee' && exponent === fullExponent)
    return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (special === 'all ones' && exponent === fullExponent && mantissa === mantissas - 1) return Number.NaN;
  if (special === 'negative zero' && isNegative && exponent === 0 && mantissa === 0) return Number.NaN;
  const fraction = mantissa / mantissas;
  return sign * (exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias));
}
