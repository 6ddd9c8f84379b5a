import { expect, test } from 'vitest';
import { type CloudOption, checkCloud, hourlyPrice } from '../../../src/tco/model/cloud.ts';
import { hoursPerYear } from '../../../src/tco/model/demand.ts';
import { optionCost } from '../../../src/tco/model/option-cost.ts';
import { cloud, oneASecond } from './example-options.ts';

/** A peak of 350 items/s at twice the mean: four instances of 100 items/s. */
const demand = { ...oneASecond, requestsPerDay: 175 * 86_400, peakToAverage: 2 };
const hours = hoursPerYear;
const flow = (option: CloudOption) => optionCost(option, demand, 0).cashFlow;
const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 5));

test('what is always on is paid in the number of the peak', () => {
  expect(flow(cloud())).toEqual(near([0, 8 * hours, 8 * hours, 8 * hours])); // 4 × 2 an hour
});

test('what follows the demand is paid while it is needed', () => {
  // The load falls in a straight line from 3.5 machines: the 2nd, 3rd and 4th are needed 2.5, 1.5 and 0.5 parts of 3.5 of the year.
  expect(flow(cloud({ scaling: 'follows_demand' }))[1]).toBeCloseTo(2 * hours * (1 + 4.5 / 3.5), 5);
});

test('committed instances are paid though they idle, and only the rest is rented', () => {
  const commitment = { machines: 3, price: 1, upfrontShare: 0, termYears: 1 } as const;
  expect(flow(cloud({ commitment }))[1]).toBeCloseTo((3 + 2) * hours, 5);
  expect(flow(cloud({ commitment, scaling: 'follows_demand' }))[1]).toBeCloseTo((3 + 2 * (0.5 / 3.5)) * hours, 5);
  expect(flow(cloud({ commitment: { ...commitment, machines: 10 } }))[1]).toBeCloseTo(10 * hours, 5);
});

test('what is paid upfront is paid when each term begins', () => {
  const commitment = { machines: 4, price: 1, upfrontShare: 0.25, termYears: 3 } as const;
  expect(flow(cloud({ commitment }))).toEqual(near([3 * hours, 3 * hours, 3 * hours, 3 * hours])); // 12 h·years, a quarter of them at once
  expect(flow(cloud({ commitment: { ...commitment, termYears: 1 } }))).toEqual(
    near([1 * hours, 4 * hours, 4 * hours, 3 * hours]),
  );
});

test('a commitment to the peak of a term is to that of its busiest year', () => {
  const commitment = { machines: 'peak_of_term', price: 1, upfrontShare: 0, termYears: 3 } as const;
  const growing = { ...oneASecond, requestsPerDay: 100 * 86_400, growthPerYear: 1 };
  const { cashFlow, years } = optionCost(cloud({ commitment }), growing, 0);
  expect(years.map(({ fleet }) => fleet.total)).toEqual([1, 2, 4]);
  expect(cashFlow).toEqual(near([0, 4 * hours, 4 * hours, 4 * hours]));
});

test('spot hours that are not to be had are paid on demand', () => {
  const spot = { share: 0.5, price: 0.6, unavailableShare: 0.2 };
  expect(hourlyPrice(cloud({ spot }))).toBeCloseTo(0.4 * 0.6 + 0.6 * 2, 12);
  expect(flow(cloud({ spot }))[1]).toBeCloseTo(4 * 1.44 * hours, 5);
});

test('redundant instances run all the time, in either way of scaling', () => {
  const more = (scaling: CloudOption['scaling']) =>
    (flow(cloud({ scaling, redundantMachines: 2 }))[1] ?? 0) - (flow(cloud({ scaling }))[1] ?? 0);
  expect(more('always_on')).toBeCloseTo(4 * hours, 5);
  expect(more('follows_demand')).toBeCloseTo(4 * hours, 5);
});

test('traffic is paid by the request, storage by the year', () => {
  const traffic = { egressGigabytesPerRequest: 0.001, egressPrice: 0.09, storageCost: 50 };
  const { byItem, years } = optionCost(cloud({ onDemandPrice: 0, traffic }), demand, 0);
  expect(years[0]?.requests).toBe(175 * 86_400 * 365.25);
  expect(byItem.get('egress')).toBeCloseTo(3 * 175 * 86_400 * 365.25 * 0.001 * 0.09, 5);
  expect(byItem.get('storage')).toBe(150);
});

test('what rented machines draw and emit is unknown, not zero', () => {
  const { emissions, years } = optionCost(cloud(), demand, 0);
  expect(emissions).toEqual({ joulesPerRequest: null, gramsPerRequest: null, gramsPerRequestWithMaking: null });
  expect(years[0]?.kilowattHours).toBeNull();
});

test('terms and shares that cannot be are refused', () => {
  const commitment = { machines: 1, price: 1, upfrontShare: 0, termYears: 2 } as const;
  expect(() => checkCloud(cloud({ commitment }))).toThrow(/a multiple of the commitment's 2, got 3/);
  expect(() => checkCloud(cloud({ onDemandPrice: -2 }))).toThrow(/a price on demand of 0 or more, got -2/);
  const spot = { share: 2, price: 1, unavailableShare: 0 };
  expect(() => checkCloud(cloud({ spot }))).toThrow(/a share of spot instances from 0 to 1, got 2/);
});
