import { expect, test } from 'vitest';
import { fleetCostRatio, ratioForSaving } from '../../../src/tco/model/break-even.ts';
import { crossing } from '../../../src/tco/model/crossing.ts';
import { type Demand, loadIn } from '../../../src/tco/model/demand.ts';
import { optionCost } from '../../../src/tco/model/option-cost.ts';
import type { OwnedOption } from '../../../src/tco/model/owned.ts';
import { volumeCurve } from '../../../src/tco/model/volume-curve.ts';
import { boundaries, type SlotBoundary } from './claim-slots.ts';
import { cloud, oneASecond } from './example-options.ts';

/*
 * Two claims about A100 and V100: "three-year cost of A100 22 % lower", "above 500,000 requests a day A100 is more economical". The figures
 * were worked out by hand from the published prices, powers and throughputs, before there was any code. Nothing is discounted.
 */

const one = (option: Parameters<typeof optionCost>[0]) => optionCost(option, oneASecond, 0).netPresentCost;

/** Differs from a printed figure by 1 in its last digit at most. */
const printed = (value: number, digits = 0) => ({
  asymmetricMatch: (got: unknown) => typeof got === 'number' && Math.abs(got - value) <= 1.000001 * 10 ** -digits,
  toString: () => `printed ${value}`,
});

test.each([
  ['S0', 15_000, 8_000, 1.88, 2.4],
  ['S1', 15_858, 8_858, 1.79, 2.3],
  ['S2', 16_373, 9_030, 1.81, 2.32],
  ['S3', 18_691, 11_691, 1.6, 2.05],
  ['S4', 25_941, 17_891, 1.45, 1.86],
  ['S5', 28_591, 17_211, 1.66, 2.13],
  ['S6', 25_030, 9_016, 2.78, 3.56],
] as const)(
  'boundary %s: a slot costs %d and %d, and %d is the ratio at which they break even',
  (name, a, v, even, claim) => {
    const { a100, v100 } = boundaries[name];
    const [costOfA, costOfV] = [one(a100), one(v100)];
    expect([costOfA, costOfV]).toEqual([printed(a), printed(v)]);
    expect(ratioForSaving(costOfA, costOfV, 0)).toEqual(printed(even, 2));
    expect(ratioForSaving(costOfA, costOfV, 0.22)).toEqual(printed(claim, 2));
  },
);

test.each([
  ['S7: AWS on demand in 2023', 4.1, 3.06, 107_822, 80_472, 1.34, 1.72],
  ['S8: committed for three years', 1.03, 1.12, 27_087, 29_454, 0.92, 1.18],
] as const)('boundary %s', (_name, priceOfA, priceOfV, a, v, even, claim) => {
  const costOfA = one(cloud({ onDemandPrice: priceOfA }));
  const costOfV = one(cloud({ onDemandPrice: priceOfV }));
  expect([costOfA, costOfV]).toEqual([printed(a), printed(v)]);
  expect(ratioForSaving(costOfA, costOfV, 0)).toEqual(printed(even, 2));
  expect(ratioForSaving(costOfA, costOfV, 0.22)).toEqual(printed(claim, 2));
});

test.each([
  ['MXNet FP16, batch 128', 8_018 / 3_362, -21, -25, -39],
  ['MXNet FP16, best batch', 8_241 / 3_362, -24, -27, -41],
  ['peak FP16', 312 / 125, -25, -28, -42],
  ['PyTorch AMP training', 2_470 / 1_200, -9, -13, -30],
  ['PyTorch TF32 and FP32 training', 938 / 367, -27, -30, -43],
  ['TensorFlow with XLA, TF32 and FP32', 2_549 / 1_415, 4, -1, -20],
  ['TensorFlow with XLA, FP16', 3_941 / 3_634, 73, 65, 34],
  ['TensorFlow FP16, batch 1', 223 / 290, 143, 132, 88],
])('%s: a large fleet of A100 costs that much more at S0, S1 and S4', (_evidence, ratio, atS0, atS1, atS4) => {
  const percent = ({ a100, v100 }: SlotBoundary) => 100 * (fleetCostRatio(one(a100), one(v100), ratio) - 1);
  expect([boundaries.S0, boundaries.S1, boundaries.S4].map(percent)).toEqual([
    printed(atS0),
    printed(atS1),
    printed(atS4),
  ]);
});

