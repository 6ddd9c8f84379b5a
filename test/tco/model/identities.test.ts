import { describe, expect, test } from 'vitest';
import { type Generator, generator, uniform } from '../../../src/stats/random.ts';
import { annuityFactor, netPresentValue } from '../../../src/tco/model/cash-flow.ts';
import type { CloudOption } from '../../../src/tco/model/cloud.ts';
import type { Demand } from '../../../src/tco/model/demand.ts';
import { evaluateStudy } from '../../../src/tco/model/evaluate-study.ts';
import type { Option } from '../../../src/tco/model/option.ts';
import { optionCost } from '../../../src/tco/model/option-cost.ts';
import type { OwnedOption } from '../../../src/tco/model/owned.ts';
import { PresentCosts } from '../../../src/tco/model/present-cost.ts';
import { cloud, owned } from './example-options.ts';
import { studyData } from './example-study.ts';

/* What has to hold of every study, on random ones. The seed is in the name of each test, so that a failure can be had again. */
const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

const between = (source: Generator, low: number, high: number) => low + (high - low) * uniform(source);
const whole = (source: Generator, low: number, high: number) => Math.floor(between(source, low, high + 1));
const oneOf = <T>(source: Generator, first: T, ...others: T[]): T =>
  [first, ...others][whole(source, 0, others.length)] ?? first;

function randomDemand(source: Generator): Demand {
  return {
    requestsPerDay: 10 ** between(source, 4, 9),
    growthPerYear: oneOf(source, 0, between(source, 0, 1.5), between(source, -0.5, 0)),
    peakToAverage: between(source, 1, 8),
    itemsPerRequest: oneOf(source, 1, between(source, 0.5, 30)),
  };
}

function randomOwned(source: Generator, lifeYears: number): OwnedOption {
  const idleWatts = between(source, 0, 500);
  return owned({
    name: 'owned',
    lifeYears,
    itemsPerSecond: 10 ** between(source, 1, 4),
    maxUtilisation: between(source, 0.2, 1),
    reserve: {
      redundantMachines: whole(source, 0, 2),
      spares: oneOf<OwnedOption['reserve']['spares']>(
        source,
        { rule: 'count', machines: 1 },
        { rule: 'share', share: 0.05 },
        { rule: 'poisson', leadTimeDays: 30, confidence: 0.95 },
      ),
      sparesAre: oneOf(source, 'cold', 'powered'),
    },
    capital: {
      acceleratorPrice: between(source, 500, 40_000),
      acceleratorsPerMachine: whole(source, 1, 8),
      serverOverhead: between(source, 0, 1),
      networkShare: between(source, 0, 0.2),
      residualShare: between(source, 0, 0.4),
    },
    power: { idleWatts, loadWatts: idleWatts + between(source, 0, 2_000), provisionedWatts: 3_000 },
    facility: {
      powerUsageEffectiveness: between(source, 1, 2),
      electricityPrice: between(source, 0, 0.3),
      colocationPerKilowattMonth: between(source, 0, 300),
    },
    running: { maintenanceShare: between(source, 0, 0.1), licencesPerMachine: between(source, 0, 500) },
    failures: { annualRate: between(source, 0, 0.1), warrantyYears: whole(source, 0, 3) },
  });
}

function randomCloud(source: Generator, lifeYears: number): CloudOption {
  const price = between(source, 0.2, 40);
  return cloud({
    name: 'cloud',
    lifeYears,
    throughput: { itemsPerSecond: 10 ** between(source, 1, 4), maxUtilisation: between(source, 0.2, 1) },
    redundantMachines: whole(source, 0, 2),
    scaling: oneOf(source, 'always_on', 'follows_demand'),
    onDemandPrice: price,
    commitment: oneOf<CloudOption['commitment']>(
      source,
      null,
      { machines: whole(source, 0, 20), price: price * 0.6, upfrontShare: between(source, 0, 1), termYears: lifeYears },
      { machines: 'peak_of_term', price: price * 0.6, upfrontShare: 0, termYears: 1 },
    ),
    spot: oneOf<CloudOption['spot']>(source, null, { share: 0.5, price: price * 0.3, unavailableShare: 0.1 }),
    traffic: {
      egressGigabytesPerRequest: 1e-5,
      egressPrice: between(source, 0, 0.1),
      storageCost: between(source, 0, 100),
    },
  });
}

interface Case {
  readonly demand: Demand;
  readonly rate: number;
  readonly options: readonly Option[];
}

function randomCase(seed: number): Case {
  const source = generator(seed);
  const years = whole(source, 1, 5);
  return {
    demand: randomDemand(source),
    rate: between(source, 0, 0.15),
    options: [randomOwned(source, years), randomCloud(source, years)],
  };
}

