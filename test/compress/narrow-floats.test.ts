import { expect, test } from 'vitest';
import { narrowed, widened } from '../../src/compress/narrow-floats.ts';

const bitsOf = (value: number, type: 'float16' | 'bfloat16') => narrowed(Float32Array.of(value), type)[0];

test.each([
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [65_504, 0x7bff], // the largest
  [65_519, 0x7bff],
  [65_520, 0x7c00], // halfway to 65,536: infinite
  [2 ** -14, 0x0400], // the smallest normal
  [2 ** -24, 0x0001], // the smallest
  [2 ** -25, 0x0000], // half of it: to the even 0
  [1.5 * 2 ** -25, 0x0001],
  [3 * 2 ** -25, 0x0002], // 1.5 of the smallest: to the even 2
  [1 + 2 ** -11, 0x3c00], // halfway between 1 and its neighbour: to the even 1
  [1 + 3 * 2 ** -11, 0x3c02],
  [2 ** -14 - 2 ** -26, 0x0400], // rounds up out of the subnormal numbers
  [Number.NEGATIVE_INFINITY, 0xfc00],
])('%d has the bits %i as float16', (value, bits) => {
  expect(bitsOf(value, 'float16')).toBe(bits);
});

test.each([
  [1, 0x3f80],
  [-1, 0xbf80],
  [1 + 2 ** -8, 0x3f80], // halfway: to the even one
  [1 + 3 * 2 ** -8, 0x3f82],
  [3.3895313892515355e38, 0x7f7f], // the largest
  [Number.POSITIVE_INFINITY, 0x7f80],
])('%d has the bits %i as bfloat16', (value, bits) => {
  expect(bitsOf(value, 'bfloat16')).toBe(bits);
});

test.each(['float16', 'bfloat16'] as const)('every %s comes back as it was, and NaN as NaN', (type) => {
  const all = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);
  const values = widened(all, type);
  const again = narrowed(values, type);
  const changed = [...all].filter((bits) => !Number.isNaN(values[bits]) && again[bits] !== bits);
  expect(changed).toEqual([]);
  const back = widened(again, type);
  const lost = [...all].filter((bits) => Number.isNaN(values[bits]) !== Number.isNaN(back[bits]));
  expect(lost).toEqual([]);
});
