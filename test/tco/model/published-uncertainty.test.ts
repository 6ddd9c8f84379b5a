import { expect, test } from 'vitest';
import { bindStudy, type StudyModel, type VariedInput } from '../../../src/tco/model/bound-study.ts';
import type { Distribution } from '../../../src/tco/model/distribution.ts';
import { relativeDifference, shareAtMost, spread } from '../../../src/tco/model/simulated-costs.ts';
import { simulate } from '../../../src/tco/model/simulation.ts';
import { type InputSpan, tornado } from '../../../src/tco/model/tornado.ts';
import { boundaries } from './claim-slots.ts';
import { oneASecond } from './example-options.ts';

/** Boundary S4 at 8 % a year, in a fleet of 20,000 V100, in which whole machines do not matter; one V100 serves 1 item/s. */
const study: StudyModel = {
  demand: { ...oneASecond, requestsPerDay: 20_000 * 86_400 },
  discountRate: 0.08,
  options: [
    { ...boundaries.S4.a100, throughput: { itemsPerSecond: 2.385, maxUtilisation: 1 } },
    { ...boundaries.S4.v100, throughput: { itemsPerSecond: 1, maxUtilisation: 1 } },
  ],
};

const at = (...place: string[]) => ['options', ...place];
const both = (...place: string[]) => [at('a100', ...place), at('v100', ...place)];
const inputs: readonly (InputSpan & VariedInput)[] = [
  { name: 'ratio', low: 1.08, base: 2.385, high: 3.98, places: [at('a100', 'throughput', 'itemsPerSecond')] },
  { name: 'V100 price', low: 325, base: 8_000, high: 13_520, places: [at('v100', 'capital', 'acceleratorPrice')] },
  { name: 'A100 price', low: 12_500, base: 15_000, high: 24_900, places: [at('a100', 'capital', 'acceleratorPrice')] },
  { name: 'colocation', low: 110, base: 184, high: 300, places: both('facility', 'colocationPerKilowattMonth') },
  { name: 'tariff', low: 0.05, base: 0.0826, high: 0.25, places: both('facility', 'electricityPrice') },
  { name: 'residual', low: 0, base: 0, high: 0.4, places: both('capital', 'residualShare') },
  { name: 'maintenance', low: 0, base: 0.05, high: 0.12, places: both('running', 'maintenanceShare') },
  { name: 'PUE', low: 1.1, base: 1.58, high: 1.8, places: both('facility', 'powerUsageEffectiveness') },
  { name: 'discount rate', low: 0.04, base: 0.08, high: 0.12, places: [['discountRate']] },
];

test('the tornado of the published comparison: the throughput ratio and the price of the V100 decide, the tariff does not', () => {
  const model = bindStudy(study, inputs, 'netPresentCost');
  const { atBase, bars } = tornado(model, inputs, ([a = Number.NaN, v = Number.NaN]) => 100 * (a / v - 1));
  expect(Math.abs(atBase - -39)).toBeLessThanOrEqual(1);
  expect(bars.slice(0, 3).map(({ name }) => name)).toEqual(['ratio', 'V100 price', 'A100 price']);
  const published = { ratio: 98, 'V100 price': 78, 'A100 price': 34, colocation: 4, tariff: 3, residual: 2 };
  const points = new Map(Object.entries({ ...published, maintenance: 2, PUE: 1, 'discount rate': 1 }));
  for (const { name, swing } of bars) {
    expect(Math.abs(swing - (points.get(name) ?? Number.NaN)), `${name}: ${swing}`).toBeLessThanOrEqual(2);
  }
});

/** How much dearer the fleet of A100 is in each draw. */
function differences(distributions: Readonly<Record<string, Distribution>>): Float64Array {
  const varied = inputs.filter(({ name }) => name in distributions);
  const model = bindStudy(study, varied, 'netPresentCost');
  const { costs } = simulate(model, new Map(Object.entries(distributions)), { draws: 20_000, seed: 7 });
  const [a, v] = costs;
  if (a === undefined || v === undefined) throw new Error('Expected two columns.');
  return relativeDifference(a, v);
}

const wideRatio = { kind: 'triangular', low: 1.08, mode: 2.385, high: 3.98 } as const;
const narrowRatio = { kind: 'triangular', low: 1.9, mode: 2.385, high: 2.5 } as const;

test('with the ratio alone uncertain the chances are those of its distribution', () => {
  const wide = differences({ ratio: wideRatio });
  // Slots cost 25,103 and 17,201: the A100 is cheaper above a ratio of 1.459, and 22 % cheaper above 1.871. Below its mode a triangle has
  // (x − low)² / (width · (mode − low)).
  const below = (ratio: number) => (ratio - 1.08) ** 2 / (2.9 * 1.305);
  expect(shareAtMost(wide, 0)).toBeCloseTo(1 - below(25_103 / 17_201), 2);
  expect(shareAtMost(wide, -0.22)).toBeCloseTo(1 - below(25_103 / 17_201 / 0.78), 2);
});

test('the published simulation is met within two points', () => {
  // Its source gives the ratios and the years of the prices (2020 to 2022); the ends of the triangles of the prices are ours.
  const prices = {
    'A100 price': { kind: 'triangular', low: 12_500, mode: 15_000, high: 18_500 },
    'V100 price': { kind: 'triangular', low: 7_000, mode: 8_000, high: 10_500 },
  } as const;
  const narrow = differences({ ...prices, ratio: narrowRatio });
  const wide = differences({ ...prices, ratio: wideRatio });
  const { p5, p50, p95 } = spread(narrow);
  const got = [p5, p50, p95, shareAtMost(narrow, -0.22), shareAtMost(wide, 0), shareAtMost(wide, -0.22)];
  for (const [index, published] of [-0.47, -0.38, -0.26, 0.98, 0.97, 0.86].entries()) {
    expect(Math.abs((got[index] ?? Number.NaN) - published), `figure ${index}: ${got[index]}`).toBeLessThanOrEqual(
      0.02,
    );
  }
});
