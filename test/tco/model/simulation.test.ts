import { expect, test } from 'vitest';
import { bindStudy, type StudyModel, type VariedInput } from '../../../src/tco/model/bound-study.ts';
import type { Distribution } from '../../../src/tco/model/distribution.ts';
import {
  chanceCheaper,
  rankStability,
  relativeDifference,
  shareAtMost,
  spread,
} from '../../../src/tco/model/simulated-costs.ts';
import { simulate } from '../../../src/tco/model/simulation.ts';
import { tornado } from '../../../src/tco/model/tornado.ts';
import { oneASecond, owned } from './example-options.ts';

/** Two machines with the same power, of which A costs 10,000 and B 12,000. */
const study: StudyModel = {
  demand: oneASecond,
  discountRate: 0,
  options: ['A', 'B'].map((name) =>
    owned({
      name,
      capital: { acceleratorPrice: name === 'A' ? 10_000 : 12_000 },
      power: { idleWatts: 1_000, loadWatts: 1_000 },
      facility: { electricityPrice: 0.1 },
    }),
  ),
};
const tariff: VariedInput = {
  name: 'tariff',
  places: ['A', 'B'].map((name) => ['options', name, 'facility', 'electricityPrice']),
};
const priceOfA: VariedInput = { name: 'price of A', places: [['options', 'A', 'capital', 'acceleratorPrice']] };
const wideTariff: Distribution = { kind: 'uniform', low: 0, high: 1 };

function simulated(
  inputs: readonly VariedInput[],
  distributions: Record<string, Distribution>,
  draws = 2_000,
  seed = 7,
) {
  const model = bindStudy(study, inputs, 'netPresentCost');
  const result = simulate(model, new Map(Object.entries(distributions)), { draws, seed });
  const [a, b] = result.costs;
  if (a === undefined || b === undefined) throw new Error('Expected two options.');
  return { result, a, b };
}

test('what the options share cancels: however the tariff falls, A is 2,000 cheaper', () => {
  const { a, b } = simulated([tariff], { tariff: wideTariff });
  expect(chanceCheaper(a, b)).toBe(1);
  expect(a.every((cost, draw) => Math.abs((b[draw] ?? 0) - cost - 2_000) < 1e-6)).toBe(true);
  const { p5, p95 } = spread(a);
  expect(p95 - p5).toBeGreaterThan(20_000); // 90 % of 26,298 kWh
});

test('a seed gives the same draws again, another one others', () => {
  const of = (seed: number) => simulated([tariff], { tariff: wideTariff }, 100, seed).a;
  expect(of(7)).toEqual(of(7));
  expect(of(8)).not.toEqual(of(7));
});

test('one more input leaves the draws of the others as they are', () => {
  const alone = simulated([tariff], { tariff: wideTariff });
  const both = simulated([priceOfA, tariff], {
    tariff: wideTariff,
    'price of A': { kind: 'triangular', low: 8_000, mode: 10_000, high: 15_000 },
  });
  expect(both.result.inputs.get('tariff')).toEqual(alone.result.inputs.get('tariff'));
  expect(both.b).toEqual(alone.b);
});

test('the chance that A is cheaper is that of its price: 1/2 when it is as often above as below that of B', () => {
  const { a, b, result } = simulated(
    [priceOfA],
    { 'price of A': { kind: 'uniform', low: 10_000, high: 14_000 } },
    50_000,
  );
  expect(chanceCheaper(a, b)).toBeCloseTo(0.5, 2);
  expect(chanceCheaper(a, b) + chanceCheaper(b, a)).toBe(1);
  // B costs 12,000 + 2,629.80: A is 10 % dearer or less up to a price of 13,462.98.
  expect(shareAtMost(relativeDifference(a, b), 0.1)).toBeCloseTo(3_462.98 / 4_000, 2);
  const { order, cheapest, bestFlips, orderFlips } = rankStability(result, [10_000, 12_000]);
  expect(order).toEqual(['A', 'B']);
  expect(cheapest).toEqual([chanceCheaper(a, b), chanceCheaper(b, a)]);
  expect([bestFlips, orderFlips]).toEqual([chanceCheaper(b, a), chanceCheaper(b, a)].map((v) => expect.closeTo(v, 12)));
});

