import { expect, test } from 'vitest';
import { driftRule, movement } from '../../src/stats/drift-rule.ts';

test('of 1, 2, 3, 4 the movement is worked out by hand', () => {
  // Mean 2.5, deviation √(5/3), slope 1. All six pairs rise: z = 5 / √(4 · 3 · 13 / 18) = 1.698, p = 0.0894.
  expect(movement([1, 2, 3, 4])).toEqual({
    mean: 2.5,
    variation: expect.closeTo(Math.sqrt(5 / 3) / 2.5, 12),
    drift: expect.closeTo(3 / 2.5, 12),
    trendP: expect.closeTo(0.0894, 3),
  });
});

test('values of 0 do not move', () => {
  expect(movement([0, 0, 0, 0])).toEqual({ mean: 0, variation: 0, drift: 0, trendP: 1 });
  expect(driftRule([0, 0, 0, 0]).verdict).toBe('plateau');
});

test('fewer than four values are refused', () => {
  expect(() => driftRule([1, 2, 3])).toThrow(/at least 4 values, got 3/);
});

test('values below 0 are refused: shares of a mean near 0 say nothing', () => {
  expect(() => driftRule([1, -1, 2, 3])).toThrow('Expected values of at least 0, got -1 at 1.');
});
