import { expect, test } from 'vitest';
import { deviation, mean } from '../../../src/stats/moments.ts';
import { generator } from '../../../src/stats/random.ts';
import {
  checkDistribution,
  type Distribution,
  drawMany,
  lognormalOf,
  triangularQuantile,
} from '../../../src/tco/model/distribution.ts';
import { shareAtMost } from '../../../src/tco/model/simulated-costs.ts';

const draws = (distribution: Distribution) => drawMany(distribution, generator(1), 200_000);

test('the triangle from 0 over 3 to 4: a quarter of it lies below √3, all but a quarter below 3', () => {
  // Below the mode P(x) = x² / 12, above it 1 − (4 − x)² / 4.
  expect(triangularQuantile(0, 3, 4, 0.25)).toBeCloseTo(Math.sqrt(3), 14);
  expect(triangularQuantile(0, 3, 4, 0.75)).toBeCloseTo(3, 14);
  expect(triangularQuantile(0, 3, 4, 0.9375)).toBeCloseTo(3.5, 14);
});

test('a triangle that leans on one of its ends, and one without width', () => {
  expect(triangularQuantile(0, 0, 4, 0.75)).toBeCloseTo(2, 14); // 1 − (4 − x)² / 16
  expect(triangularQuantile(0, 4, 4, 0.25)).toBeCloseTo(2, 14); // x² / 16
  expect(triangularQuantile(5, 5, 5, 0.3)).toBe(5);
});

test('draws have the mean and deviation of their distribution', () => {
  const triangle = draws({ kind: 'triangular', low: 0, mode: 3, high: 4 });
  expect(mean(triangle)).toBeCloseTo(7 / 3, 2);
  expect(deviation(triangle)).toBeCloseTo(Math.sqrt((0 + 9 + 16 - 0 - 0 - 12) / 18), 2);
  const flat = draws({ kind: 'uniform', low: 2, high: 6 });
  expect(mean(flat)).toBeCloseTo(4, 1);
  expect(deviation(flat)).toBeCloseTo(4 / Math.sqrt(12), 2);
  const logs = draws({ kind: 'lognormal', median: 100, logDeviation: 0.3 }).map(Math.log);
  expect(mean(logs)).toBeCloseTo(Math.log(100), 2);
  expect(deviation(logs)).toBeCloseTo(0.3, 2);
});

test('nine of ten draws lie in the interval that a lognormal distribution was made of', () => {
  const columns = draws(lognormalOf(800, 1_400));
  expect(shareAtMost(columns, 800)).toBeCloseTo(0.05, 2);
  expect(shareAtMost(columns, 1_400)).toBeCloseTo(0.95, 2);
});

test('figures out of order are refused by name', () => {
  const refused: [Distribution, RegExp][] = [
    [{ kind: 'triangular', low: 2, mode: 1, high: 3 }, /of price in rising order, got 2, 1, 3/],
    [{ kind: 'uniform', low: 2, high: Number.NaN }, /of price in rising order, got 2, NaN/],
    [{ kind: 'lognormal', median: 0, logDeviation: 1 }, /a median of price above 0, got 0/],
    [{ kind: 'lognormal', median: 1, logDeviation: -1 }, /a log deviation of price from 0 to 10, got -1/],
  ];
  for (const [distribution, message] of refused) {
    expect(() => checkDistribution('price', distribution)).toThrow(message);
  }
  expect(() => lognormalOf(3, 2)).toThrow(/an interval in rising order, got 3, 2/);
});
