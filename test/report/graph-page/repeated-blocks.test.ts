import { expect, test } from 'vitest';
import { repeatedBlocks } from '../../../src/report/graph-page/repeated-blocks.ts';

/** A letter a node; the same number of values everywhere. */
const blocks = (letters: string, values = [...letters].map(() => 1)) => repeatedBlocks([...letters], values);

test('a stretch that stands three times in a row is found, with what is around it left out', () => {
  expect(blocks('XABCDEABCDEABCDEYZ')).toEqual([{ start: 1, length: 5, copies: 3 }]);
});

test('short habits such as a convolution and its activation are no blocks', () => {
  expect(blocks('CRCRCRCRCR')).toEqual([]);
  expect(blocks('CCCCCCCCCCCC')).toEqual([]);
});

test('nothing repeats where nothing does', () => {
  expect(blocks('ABCDEFGH')).toEqual([]);
  expect(blocks('')).toEqual([]);
});

test('many short copies win over two long ones that are alike by chance', () => {
  // Two stages of X and four ABCD each: 2 × 17 letters, or 4 × 4 and 4 × 4.
  expect(blocks('XABCDABCDABCDABCDXABCDABCDABCDABCD')).toEqual([
    { start: 1, length: 4, copies: 4 },
    { start: 18, length: 4, copies: 4 },
  ]);
});

test('a block begins where the fewest values lead across, and of such places at the last', () => {
  // DABCDABCDABC: three copies, beginning at D, as well as at A where one node more is before. Only one value leads to A, two to D.
  const letters = 'DABCDABCDABCD';
  const values = [...letters].map((letter) => (letter === 'A' ? 1 : 2));
  expect(blocks(letters, values)).toEqual([{ start: 1, length: 4, copies: 3 }]);
});
