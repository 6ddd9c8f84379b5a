import { expect, test } from 'vitest';
import { hoursPerYear } from '../../../src/tco/model/demand.ts';
import { hoursFollowing, powerSum } from '../../../src/tco/model/load-duration.ts';

const shares = (peak: number, needed: number, kept: number, ratio: number) =>
  hoursFollowing(peak, needed, kept, ratio) / hoursPerYear;

test('a constant load keeps all machines all the time', () => {
  expect(shares(4, 4, 0, 1)).toBe(4);
  expect(shares(3.2, 4, 0, 1)).toBe(4);
  expect(shares(4, 4, 3, 1)).toBe(1);
  expect(shares(4, 4, 5, 1)).toBe(0);
});

test('a load that falls in a straight line from 4 machines to none needs 1 + 3/4 + 1/2 + 1/4 of a year', () => {
  expect(shares(4, 4, 0, 2)).toBe(2.5);
  expect(shares(4, 4, 2, 2)).toBe(0.75); // the third and the fourth
});

test('with many machines the hours come near the mean load, from above', () => {
  // The mean of 10,000 machines at a peak of 3 times the mean is 3,333; a machine is started early and stopped late, half of one each.
  const machines = shares(10_000, 10_000, 0, 3);
  expect(machines).toBeGreaterThan(10_000 / 3);
  expect(machines).toBeLessThan(10_000 / 3 + 1);
});

test('just after a step the new machine has no hours yet', () => {
  expect(shares(4, 5, 4, 3)).toBe(0);
});

test.each([
  [0, 5, 0.5],
  [0, 1_000, 0.1],
  [3, 40, 1.7],
  [31, 33, 0.5],
  [100, 5_000, 0.25],
  [0, 400, 2],
  [10, 300, 7.5],
  [7, 6, 0.5],
])('powers from %d to %d with exponent %d are summed as one by one', (first, last, exponent) => {
  let sum = 0;
  for (let m = first; m <= last; m++) sum += m ** exponent;
  expect(powerSum(first, last, exponent) / (sum || 1)).toBeCloseTo(sum === 0 ? 0 : 1, 12);
});

test('hours of the machines of a large fleet are those of each of them', () => {
  const [peak, peakToAverage] = [777.3, 3.3];
  let share = 0;
  for (let machine = 101; machine <= 778; machine++) share += 1 - ((machine - 1) / peak) ** (1 / (peakToAverage - 1));
  expect(hoursFollowing(peak, 778, 100, peakToAverage) / (share * 8_766)).toBeCloseTo(1, 12);
});

test.each([
  [0, 50_000, 7.5],
  [40, 90_000, 1_000],
  [0, 60, 5_000],
])('steep powers from %d to %d with exponent %d are summed by their share of the last', (first, last, exponent) => {
  let sum = 0;
  for (let m = first; m <= last; m++) sum += (m / last) ** exponent;
  expect(powerSum(first, last, exponent, last) / sum).toBeCloseTo(1, 12);
});

test('a load that is all but constant keeps almost all machines all the time, also where powers leave the range of numbers', () => {
  expect(shares(50, 50, 0, 1.001)).toBeCloseTo(50, 6);
  expect(shares(1e9, 1e9, 0, 1.000_001) / 1e9).toBeCloseTo(1, 5);
});
