import { expect, test } from 'vitest';
import { annuityFactor } from '../../../src/tco/model/cash-flow.ts';
import type { Demand } from '../../../src/tco/model/demand.ts';
import type { Option } from '../../../src/tco/model/option.ts';
import { optionCost } from '../../../src/tco/model/option-cost.ts';
import { PresentCosts } from '../../../src/tco/model/present-cost.ts';
import { cloud, oneASecond, owned } from './example-options.ts';

const demand: Demand = { requestsPerDay: 25e6, growthPerYear: 0.3, peakToAverage: 2.5, itemsPerRequest: 2 };

/** Options in which every kind of cost occurs. */
const options: readonly Option[] = [
  owned({
    name: 'bought',
    lifeYears: 4,
    maxUtilisation: 0.6,
    reserve: { redundantMachines: 1, spares: { rule: 'poisson', leadTimeDays: 60, confidence: 0.95 } },
    capital: {
      serverOverhead: 0.6,
      networkShare: 0.05,
      installation: 900,
      residualShare: 0.1,
      embodiedKilograms: 1_500,
    },
    power: { idleWatts: 120, loadWatts: 700, provisionedWatts: 900 },
    facility: {
      powerUsageEffectiveness: 1.4,
      electricityPrice: 0.09,
      electricityEscalation: 0.03,
      gramsPerKilowattHour: 369,
      colocationPerKilowattMonth: 180,
      sitePerKilowatt: 50,
    },
    running: { maintenanceShare: 0.05, staffPerMachine: 0.02, staffCost: 120_000, licencesPerMachine: 50 },
    failures: { annualRate: 0.04, warrantyYears: 2 },
  }),
  cloud({ name: 'rented', lifeYears: 4, scaling: 'follows_demand', redundantMachines: 1 }),
  cloud({
    name: 'committed',
    lifeYears: 3,
    commitment: { machines: 12, price: 1.1, upfrontShare: 0.25, termYears: 3 },
    spot: { share: 0.3, price: 0.7, unavailableShare: 0.1 },
    traffic: { egressGigabytesPerRequest: 1e-5, egressPrice: 0.09, storageCost: 400 },
  }),
];

test.each(options)('$name: the short way and the long way to a cost agree', (option) => {
  const { cashFlow, byItem, ...long } = optionCost(option, demand, 0.08);
  const short = new PresentCosts().of(option, demand, 0.08);
  for (const measure of ['netPresentCost', 'equivalentAnnualCost', 'costPerMillionRequests'] as const) {
    expect(short[measure] / long[measure]).toBeCloseTo(1, 12);
  }
});

test.each(options)('$name: the items add up to the cash flow, and at 0 % that is the cost', (option) => {
  const { cashFlow, byItem, flowByItem, netPresentCost, cumulative } = optionCost(option, demand, 0);
  const total = cashFlow.reduce((sum, amount) => sum + amount, 0);
  expect([...byItem.values()].reduce((sum, amount) => sum + amount, 0) / total).toBeCloseTo(1, 12);
  expect(netPresentCost / total).toBeCloseTo(1, 12);
  expect((cumulative.at(-1) ?? 0) / total).toBeCloseTo(1, 12);
  expect([...flowByItem.keys()]).toEqual([...byItem.keys()]);
});

test.each(options)('$name: the equivalent annual cost is worth the net present cost', (option) => {
  const { equivalentAnnualCost, netPresentCost } = optionCost(option, demand, 0.08);
  expect((equivalentAnnualCost * annuityFactor(0.08, option.lifeYears)) / netPresentCost).toBeCloseTo(1, 12);
});

test.each(options)('$name: no volume costs less than a smaller one', (option) => {
  let before = 0;
  for (let requestsPerDay = 1e5; requestsPerDay < 1e8; requestsPerDay *= 1.07) {
    const { netPresentCost } = optionCost(option, { ...demand, requestsPerDay }, 0.08);
    expect(netPresentCost).toBeGreaterThanOrEqual(before * (1 - 1e-12));
    before = netPresentCost;
  }
});

test('the same work twice costs the same a request: whole machines make small volumes dear', () => {
  const perMillion = (machines: number) =>
    optionCost(owned(), { ...oneASecond, requestsPerDay: machines * 100 * 86_400 }, 0.08).costPerMillionRequests;
  expect(perMillion(2) / perMillion(1)).toBeCloseTo(1, 12);
  expect(perMillion(1.5) / perMillion(1)).toBeCloseTo(2 / 1.5, 12);
  expect(perMillion(0.1) / perMillion(1)).toBeCloseTo(10, 12);
});

test('requests that are paid for later are discounted like the money: 1 a request stays 1 a request at any rate', () => {
  const traffic = { egressGigabytesPerRequest: 1, egressPrice: 1, storageCost: 0 };
  const option = cloud({ onDemandPrice: 0, traffic });
  for (const rate of [0, 0.08, 0.5])
    expect(optionCost(option, demand, rate).costPerMillionRequests).toBeCloseTo(1e6, 6);
});

test('energy and carbon of a request: one machine of 720 W from the grid at 2 requests/s', () => {
  const option = owned({
    capital: { embodiedKilograms: 1_500 },
    power: { idleWatts: 480, loadWatts: 480 },
    facility: { powerUsageEffectiveness: 1.5, gramsPerKilowattHour: 500 },
  });
  const { emissions } = optionCost(option, { ...oneASecond, requestsPerDay: 2 * 86_400 }, 0.08);
  expect(emissions.joulesPerRequest).toBeCloseTo(360, 8);
  expect(emissions.gramsPerRequest).toBeCloseTo(0.05, 10); // 360 J are 0.1 Wh
  expect(emissions.gramsPerRequestWithMaking).toBeCloseTo(0.05 + 1.5e6 / (2 * 86_400 * 365.25 * 3), 10);
});

test('without the carbon of the grid or of the making the figures that need it are unknown', () => {
  const { emissions } = optionCost(owned({ facility: { gramsPerKilowattHour: 400 } }), demand, 0);
  expect(emissions).toMatchObject({ gramsPerRequest: 0, gramsPerRequestWithMaking: null });
  expect(optionCost(owned(), demand, 0).emissions).toMatchObject({ joulesPerRequest: 0, gramsPerRequest: null });
});

test('a year tells its rates, its fleet and how much of it is used', () => {
  const { years } = optionCost(owned({ maxUtilisation: 0.5 }), { ...demand, growthPerYear: 1, itemsPerRequest: 1 }, 0);
  const average = 25e6 / 86_400;
  expect(years[1]).toMatchObject({ year: 2, averageRate: 2 * average, peakRate: 5 * average });
  expect(years[1]?.fleet.serving).toBe(29); // 1,446.8 items/s ÷ 50
  expect(years[1]?.utilisation).toBeCloseTo((2 * average) / 2_900, 12);
});

test('an error names the option', () => {
  const option = owned({ name: 'H100', capital: { acceleratorPrice: -1 } });
  expect(() => optionCost(option, demand, 0.08)).toThrow(
    'H100: Expected a price of an accelerator of 0 or more, got -1.',
  );
  expect(() => optionCost(owned(), demand, 8)).toThrow(/a discount rate from -0.5 to 1, got 8/);
});
