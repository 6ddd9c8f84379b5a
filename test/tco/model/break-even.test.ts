import { expect, test } from 'vitest';
import { breakEvenUtilisation, fleetCostRatio, ratioForSaving } from '../../../src/tco/model/break-even.ts';

test('a machine of 8,766 a year breaks even with one of 2 an hour at half of the time', () => {
  expect(breakEvenUtilisation(8_766, 1, 2)).toBe(0.5);
  expect(breakEvenUtilisation(8_766, 4, 0.125)).toBe(2); // never: renting is cheaper all the time
});

test('at the ratio for a saving the fleet is cheaper by that saving', () => {
  expect(fleetCostRatio(15_000, 8_000, ratioForSaving(15_000, 8_000, 0.22))).toBeCloseTo(0.78, 14);
  expect(ratioForSaving(15_000, 8_000, 0)).toBe(1.875);
});

test('what cannot be divided by is refused', () => {
  expect(() => breakEvenUtilisation(1, 0, 2)).toThrow(/a number of machines above 0, got 0/);
  expect(() => breakEvenUtilisation(1, 1, 0)).toThrow(/a price per machine-hour above 0, got 0/);
  expect(() => fleetCostRatio(1, 1, 0)).toThrow(/a throughput ratio above 0, got 0/);
  expect(() => ratioForSaving(1, 1, 1)).toThrow(/from 0 to 0.999, got 1/);
});
