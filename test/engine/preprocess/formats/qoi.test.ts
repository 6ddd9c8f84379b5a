import { expect, test } from 'vitest';
import { qoi } from '../../../../src/engine/preprocess/formats/qoi.ts';
import { generator, integer } from '../../../../src/stats/random.ts';
import { qoiChunks, qoiFile } from './sample-files.ts';

const decode = (width: number, chunks: readonly number[]): number[] => [
  ...qoi.decode(qoiFile(width, 1, chunks, 4)).pixels,
];

test('the first pixel counts from opaque black', () => {
  expect(decode(1, [0b01_11_01_10])).toEqual([1, 255, 0]); // +1, −1 (wraps), 0
});

test('red, green and blue stand as they are; a run repeats them', () => {
  expect(decode(4, [0xfe, 10, 20, 30, 0xc2])).toEqual([10, 20, 30, 10, 20, 30, 10, 20, 30, 10, 20, 30]);
});

test('a step of brightness moves green by up to 31, and the others by up to 7 more', () => {
  // green +5 (37 − 32), red +5 + 7 (15 − 8), blue +5 − 8 (0 − 8)
  expect(decode(2, [0xfe, 100, 100, 100, 0x80 | 37, 0xf0])).toEqual([100, 100, 100, 112, 105, 97]);
});

test('a colour seen before is called by its place', () => {
  // (10 · 3 + 20 · 5 + 30 · 7 + 255 · 11) % 64 = 3145 % 64 = 9
  expect(decode(3, [0xfe, 10, 20, 30, 0xfe, 1, 2, 3, 9])).toEqual([10, 20, 30, 1, 2, 3, 10, 20, 30]);
  // what was never seen is transparent black
  expect(decode(1, [5])).toEqual([0, 0, 0]);
});

test('opacity lays colours over black, truncated, and steps count from the colour before that', () => {
  // 100 · 128 / 255 = 50.2; then red 100 + 1: 101 · 128 / 255 = 50.7
  expect(decode(2, [0xff, 100, 200, 0, 128, 0b01_11_10_10])).toEqual([50, 100, 0, 50, 100, 0]);
});

test('what a writer by the specification made decodes to its pixels', () => {
  const random = generator(7);
  let color: [number, number, number, number] = [0, 0, 0, 255];
  const pixels = Array.from({ length: 3000 }, () => {
    // Mixes of all codes: repeats, small and larger steps, jumps, colours that come again.
    const kind = integer(random, 6);
    const step = (reach: number): number => integer(random, 2 * reach + 1) - reach;
    if (kind === 1)
      color = color.map((value, channel) => (channel === 3 ? value : (value + step(1)) & 255)) as typeof color;
    if (kind === 2)
      color = color.map((value, channel) => (channel === 3 ? value : (value + step(9)) & 255)) as typeof color;
    if (kind === 3) color = [integer(random, 256), integer(random, 256), integer(random, 256), color[3]];
    if (kind === 4) color = [integer(random, 3) * 90, 0, 255, integer(random, 2) * 155 + 100];
    return color;
  });
  const expected = pixels.flatMap(([r, g, b, a]) => [r, g, b].map((value) => Math.floor((value * a) / 255)));
  const picture = qoi.decode(qoiFile(60, 50, qoiChunks(pixels), 4));
  expect([...picture.pixels]).toEqual(expected);
});

test.each([
  ['no end marker', qoiFile(1, 1, [0xc0], 3, [0, 0, 0, 0, 0, 0, 0, 2]), /no end marker/],
  ['an end marker that is cut off', qoiFile(1, 1, [0xc0], 3, [0, 0, 0]), /cut off/],
  ['pixels that are cut off', qoiFile(9, 1, [0xfe, 1, 2, 3], 3, [0, 0, 0, 0, 0, 0]), /cut off/],
  ['a run that leaves the image', qoiFile(2, 1, [0xc2]), /leaves the image/],
  ['a size of 0', qoiFile(0, 1, [0xc0]), /size is 0 × 1/],
  ['two channels', qoiFile(1, 1, [0xc0], 2), /3 or 4 channels, got 2/],
  ['a file far too short for its size', qoiFile(10_000, 10_000, [0xfd]), /shortest code/],
])('%s is refused', (_, bytes, message) => {
  expect(() => qoi.decode(bytes)).toThrow(message);
});