/** The claim's 500,000 requests a day, and how much of a machine they are asked to use. */
const half: Demand = { requestsPerDay: 500_000, growthPerYear: 0, peakToAverage: 3, itemsPerRequest: 1 };

test('one V100 serves 500,000 requests a day with 0.17 % of its throughput, and costs less', () => {
  const [a, v] = [boundaries.S4.a100, boundaries.S4.v100].map((option) => optionCost(option, half, 0));
  expect(loadIn(half, 1).averageRate).toEqual(printed(5.787, 3));
  expect(v?.years[0]?.fleet.total).toBe(1);
  expect(v?.years[0]?.utilisation).toEqual(printed(0.0017, 4));
  expect(v?.costPerMillionRequests).toEqual(printed(32.66, 2));
  expect(a?.costPerMillionRequests).toEqual(printed(47.35, 2));
});

test('for the claim to hold at 500,000 a day one V100 has to be full at 28.9 requests/s, or at 193', () => {
  expect(loadIn(half, 1).peakRate / 0.6).toEqual(printed(28.9, 1));
  expect(3_362 / (loadIn(half, 1).peakRate / 0.6)).toEqual(printed(116)); // images in a request
  expect(loadIn({ ...half, peakToAverage: 10 }, 1).peakRate / 0.3).toEqual(printed(193));
});

const withThroughput = (option: OwnedOption, itemsPerSecond: number, maxUtilisation: number): OwnedOption => ({
  ...option,
  throughput: { itemsPerSecond, maxUtilisation },
});

/** Million requests a day: where A100 is cheaper for the first time, and from where on it always is. */
test.each([
  ['3,362 batched', 3_362, 8_018, 0.6, 3, { value: 58, digits: 0 }, { value: 290, digits: 0 }],
  ['3,362 batched, with long quiet hours', 3_362, 8_018, 0.3, 10, { value: 8.7, digits: 1 }, { value: 44, digits: 0 }],
  ['286 at batch 1 with MXNet', 286, 1_432, 0.6, 3, { value: 4.9, digits: 1 }, { value: 4.9, digits: 1 }],
  ['286 with long quiet hours', 286, 1_432, 0.3, 10, { value: 0.74, digits: 2 }, { value: 0.74, digits: 2 }],
  ['78 at batch 1 with PyTorch', 78, 78 * 2.4, 0.6, 3, { value: 1.35, digits: 2 }, { value: 6.7, digits: 1 }],
  ['78 with long quiet hours', 78, 78 * 2.4, 0.3, 10, { value: 0.2, digits: 2 }, { value: 1, digits: 1 }],
])('a V100 of %s images/s: both crossings', (_stack, v100, a100, utilisation, peakToAverage, first, persistent) => {
  const demand = { ...half, peakToAverage };
  const found = crossing(
    volumeCurve(withThroughput(boundaries.S0.a100, a100, utilisation), demand, 0),
    volumeCurve(withThroughput(boundaries.S0.v100, v100, utilisation), demand, 0),
  );
  expect(found.isSettled).toBe(true);
  expect((found.first ?? Number.NaN) / 1e6).toEqual(printed(first.value, first.digits));
  expect((found.persistent ?? Number.NaN) / 1e6).toEqual(printed(persistent.value, persistent.digits));
});

test('where the A100 is the slower one, it is cheaper at no volume', () => {
  const found = crossing(
    volumeCurve(withThroughput(boundaries.S0.a100, 223, 0.6), half, 0),
    volumeCurve(withThroughput(boundaries.S0.v100, 290, 0.6), half, 0),
  );
  expect(found).toMatchObject({ first: null, persistent: null, stretches: [], isSettled: true });
});
