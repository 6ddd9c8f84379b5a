import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bootstrapInterval } from '../../src/stats/bootstrap.ts';
import { deviation, mean, median } from '../../src/stats/moments.ts';

const statistics = { mean, deviation, median: (values: Float64Array) => median(Float64Array.from(values).sort()) };

interface Golden {
  readonly values: number[];
  readonly statistic: keyof typeof statistics;
  readonly seed: number;
  readonly resamples: number;
  readonly low: number;
  readonly high: number;
}
const golden: readonly Golden[] = JSON.parse(readFileSync('test/golden/statistics.json', 'utf8')).bootstrap;
test.each(golden)('scipy, given the same draws, finds the same interval of the $statistic', (given) => {
  const { seed, resamples } = given;
  const found = bootstrapInterval(given.values, statistics[given.statistic], { seed, resamples });
  expect(found?.low).toBeCloseTo(given.low, 9);
  expect(found?.high).toBeCloseTo(given.high, 9);
});

test('a seed determines the interval, and another gives another', () => {
  const values = [1, 4, 2, 8, 5, 7];
  const first = bootstrapInterval(values, mean, { seed: 1 });
  expect(bootstrapInterval(values, mean, { seed: 1 })).toEqual(first);
  expect(bootstrapInterval(values, mean, { seed: 2 })).not.toEqual(first);
});

test('equal values leave no doubt', () => {
  expect(bootstrapInterval([3, 3, 3], mean, { seed: 1 })).toEqual({ value: 3, low: 3, high: 3 });
});

test('a statistic that drawn sets only miss on one side has no interval', () => {
  // Twelve different values in twelve draws come once in 18,613 sets: all that are drawn here have fewer.
  const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
  expect(bootstrapInterval(values, (set) => new Set(set).size, { seed: 1, resamples: 100 })).toBeNull();
});

test('one value has no interval, and wrong input is refused', () => {
  expect(bootstrapInterval([1], mean, { seed: 1 })).toBeNull();
  expect(() => bootstrapInterval([1, 2], mean, { seed: 1, resamples: 10 })).toThrow(/at least 100 resamples, got 10/);
  expect(() => bootstrapInterval([1, 2], mean, { seed: 0.5 })).toThrow(/seed, got 0.5/);
});
