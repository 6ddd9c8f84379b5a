import { expect, test } from 'vitest';
import { bmp } from '../../../../src/engine/preprocess/formats/bmp.ts';
import { type Bitmap, bmpFile, le } from './sample-files.ts';

const decode = (image: Bitmap): number[] => [...bmp.decode(bmpFile(image)).pixels];
const colors = [
  [0, 0, 0],
  [30, 20, 10],
  [0, 0, 255],
  [255, 255, 255],
];

test('rows of 24 bits come from the bottom, blue first, each up to a multiple of four bytes', () => {
  const data = [3, 2, 1, 6, 5, 4, 0, 0, /* the upper row */ 9, 8, 7, 12, 11, 10, 0, 0];
  const picture = bmp.decode(bmpFile({ width: 2, height: 2, bits: 24, data }));
  expect(picture).toMatchObject({ width: 2, height: 2, channels: 3 });
  expect([...picture.pixels]).toEqual([7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6]);
  expect(decode({ width: 2, height: -2, bits: 24, data })).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  // The padding of the last row belongs to no pixel.
  expect(decode({ width: 2, height: 2, bits: 24, data: data.slice(0, -2) })).toHaveLength(12);
});

test.each([
  // 1 0 0 0 0 0 0 0 | 0 1: colour 1 at columns 0 and 9
  [1, [0b1000_0000, 0b0100_0000, 0, 0], 10, [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
  [4, [0x12, 0x30, 0, 0], 3, [1, 2, 3]],
  [8, [3, 2, 1, 0], 3, [3, 2, 1]],
])('%i bits a pixel are indices, the first in the highest bits', (bits, data, width, indices) => {
  const expected = indices.flatMap((index) => (colors[index] ?? []).toReversed());
  const palette = bits === 1 ? colors.slice(0, 2) : colors;
  expect(decode({ width, height: 1, bits, data, palette, used: palette.length })).toEqual(expected);
  // The core header of OS/2: sides of 16 bits, colours of three bytes.
  expect(decode({ width, height: 1, bits, data, palette, headerLength: 12 })).toEqual(expected);
});

test.each([40, 52, 56, 64, 108, 124])('a header of %i bytes is read', (headerLength) => {
  expect(decode({ width: 1, height: 1, bits: 24, data: [3, 2, 1, 0], headerLength })).toEqual([1, 2, 3]);
});

test('16 bits are 5 a channel, or what the masks say, and become shares of 255', () => {
  // 0 11111 10000 00001: 31 of 31, 16 of 31 = 131.6, 1 of 31 = 8.2
  expect(decode({ width: 1, height: 1, bits: 16, data: [...le(2, 0b0_11111_10000_00001), 0, 0] })).toEqual([
    255, 132, 8,
  ]);
  // 10000 111111 00010: 16 of 31, 63 of 63, 2 of 31 = 16.5
  const masks = [0xf800, 0x07e0, 0x001f];
  const data = [...le(2, 0b10000_111111_00010), 0, 0];
  expect(decode({ width: 1, height: 1, bits: 16, compression: 3, masks, data })).toEqual([132, 255, 16]);
});

test('32 bits are blue, green, red and a byte without meaning, or what the masks say', () => {
  expect(decode({ width: 1, height: 1, bits: 32, data: [3, 2, 1, 99] })).toEqual([1, 2, 3]);
  // ten bits a channel: 1023 of 1023, 512 of 1023 = 127.6, 1 of 1023 = 0.2
  const ten = { width: 1, height: 1, bits: 32, compression: 3, masks: [0x3ff00000, 0xffc00, 0x3ff] };
  expect(decode({ ...ten, data: le(4, 0x3ff00000 | (512 << 10) | 1) })).toEqual([255, 128, 0]);
  // the upper 16 bits of a channel of 24 count, and a channel without bits is 0
  const wide = { width: 1, height: 1, bits: 32, compression: 3, masks: [0xffffff00, 0, 0xff] };
  expect(decode({ ...wide, data: le(4, 0xff0000_07) })).toEqual([255, 0, 7]);
});

test('opacity in the masks lays colours over black, truncated', () => {
  const alpha = { width: 1, height: 1, bits: 32, masks: [0xff0000, 0xff00, 0xff, 0xff000000] };
  const data = [100, 200, 255, 128]; // blue 100 · 128 / 255 = 50.2, green 100.4, red 128
  expect(decode({ ...alpha, compression: 3, headerLength: 124, data })).toEqual([128, 100, 50]);
  expect(decode({ ...alpha, compression: 6, data })).toEqual([128, 100, 50]);
  expect(decode({ ...alpha, compression: 3, headerLength: 52, data })).toEqual([255, 200, 100]); // that header has none
});

test('runs of 8 bits: a run, single pixels up to an even byte, the ends of row and bitmap', () => {
  const data = [3, 1, 0, 0, /* the row above */ 0, 3, 3, 2, 1, 0, 0, 1];
  const rle8 = { width: 3, height: 2, bits: 8, compression: 1, palette: colors, used: 4 };
  const [one, two, three] = [
    [10, 20, 30],
    [255, 0, 0],
    [255, 255, 255],
  ];
  expect(decode({ ...rle8, data })).toEqual([three, two, one, one, one, one].flat());
  // go right 2 and up 1, then one pixel; what was passed over has colour 0, which is black
  const black = new Array<number>(9).fill(0);
  expect(decode({ ...rle8, data: [0, 2, 2, 1, 1, 3, 0, 1] })).toEqual([...black.slice(0, 6), 255, 255, 255, ...black]);
});

test('runs of 4 bits: two colours take turns', () => {
  const rle4 = { width: 5, height: 1, bits: 4, compression: 2, palette: colors, used: 4 };
  const red = (data: readonly number[]): number[] => decode({ ...rle4, data }).filter((_, index) => index % 3 === 0);
  expect(red([5, 0x13, 0, 1])).toEqual([10, 255, 10, 255, 10]);
  expect(red([0, 5, 0x12, 0x30, 0x10, 0, 0, 1])).toEqual([10, 255, 255, 0, 10]);
});

test.each<[string, Partial<Bitmap>, RegExp]>([
  ['rows that are cut off', { data: [1, 2, 3, 0, 1, 2] }, /cut off: the last row ends at byte 61, the file at byte 60/],
  ['a width of 0', { width: 0 }, /size is 0 × 2/],
  ['a negative width', { width: -1 }, /size is -1 × 2/],
  ['a height of 0', { height: 0 }, /size is 1 × 0/],
  ['a number of bits that there is not', { bits: 7 }, /expected 1, 4, 8, 16, 24, 32 bits a pixel, got 7/],
  ['a JPEG inside', { compression: 4 }, /a JPEG, which is not read/],
  ['an unknown encoding', { compression: 77 }, /encoding 77/],
  ['the encoding of OS/2', { compression: 3, headerLength: 64 }, /Huffman codes/],
  ['runs from the top', { compression: 1, bits: 8, height: -2 }, /begin at the top/],
  ['masks with gaps', { compression: 3, bits: 16, masks: [5, 8, 16] }, /0x5 cannot be/],
  ['masks that overlap', { compression: 3, bits: 16, masks: [3, 2, 16] }, /0x2 cannot be/],
  ['masks beyond the pixel', { compression: 3, bits: 16, masks: [0x10000, 2, 16] }, /0x10000 cannot be/],
  ['masks without colour', { compression: 3, bits: 16, masks: [0, 0, 0] }, /no bits/],
  ['more colours than the bits can name', { bits: 1, used: 3, palette: colors }, /3 colours are more than the 2/],
  ['no palette', { bits: 8 }, /where the palette should be/],
  [
    'a colour beyond the palette',
    { bits: 8, palette: colors, data: [4, 0, 0, 0, 0, 0, 0, 0] },
    /colour 4, and the palette has 4/,
  ],
  ['a header of another length', { headerLength: 41 }, /got 41/],
])('%s is refused', (_, change, message) => {
  const image = { width: 1, height: 2, bits: 24, data: [1, 2, 3, 0, 1, 2, 3, 0], ...change };
  expect(() => bmp.decode(bmpFile(image))).toThrow(message);
});

test.each<[string, number[], RegExp]>([
  ['end in a code', [3], /first code|cut off/],
  ['end before the last row', [3, 1, 0, 0], /cut off at byte \d+, in row 1 of 2/],
  ['end in single pixels', [0, 3, 1], /a row of single pixels/],
  ['leave the row', [4, 1, 0, 1], /leaves the image at row 0, column 0/],
  ['leave the row as single pixels', [1, 1, 0, 3, 1, 1, 1, 0], /leaves the image at row 0, column 1/],
  ['jump out of the image', [0, 2, 0, 2, 0, 1], /leaves the image at row 2/],
  ['go on above the last row', [0, 0, 0, 0, 1, 1, 0, 1], /leaves the image at row 2/],
])('codes that %s are refused', (_, data, message) => {
  const image = { width: 3, height: 2, bits: 8, compression: 1, palette: colors, used: 4, data };
  expect(() => bmp.decode(bmpFile(image))).toThrow(message);
});

test('every file that is cut off is refused', () => {
  const whole = bmpFile({ width: 3, height: 2, bits: 24, data: new Array<number>(24).fill(9) });
  // The last three bytes are padding.
  for (let length = 0; length < whole.length - 3; length++) {
    expect(() => bmp.decode(whole.subarray(0, length))).toThrow(/cut off/);
  }
});
