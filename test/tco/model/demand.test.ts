import { expect, test } from 'vitest';
import { checkDemand, type Demand, loadIn } from '../../../src/tco/model/demand.ts';

const demand: Demand = { requestsPerDay: 864_000, growthPerYear: 0.5, peakToAverage: 3, itemsPerRequest: 4 };

test('864,000 requests a day of 4 items are 40 items/s, 120 at a peak of 3 times the mean', () => {
  expect(loadIn(demand, 1)).toEqual({ requests: 864_000 * 365.25, averageRate: 40, peakRate: 120 });
});

test('growth of 50 % makes it 2.25 times as much in the third year', () => {
  expect(loadIn(demand, 3)).toEqual({ requests: 2.25 * 864_000 * 365.25, averageRate: 90, peakRate: 270 });
});

test('a demand that cannot be is refused with what was expected', () => {
  expect(() => checkDemand({ ...demand, requestsPerDay: 0 })).toThrow('Expected requests a day above 0, got 0.');
  expect(() => checkDemand({ ...demand, peakToAverage: 0.5 })).toThrow(/peak-to-average ratio from 1 to .*, got 0.5/);
  expect(() => checkDemand({ ...demand, growthPerYear: Number.NaN })).toThrow(/growth a year from -0.9 to 10, got NaN/);
  expect(() => checkDemand({ ...demand, itemsPerRequest: -1 })).toThrow(/items per request above 0, got -1/);
});
