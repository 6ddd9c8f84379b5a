import { expect, test } from 'vitest';
import { textWidth } from '../../src/report/text-width.ts';

test('narrow, usual, wide and full-width characters have their own widths, in proportion to the size', () => {
  expect(textWidth('il', 10)).toBeCloseTo(8.2, 10);
  expect(textWidth('ab', 10)).toBeCloseTo(13.8, 10);
  expect(textWidth('mW', 10)).toBeCloseTo(19.6, 10);
  expect(textWidth('速度', 10)).toBeCloseTo(20, 10);
  expect(textWidth('ab', 20)).toBeCloseTo(27.6, 10);
  expect(textWidth('', 10)).toBe(0);
});

test('a character outside of the basic plane is one character', () => {
  expect(textWidth('😀', 10)).toBeCloseTo(10, 10);
});
