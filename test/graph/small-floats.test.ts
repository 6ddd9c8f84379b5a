import { expect, test } from 'vitest';
import { decodeFloats, encodeFloats, isSmallFloat } from '../../src/graph/small-floats.ts';

const { NaN: notANumber, POSITIVE_INFINITY: infinity } = Number;

test.each([
  // Largest, smallest normal and smallest subnormal number, and what is special, from the tables of the ONNX documentation.
  ['float16', [0x7bff, 0x0400, 0x0001, 0xfc00, 0x7e00], [65504, 2 ** -14, 2 ** -24, -infinity, notANumber]],
  ['bfloat16', [0x3f80, 0xc000, 0x7f80, 0x7fc0], [1, -2, infinity, notANumber]],
  ['float8e4m3fn', [0x7e, 0x08, 0x01, 0x7f, 0xff], [448, 2 ** -6, 2 ** -9, notANumber, notANumber]],
  ['float8e4m3fnuz', [0x7f, 0x08, 0x01, 0x80], [240, 2 ** -7, 2 ** -10, notANumber]],
  ['float8e5m2', [0x7b, 0x04, 0x01, 0xfc, 0x7d], [57344, 2 ** -14, 2 ** -16, -infinity, notANumber]],
  ['float8e5m2fnuz', [0x7f, 0x04, 0x01, 0x80], [57344, 2 ** -15, 2 ** -17, notANumber]],
  ['float8e8m0', [0, 127, 254, 255], [2 ** -127, 1, 2 ** 127, notANumber]],
  ['float6e2m3', [0x1f, 0x08, 0x01, 0x3f], [7.5, 1, 0.125, -7.5]],
  ['float6e3m2', [0x1f, 0x04, 0x01, 0x3f], [28, 0.25, 0.0625, -28]],
])('the bits of %s are decoded', (type, bits, numbers) => {
  expect(isSmallFloat(type)).toBe(true);
  expect([...decodeFloats(type, bits)]).toEqual(numbers);
});

test('all 16 patterns of float4e2m1 are decoded', () => {
  const positive = [0, 0.5, 1, 1.5, 2, 3, 4, 6];
  const negative = positive.map((value) => -value);
  expect([...decodeFloats('float4e2m1', [...Array(16).keys()])]).toEqual([...positive, ...negative]);
});

test('float32 is no small float', () => {
  expect(isSmallFloat('float32')).toBe(false);
  expect(() => decodeFloats('float32', [0])).toThrow(RangeError);
});

test.each([['float16', 0x7c00] as const, ['bfloat16', 0x7f80] as const])(
  'every finite %s survives a round trip, numbers between two go to the nearer one, and halfway to the even one',
  (type, infiniteBits) => {
    const patterns = Uint16Array.from({ length: infiniteBits }, (_, bits) => bits);
    const numbers = decodeFloats(type, patterns);
    expect(encodeFloats(type, numbers)).toEqual(patterns);
    expect(
      encodeFloats(
        type,
        numbers.map((value) => -value),
      ),
    ).toEqual(patterns.map((bits) => bits | 0x8000));

    // The middle of two neighbours and the float32 on either side of it are exact.
    const lower = patterns.subarray(0, -1);
    const middle = Float32Array.from(lower, (bits) => ((numbers[bits] ?? 0) + (numbers[bits + 1] ?? 0)) / 2);
    expect(encodeFloats(type, middle)).toEqual(lower.map((bits) => bits + (bits % 2)));
    const words = new Uint32Array(middle.buffer);
    const above = new Float32Array(words.map((word) => word + 1).buffer);
    const below = new Float32Array(words.map((word) => word - 1).buffer);
    expect(encodeFloats(type, above)).toEqual(lower.map((bits) => bits + 1));
    expect(encodeFloats(type, below)).toEqual(lower);
  },
);

test('what is too large becomes infinite, what is too small zero, and NaN stays NaN', () => {
  const numbers = Float32Array.of(65519.996, 65520, 3e38, -infinity, 2 ** -25, 1e-45, notANumber);
  expect([...encodeFloats('float16', numbers)]).toEqual([0x7bff, 0x7c00, 0x7c00, 0xfc00, 0, 0, 0x7e00]);
  // The largest float32 is nearer to 2^128 than to the largest bfloat16.
  expect([...encodeFloats('bfloat16', Float32Array.of(3.4028235e38, notANumber))]).toEqual([0x7f80, 0x7fc0]);
});
