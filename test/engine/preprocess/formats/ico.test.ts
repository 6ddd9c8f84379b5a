import { expect, test } from 'vitest';
import { ico, pngInIcon } from '../../../../src/engine/preprocess/formats/ico.ts';
import { type Bitmap, bitmap, icoFile, le } from './sample-files.ts';

/** A picture of `height` rows with the mask below it, as an icon holds it. */
function content(image: Bitmap, mask: readonly number[] = []): number[] {
  const { head, data } = bitmap({ ...image, height: image.height * 2 });
  return [...head, ...data, ...mask];
}

const red = content({ width: 1, height: 1, bits: 24, data: [0, 0, 255, 0] }, [0, 0, 0, 0]);
const entry = { width: 1, height: 1, bits: 24, content: red };

test('the mask lets the background show where it is 1', () => {
  const data = [9, 9, 9, 8, 8, 8, 0, 0];
  const image = content({ width: 2, height: 1, bits: 24, data }, [0b0100_0000, 0, 0, 0]);
  const picture = ico.decode(icoFile([{ width: 2, height: 1, bits: 24, content: image }]));
  expect(picture).toMatchObject({ width: 2, height: 1, channels: 3 });
  expect([...picture.pixels]).toEqual([9, 9, 9, 0, 0, 0]);
});

test('of 32 bits the fourth byte is opacity, unless it is 0 everywhere', () => {
  const image = (alpha: number, mask: number) =>
    icoFile([
      {
        ...entry,
        content: content({ width: 1, height: 1, bits: 32, data: [100, 200, 255, alpha] }, [mask, 0, 0, 0]),
      },
    ]);
  expect([...ico.decode(image(128, 0)).pixels]).toEqual([128, 100, 50]);
  expect([...ico.decode(image(0, 0)).pixels]).toEqual([255, 200, 100]);
  expect([...ico.decode(image(0, 0x80)).pixels]).toEqual([0, 0, 0]);
});

test('a palette stands before the picture', () => {
  const palette = [
    [0, 0, 0],
    [3, 2, 1],
  ];
  const image = content({ width: 2, height: 1, bits: 1, data: [0b0100_0000, 0, 0, 0], palette }, [0, 0, 0, 0]);
  expect([...ico.decode(icoFile([{ ...entry, content: image }])).pixels]).toEqual([0, 0, 0, 1, 2, 3]);
});

test('the largest image is taken, and of those of one size that of more bits, and a side of 0 is 256', () => {
  const one = (value: number) => content({ width: 1, height: 1, bits: 24, data: [value, value, value, 0] }, le(4, 0));
  const pick = (...entries: readonly [width: number, bits: number][]): number | undefined =>
    ico.decode(
      icoFile(entries.map(([width, bits], index) => ({ width, height: width, bits, content: one(index + 1) }))),
    ).pixels[0];
  expect(pick([16, 32], [48, 8], [32, 32])).toBe(2);
  expect(pick([48, 4], [48, 32], [48, 8])).toBe(2);
  expect(pick([16, 32], [0, 8], [255, 32])).toBe(2);
});

test('in a cursor, where the hot spot stands does not count', () => {
  const larger = content({ width: 1, height: 1, bits: 32, data: [3, 2, 1, 255] }, le(4, 0, 0));
  const entries = [
    { ...entry, bits: 30 },
    { ...entry, bits: 2, content: larger },
  ];
  expect([...ico.decode(icoFile(entries, 2)).pixels]).toEqual([1, 2, 3]);
});

test('a PNG inside is handed out as it is', () => {
  const png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3];
  const file = icoFile([entry, { width: 256, height: 256, bits: 32, content: png }]);
  expect([...(pngInIcon(file) ?? [])]).toEqual(png);
  expect(pngInIcon(icoFile([entry]))).toBeNull();
});

test.each([
  ['no image', icoFile([]), /holds no image/],
  ['a directory that is cut off', icoFile([entry, entry]).subarray(0, 30), /the directory ends at byte 38/],
  ['an image that is cut off', icoFile([entry]).subarray(0, -1), /the largest image ends at byte/],
  ['a mask that is missing', icoFile([{ ...entry, content: red.slice(0, -4) }]), /the mask/],
  [
    'runs',
    icoFile([
      {
        ...entry,
        content: content({
          width: 1,
          height: 1,
          bits: 8,
          compression: 1,
          data: [1, 0, 0, 1],
          palette: [[0, 0, 0]],
          used: 1,
        }),
      },
    ]),
    /must be plain/,
  ],
  [
    'an odd height',
    icoFile([{ ...entry, content: [...bitmap({ width: 1, height: 3, bits: 24, data: [] }).head] }]),
    /even height, picture and mask, got 3/,
  ],
])('%s: refused', (_, bytes, message) => {
  expect(() => ico.decode(bytes)).toThrow(message);
});