describe.each(seeds)('random study %i', (seed) => {
  const { demand, rate, options } = randomCase(seed);
  const costs = options.map((option) => optionCost(option, demand, rate));

  test('the equivalent annual cost, paid each year, is worth the present cost; both sum up the cash flow', () => {
    for (const { netPresentCost, equivalentAnnualCost, cashFlow, years } of costs) {
      expect(equivalentAnnualCost * annuityFactor(rate, years.length)).toBeCloseTo(netPresentCost, 4);
      const byHand = cashFlow.reduce((sum, amount, time) => sum + amount / (1 + rate) ** time, 0);
      expect(netPresentCost / byHand).toBeCloseTo(1, 10);
    }
  });

  test('at 0 % the present cost is the sum of all items', () => {
    for (const option of options) {
      const { netPresentCost, byItem, cashFlow } = optionCost(option, demand, 0);
      const items = [...byItem.values()].reduce((sum, amount) => sum + amount, 0);
      expect(netPresentCost / items).toBeCloseTo(1, 10);
      expect(netPresentCost / cashFlow.reduce((sum, amount) => sum + amount, 0)).toBeCloseTo(1, 10);
    }
  });

  test('a higher rate makes what is paid later weigh less: no more than the sum of what is paid', () => {
    for (const { cashFlow } of costs) {
      const paid = cashFlow.map((amount) => Math.max(0, amount));
      expect(netPresentValue(paid, rate)).toBeLessThanOrEqual(netPresentValue(paid, 0) * (1 + 1e-12));
    }
  });

  test('what the simulation reckons with is what the tables show', () => {
    for (const [index, option] of options.entries()) {
      const quick = new PresentCosts().of(option, demand, rate);
      expect(quick.netPresentCost / Number(costs[index]?.netPresentCost)).toBeCloseTo(1, 10);
      expect(quick.costPerMillionRequests / Number(costs[index]?.costPerMillionRequests)).toBeCloseTo(1, 10);
    }
  });

  test('more requests never cost less, and never take fewer machines', () => {
    const cost = (option: Option, factor: number) =>
      optionCost(option, { ...demand, requestsPerDay: demand.requestsPerDay * factor }, rate);
    for (const option of options) {
      let [before, machines] = [0, 0];
      for (const factor of [0.1, 0.5, 0.9, 1, 1.1, 1.5, 2, 3, 10]) {
        const { netPresentCost, years } = cost(option, factor);
        expect(netPresentCost, `× ${factor}`).toBeGreaterThanOrEqual(before * (1 - 1e-12));
        const now = years[0]?.fleet.total ?? 0;
        expect(now).toBeGreaterThanOrEqual(machines);
        [before, machines] = [netPresentCost, now];
      }
    }
  });

  test('machines are whole, carry the peak, and one fewer would not', () => {
    for (const [index, { years }] of costs.entries()) {
      const { itemsPerSecond = 0, maxUtilisation = 0 } = options[index]?.throughput ?? {};
      for (const { fleet, peakRate } of years) {
        expect(Number.isInteger(fleet.total)).toBe(true);
        expect(fleet.serving * itemsPerSecond * maxUtilisation).toBeGreaterThanOrEqual(peakRate * (1 - 1e-9));
        expect((fleet.serving - 1) * itemsPerSecond * maxUtilisation).toBeLessThan(peakRate);
        expect(fleet.total).toBe(fleet.serving + fleet.redundant + fleet.spares);
      }
    }
  });

  test('just beside the break-even volume the other option is the cheaper one', () => {
    const { pairs } = evaluateStudy(studyData(options, { demand, discountRate: rate }));
    const [pair] = pairs;
    if (pair === undefined) throw new Error('Expected a pair.');
    const cheaper = (requestsPerDay: number) => {
      const at = options.map((one) => optionCost(one, { ...demand, requestsPerDay }, rate).equivalentAnnualCost);
      const of = (name: string) => at[options.findIndex((one) => one.name === name)] ?? Number.NaN;
      return of(pair.a) < of(pair.b);
    };
    for (const { from, to } of pair.crossing.stretches.slice(0, 5)) {
      const inside = (from + to) / 2;
      expect(cheaper(inside), `within ${from} to ${to}`).toBe(true);
      if (from > 0) expect(cheaper(from * (1 - 1e-9)), `below ${from}`).toBe(false);
      if (to < pair.crossing.examinedTo) expect(cheaper(to * (1 + 1e-9)), `above ${to}`).toBe(false);
    }
    const { requestsPerDay } = demand;
    if (requestsPerDay <= pair.crossing.examinedTo) {
      const isIn = pair.crossing.stretches.some(({ from, to }) => from < requestsPerDay && requestsPerDay <= to);
      expect(isIn).toBe(pair.difference < 0);
    }
  });
});

test('twice the machines cost twice as much: one request more a day buys a whole machine', () => {
  const machine = owned({ itemsPerSecond: 100 });
  const cost = (requestsPerDay: number) =>
    optionCost(machine, { requestsPerDay, growthPerYear: 0, peakToAverage: 1, itemsPerRequest: 1 }, 0).netPresentCost;
  expect(cost(8_640_000)).toBe(10_000);
  expect(cost(8_640_001)).toBe(20_000);
});
