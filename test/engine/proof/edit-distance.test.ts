import { expect, test } from 'vitest';
import { editDistance } from '../../../src/engine/proof/edit-distance.ts';

test.each([
  ['equal texts', 'reading', 'reading', 0],
  ['kitten and sitting: two replaced, one inserted', 'kitten', 'sitting', 3],
  ['nothing was read', '', 'abc', 3],
  ['what is not there was read', 'abc', '', 3],
  ['an insertion in front shifts nothing', 'xabcdef', 'abcdef', 1],
  ['two swapped letters are two errors', 'ab', 'ba', 2],
  ['a character outside of the basic plane is one', '𝄞a', 'a', 1],
])('%s', (_name, from, to, distance) => {
  expect(editDistance(from, to)).toBe(distance);
  expect(editDistance(to, from)).toBe(distance);
});
