import { expect, test } from 'vitest';
import { CompensatedSum } from '../../src/stats/compensated-sum.ts';

function sum(values: Iterable<number>): number {
  const total = new CompensatedSum();
  for (const value of values) total.add(value);
  return total.value;
}

test('what an addition loses is carried along', () => {
  expect(sum([1, 1e100, 1, -1e100])).toBe(2);
  expect([1, 1e100, 1, -1e100].reduce((a, b) => a + b)).toBe(0);
  expect(sum(new Array(10).fill(0.1))).toBe(1);
  expect(new Array(10).fill(0.1).reduce((a, b) => a + b)).not.toBe(1);
});

test('the order does not matter', () => {
  const values = Array.from({ length: 10_000 }, (_, index) => 1 / (index + 1));
  expect(sum(values)).toBe(sum([...values].reverse()));
});

test('sums that are not finite are told as they are', () => {
  expect(sum([])).toBe(0);
  expect(sum([1, Number.POSITIVE_INFINITY])).toBe(Number.POSITIVE_INFINITY);
  expect(sum([1, Number.NaN])).toBeNaN();
});
