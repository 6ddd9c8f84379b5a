import { expect, test } from 'vitest';
import { ecdfPoints } from '../../src/stats/ecdf.ts';

const range = (count: number) => Float64Array.from({ length: count }, (_, index) => index);

test('few values are all kept, and equal ones share a point', () => {
  expect(ecdfPoints([1, 2, 2, 5], 10)).toEqual([
    { value: 1, share: 0.25 },
    { value: 2, share: 0.75 },
    { value: 5, share: 1 },
  ]);
});

test('a million values are thinned to the given number, with both ends and the tail', () => {
  const points = ecdfPoints(range(1_000_000), 400);
  expect(points.length).toBeLessThanOrEqual(400);
  expect(points.length).toBeGreaterThan(300);
  expect(points[0]).toEqual({ value: 0, share: 1e-6 });
  expect(points.at(-1)).toEqual({ value: 999_999, share: 1 });
  // Of the 100 largest values ten at least are there: an even thinning would keep one.
  expect(points.filter(({ value }) => value >= 999_900).length).toBeGreaterThan(10);
});

test('every point is one of the distribution, and both coordinates rise', () => {
  const sorted = Float64Array.from({ length: 5_000 }, (_, index) => Math.floor(index / 3)).sort();
  const points = ecdfPoints(sorted, 100);
  for (const [index, { value, share }] of points.entries()) {
    const atMost = sorted.filter((one) => one <= value).length;
    expect(share).toBeLessThanOrEqual(atMost / sorted.length);
    expect(share).toBeGreaterThan((atMost - 3) / sorted.length);
    if (index > 0) expect(value).toBeGreaterThan(points[index - 1]?.value ?? Number.NaN);
  }
});

test('no values have no points', () => {
  expect(ecdfPoints([], 10)).toEqual([]);
  expect(() => ecdfPoints([1], 1)).toThrow(RangeError);
});