test('the order of three can change without another winner', () => {
  const costs = [
    [1, 1, 1, 4],
    [2, 3, 2, 5],
    [3, 2, 3, 6],
  ].map((column) => Float64Array.from(column));
  const simulation = { options: ['x', 'y', 'z'], costs, draws: 4, seed: 0, inputs: new Map() };
  expect(rankStability(simulation, [1, 2, 3])).toEqual({
    order: ['x', 'y', 'z'],
    cheapest: [1, 0, 0],
    bestFlips: 0,
    orderFlips: 0.25,
  });
});

test('percentiles are values that were drawn', () => {
  const column = Float64Array.from({ length: 100 }, (_, index) => 99 - index);
  expect(spread(column)).toEqual({ p5: 5, p50: 50, p95: 95 });
});

test('a value that a figure cannot have stops the simulation, and says which', () => {
  const pue: VariedInput = { name: 'PUE', places: [['options', 'A', 'facility', 'powerUsageEffectiveness']] };
  expect(() => simulated([pue], { PUE: { kind: 'uniform', low: 0.5, high: 0.9 } })).toThrow(
    /A: Expected a PUE from 1 to 10/,
  );
  expect(() => simulated([pue], {})).toThrow(/a distribution of PUE, got none/);
  expect(() => simulated([tariff], { tariff: wideTariff }, 0)).toThrow(/a whole number of draws, 1 or more, got 0/);
});

test('places that hold no number are refused, and the study stays as it is', () => {
  const bind = (...place: string[]) => bindStudy(study, [{ name: 'x', places: [place] }], 'netPresentCost');
  expect(() => bind('options', 'C', 'lifeYears')).toThrow(/the place of a number for x, got options.C.lifeYears/);
  expect(() => bind('options', 'A', 'name')).toThrow(/got options.A.name/);
  expect(() => bind('demand', '__proto__')).toThrow(/the place of a number/);
  bind('discountRate').evaluate([0.5], new Float64Array(2));
  expect(study.discountRate).toBe(0);
});

test('a tornado moves one input at a time and puts the widest first', () => {
  const model = bindStudy(study, [tariff, priceOfA], 'netPresentCost');
  const spans = [
    { name: 'tariff', low: 0.05, base: 0.1, high: 0.2 },
    { name: 'price of A', low: 9_000, base: 10_000, high: 15_000 },
  ];
  const { atBase, bars } = tornado(model, spans, ([a = Number.NaN]) => a);
  expect(atBase).toBeCloseTo(10_000 + 2_629.8, 8);
  expect(bars.map(({ name, swing }) => [name, swing])).toEqual([
    ['price of A', expect.closeTo(6_000, 8)],
    ['tariff', expect.closeTo(0.15 * 26_298, 8)],
  ]);
  const difference = tornado(model, spans, ([a = 0, b = 0]) => b - a);
  expect(difference.bars.map(({ name, swing }) => [name, swing])).toEqual([
    ['price of A', expect.closeTo(6_000, 8)],
    ['tariff', expect.closeTo(0, 8)],
  ]);
  expect(() => tornado(model, spans.toReversed(), () => 0)).toThrow(
    /spans of tariff, price of A, got price of A, tariff/,
  );
  const [first, ...rest] = spans;
  const odd = [{ ...first, name: 'tariff', low: 0.3, base: 0.1, high: 0.2 }, ...rest];
  expect(() => tornado(model, odd, () => 0)).toThrow(/low <= base <= high of tariff, got 0.3, 0.1, 0.2/);
});
