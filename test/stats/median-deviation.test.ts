import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { medianDeviation } from '../../src/stats/median-deviation.ts';
import { normalQuantile } from '../../src/stats/normal.ts';

test('an outlier moves neither the median nor the deviation', () => {
  // Median 3; distances 2, 1, 0, 1, 997: middle 1.
  expect(medianDeviation([1_000, 1, 3, 2, 4])).toMatchObject({ median: 3, mad: 1 });
  expect(medianDeviation([5, 1, 3, 2, 4])).toMatchObject({ median: 3, mad: 1 });
});

test('the scale is one over the third quartile of the normal distribution', () => {
  expect(medianDeviation([0, 1, 2]).scaled).toBeCloseTo(1 / normalQuantile(0.75), 12);
});

interface Golden {
  readonly values: number[];
  readonly mad: number;
  readonly scaled: number;
}
const golden: readonly Golden[] = JSON.parse(readFileSync('test/golden/statistics.json', 'utf8')).deviations;
test.each(golden)('scipy finds the same of $values.length values', ({ values, mad, scaled }) => {
  expect(medianDeviation(values).mad).toBeCloseTo(mad, 12);
  expect(medianDeviation(values).scaled).toBeCloseTo(scaled, 10);
});

test('no values are refused', () => {
  expect(() => medianDeviation([])).toThrow(/at least 1 values, got 0/);
});
