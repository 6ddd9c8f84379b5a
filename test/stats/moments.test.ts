import { expect, test } from 'vitest';
import { deviation, mean, median } from '../../src/stats/moments.ts';

test('mean, deviation and median of 2, 4, 4, 6', () => {
  expect(mean([2, 4, 4, 6])).toBe(4);
  expect(deviation([2, 4, 4, 6])).toBeCloseTo(Math.sqrt(8 / 3), 15); // (4 + 0 + 0 + 4) / (4 − 1)
  expect(median([2, 4, 4, 6])).toBe(4);
  expect(median([1, 2, 5, 9])).toBe(3.5);
  expect(median([1, 2, 9])).toBe(2);
});

test('what too few values cannot tell is NaN', () => {
  expect(mean([])).toBeNaN();
  expect(deviation([1])).toBeNaN();
  expect(median([])).toBeNaN();
});
