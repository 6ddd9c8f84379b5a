import { expect, test } from 'vitest';
import { pnm } from '../../../../src/engine/preprocess/formats/pnm.ts';

const file = (header: string, ...samples: readonly number[]): Uint8Array =>
  Uint8Array.from([...Buffer.from(header, 'latin1'), ...samples]);
const decode = (header: string, ...samples: readonly number[]) => {
  const { pixels, ...rest } = pnm.decode(file(header, ...samples));
  return { pixels: [...pixels], ...rest };
};

test('plain bitmaps have 1 for black, with or without blanks between', () => {
  const expected = { pixels: [0, 255, 0, 255, 0, 0], width: 3, height: 2, channels: 1 };
  expect(decode('P1\n3 2\n1 0 1\n0 1 1\n')).toEqual(expected);
  expect(decode('P1 3 2 101011')).toEqual(expected);
});

test('plain grey maps and pixmaps are shares of their largest value', () => {
  // 5 · 255 / 10 = 127.5, 3 · 255 / 10 = 76.5
  expect(decode('P2\n3 1\n10\n0 5 10').pixels).toEqual([0, 128, 255]);
  expect(decode('P3 1 1 15 15 0 1')).toEqual({ pixels: [255, 0, 17], width: 1, height: 1, channels: 3 });
});

test('comments are passed over wherever a number may stand', () => {
  expect(decode('P2 # two of them\n#\n2 # wide\r1 255\n7 # seven\n 8').pixels).toEqual([7, 8]);
  expect(decode('P5#a\n1#b\n1\n#c\n255\n', 0x23).pixels).toEqual([0x23]); // a sample, not a comment
});

test('raw bitmaps hold eight pixels a byte, each row from a byte of its own', () => {
  const { pixels } = decode('P4\n9 2\n', 0b1000_0001, 0b1000_0000, 0, 0b0111_1111);
  expect(pixels).toEqual([0, 255, 255, 255, 255, 255, 255, 0, 0, ...new Array(9).fill(255)]);
});

test('raw samples are bytes up to a largest value of 255, and two bytes above, the higher first', () => {
  expect(decode('P5 2 1 255\n', 1, 254).pixels).toEqual([1, 254]);
  expect(decode('P6 1 1 3\n', 0, 1, 3).pixels).toEqual([0, 85, 255]);
  // 500 · 255 / 1000 = 127.5
  expect(decode('P5 2 1 1000\n', 1, 0xf4, 3, 0xe8).pixels).toEqual([128, 255]);
});

test('16-bit samples keep their upper byte, as the image library has it', () => {
  expect(decode('P5 3 1 65535\n', 0, 255, 1, 128, 255, 255).pixels).toEqual([0, 1, 255]);
});

test('of several images the first is taken', () => {
  expect(decode('P5 1 1 255\n', 9, ...Buffer.from('P5 1 1 255\n8')).pixels).toEqual([9]);
});

test.each([
  ['a header that is cut off', 'P5 3', /cut off at byte 4, before the height/],
  ['no number', 'P5 three 3 255\n', /expected the width at byte 3/],
  ['a size of 0', 'P5 0 3 255\n', /size is 0 × 3/],
  ['a largest value of 0', 'P5 1 1 0\n', /from 1 to 65535, got 0/],
  ['a largest value beyond 16 bits', 'P5 1 1 65536\n', /from 1 to 65535, got 65536/],
  ['a number without end', `P5 ${'9'.repeat(400)} 1 255\n`, /too many digits/],
  ['no blank after the header', 'P5 1 1 255', /expected a blank/],
  ['raw samples that are cut off', 'P6 1 1 255\nab', /the last sample ends at byte 14, the file at byte 13/],
  ['raw bits that are cut off', 'P4 9 1\na', /the last row/],
  ['plain samples that are cut off', 'P2 3 1 255 7 88   ', /before sample 2 of 3/],
  ['plain pixels that are cut off', 'P1 3 1 10 ', /ends after 2 of 3 pixels/],
  ['a file far too short for its size', 'P2 30000 3000 255 1 2', /shortest text/],
  ['a pixel of neither colour', 'P1 2 1 12', /expected 0 or 1/],
  ['a plain sample above the largest value', 'P2 1 1 9 10', /is 10, above the largest value 9/],
  ['a raw sample above the largest value', 'P5 1 1 9\n\x0a', /is 10, above the largest value 9/],
])('%s is refused', (_, text, message) => {
  expect(() => pnm.decode(file(text))).toThrow(message);
});
