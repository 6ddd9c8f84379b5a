import { expect, test } from 'vitest';
import { histogram } from '../../src/stats/histogram.ts';

test('every value is counted once, the largest in the last bin', () => {
  const { edges, counts } = histogram([0, 1, 2, 3, 4, 5, 6, 10]);
  // IQR = sorted[6] − sorted[2] = 4, width 2·4 / ∛8 = 4, so 10 / 4 → 3 bins of 10 / 3: [0, 3.3) 4, [3.3, 6.7) 3, [6.7, 10] 1
  expect(edges).toHaveLength(4);
  expect(edges[1]).toBeCloseTo(10 / 3, 14);
  expect(counts).toEqual([4, 3, 1]);
});

test('an outlier does not ask for more bins than allowed', () => {
  const { counts } = histogram([...Array.from({ length: 100 }, (_, index) => index), 1e9], 20);
  expect(counts).toHaveLength(20);
  expect(counts[0]).toBe(100);
  expect(counts[19]).toBe(1);
});

test('equal values are one bin, no values none', () => {
  expect(histogram([3, 3, 3])).toEqual({ edges: [3, 3], counts: [3] });
  expect(histogram([])).toEqual({ edges: [], counts: [] });
});
