import { expect, test } from 'vitest';
import { looksLikeTga, tga } from '../../../../src/engine/preprocess/formats/tga.ts';
import { le, type Targa, tgaFile, withTgaFooter } from './sample-files.ts';

const decode = (image: Targa): number[] => [...tga.decode(tgaFile(image)).pixels];
const gray = { type: 3, width: 2, height: 2, bits: 8, data: [1, 2, 3, 4] };

test.each([
  [0x00, [3, 4, 1, 2]],
  [0x10, [4, 3, 2, 1]],
  [0x20, [1, 2, 3, 4]],
  [0x30, [2, 1, 4, 3]],
])('descriptor 0x%s says which corner the first pixel is in', (descriptor, expected) => {
  const picture = tga.decode(tgaFile({ ...gray, descriptor }));
  expect(picture).toMatchObject({ width: 2, height: 2, channels: 1 });
  expect([...picture.pixels]).toEqual(expected);
});

test('colours are stored blue first', () => {
  expect(decode({ type: 2, width: 1, height: 1, bits: 24, data: [3, 2, 1] })).toEqual([1, 2, 3]);
  // 0 11111 10000 00001: 255, 131.6, 8.2; the highest bit has no meaning
  for (const highest of [0, 0x8000]) {
    expect(
      decode({ type: 2, width: 1, height: 1, bits: 16, descriptor: 1, data: le(2, highest | 0b11111_10000_00001) }),
    ).toEqual([255, 132, 8]);
  }
});

test('opacity counts where the header has eight bits of it', () => {
  const image = { type: 2, width: 1, height: 1, bits: 32, data: [100, 200, 255, 128] };
  expect(decode(image)).toEqual([255, 200, 100]);
  expect(decode({ ...image, descriptor: 8 })).toEqual([128, 100, 50]);
  expect(decode({ type: 3, width: 1, height: 1, bits: 16, descriptor: 8, data: [200, 128] })).toEqual([100]);
});

test.each([
  [0, 'ignored'],
  [2, 'ignored'],
  [3, 'multiplied'],
  [4, 'ignored'], // the colours are multiplied already
] as const)('with attributes of type %i in the extension area, opacity is %s', (attributesType, use) => {
  const file = tgaFile({ type: 2, width: 1, height: 1, bits: 32, descriptor: 8, data: [100, 200, 255, 128] });
  const expected = use === 'ignored' ? [255, 200, 100] : [128, 100, 50];
  expect([...tga.decode(withTgaFooter(file, attributesType)).pixels]).toEqual(expected);
});

test('indices count from the first entry of the colour map', () => {
  const map = { first: 5, length: 2, bits: 24, data: [3, 2, 1, 6, 5, 4] };
  const image = { type: 1, width: 2, height: 1, bits: 8, data: [6, 5], map, identification: 'a name' };
  expect(decode(image)).toEqual([4, 5, 6, 1, 2, 3]);
  expect(decode({ ...image, map: { first: 5, length: 2, bits: 15, data: le(2, 0x7c00, 0x001f) } })).toEqual([
    0, 0, 255, 255, 0, 0,
  ]);
  expect(() => decode({ ...image, data: [6, 7] })).toThrow('a pixel is of colour 7, and the map has 5 to 6');
  expect(() => decode({ ...image, data: [6, 4] })).toThrow('a pixel is of colour 4');
});

test('packets are runs of one pixel or single pixels, and may go on in the next row', () => {
  expect(decode({ ...gray, type: 11, width: 3, descriptor: 0x20, data: [0x83, 9, 0x01, 1, 2] })).toEqual([
    9, 9, 9, 9, 1, 2,
  ]);
  expect(decode({ type: 10, width: 3, height: 1, bits: 24, data: [0x81, 3, 2, 1, 0x00, 6, 5, 4] })).toEqual([
    1, 2, 3, 1, 2, 3, 4, 5, 6,
  ]);
  const map = { first: 0, length: 2, bits: 24, data: [0, 0, 0, 255, 255, 255] };
  expect(decode({ type: 9, width: 3, height: 1, bits: 8, data: [0x81, 1, 0x00, 0], map })).toEqual([
    255, 255, 255, 255, 255, 255, 0, 0, 0,
  ]);
});

test.each<[string, Targa, RegExp]>([
  ['pixels that are cut off', { ...gray, data: [1, 2, 3] }, /the last pixel ends at byte 22, the file at byte 21/],
  ['a packet that is cut off', { ...gray, type: 11, data: [0x03, 1, 2] }, /the packet at byte 18 ends at byte 23/],
  ['packets that end early', { ...gray, type: 11, data: [0x81, 1] }, /cut off at byte 20/],
  ['a packet that leaves the image', { ...gray, type: 11, data: [0x84, 1] }, /leaves the image/],
  [
    'a file far too short for its size',
    { ...gray, type: 11, width: 30_000, height: 3_000, data: [0xff, 1] },
    /shortest code/,
  ],
  ['a size of 0', { ...gray, width: 0 }, /size is 0 × 2/],
  ['rows that are interleaved', { ...gray, descriptor: 0x40 }, /interleaved/],
  ['grey of 24 bits', { ...gray, bits: 24 }, /8 or 16 bits in an image of type 3, got 24/],
  ['a type that is not known', { ...gray, type: 32 }, /type 32/],
  ['indices without a map', { ...gray, type: 1 }, /no colour map/],
  [
    'a map that is cut off',
    { ...gray, type: 1, data: [], map: { first: 0, length: 9, bits: 24, data: [1, 2] } },
    /colour map ends at byte 45/,
  ],
])('%s: refused', (_, image, message) => {
  expect(() => decode(image)).toThrow(message);
});

test('a file is recognised by fields that agree, or by its footer', () => {
  expect(looksLikeTga(tgaFile(gray))).toBe(true);
  expect(looksLikeTga(tgaFile({ ...gray, bits: 24 }))).toBe(false);
  expect(looksLikeTga(tgaFile({ ...gray, type: 1 }))).toBe(false);
  const withMap = tgaFile(gray);
  withMap[5] = 1;
  expect(looksLikeTga(withMap)).toBe(false);
  expect(looksLikeTga(withTgaFooter(withMap, 0))).toBe(true);
  expect(looksLikeTga(new Uint8Array(100))).toBe(false);
  expect(looksLikeTga(Buffer.from('{"status": 404, "error": "Not found"}'))).toBe(false);
});
