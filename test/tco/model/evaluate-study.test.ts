import { expect, test } from 'vitest';
import { breakEvenUtilisation } from '../../../src/tco/model/break-even.ts';
import { annuityFactor } from '../../../src/tco/model/cash-flow.ts';
import { hoursPerYear } from '../../../src/tco/model/demand.ts';
import { evaluateStudy, withSimulation } from '../../../src/tco/model/evaluate-study.ts';
import { cloud, oneASecond, owned } from './example-options.ts';
import { figure, studyData } from './example-study.ts';

const large = owned({ name: 'large', itemsPerSecond: 238, capital: { acceleratorPrice: 15_000 } });
const small = owned({ name: 'small', itemsPerSecond: 100, capital: { acceleratorPrice: 8_000 } });
const atRate = (perSecond: number, growthPerYear = 0) => ({
  ...oneASecond,
  requestsPerDay: perSecond * 86_400,
  growthPerYear,
});

test('options stand in the order of the study, the cheapest first in the order', () => {
  // 150/s: two small machines at 8,000 against a large one at 15,000.
  const { options, order, recommendation } = evaluateStudy(studyData([small, large], { demand: atRate(150) }));
  expect(options.map(({ name }) => name)).toEqual(['small', 'large']);
  expect(order).toEqual(['large', 'small']);
  expect(recommendation.option).toBe('large');
  expect(recommendation.confidence).toBeNull();
});

test('an investment is against the baseline, which has none itself', () => {
  // Renting 100/s at 2 an hour costs 17,532 a year; the machine costs 10,000 once.
  const { options } = evaluateStudy(studyData([cloud(), owned()], { demand: atRate(50) }));
  const [rented, bought] = options;
  expect(rented?.investment).toBeNull();
  expect(bought?.investment?.net).toEqual([-10_000, 17_532, 17_532, 17_532]);
  expect(bought?.investment?.payback).toBe(1);
  expect(bought?.investment?.returnOnInvestment).toBeCloseTo((3 * 17_532 - 10_000) / 10_000, 12);
});

test('where revenue is stated, every option earns it', () => {
  const data = studyData([cloud(), owned()], { demand: atRate(50), revenuePerMillionRequests: 10 });
  const [rented, bought] = evaluateStudy(data).options;
  // 50/s over 365.25 days are 1,577.88 million requests.
  expect(rented?.investment?.net[1]).toBeCloseTo(15_778.8 - 17_532, 6);
  expect(bought?.investment?.net[0]).toBe(-10_000);
  expect(bought?.investment?.net[1]).toBeCloseTo(15_778.8, 6);
});

test('an option that costs nothing has no return on what is spent', () => {
  const free = owned({ name: 'free', capital: { acceleratorPrice: 0 } });
  const outcome = evaluateStudy(studyData([owned(), free]));
  expect(outcome.options[1]?.investment?.returnOnInvestment).toBeNull();
  expect(outcome.recommendation.sentence).toContain('100 % less than owned');
});

test('pairs name the cheaper one first, with both crossings', () => {
  const { pairs } = evaluateStudy(studyData([small, large], { demand: atRate(150) }));
  expect(pairs).toHaveLength(1);
  // As worked out for the crossings of these two: above 100/s for the first time, above 500/s for good.
  expect(pairs[0]).toMatchObject({ a: 'large', b: 'small', crossing: { isSettled: true } });
  expect(pairs[0]?.difference).toBeCloseTo(15_000 / 16_000 - 1, 12);
  expect(Number(pairs[0]?.crossing.first) / 86_400).toBeCloseTo(100, 6);
  expect(Number(pairs[0]?.crossing.persistent) / 86_400).toBeCloseTo(500, 6);
});

test('every option is paired with every other', () => {
  const options = [1, 2, 3, 4, 5].map((index) => owned({ name: `n${index}`, itemsPerSecond: 100 + index }));
  expect(evaluateStudy(studyData(options)).pairs).toHaveLength(10);
});

test('the utilisation from which owning pays is that of the hours rented, at the mean of a growing fleet', () => {
  const { pairs, options } = evaluateStudy(
    studyData([owned(), cloud()], { demand: atRate(60, 1), discountRate: 0.08 }),
  );
  // 60, 120, 240 a second: 1, 2, 3 instances; 1/1.08 + 2/1.08² + 3/1.08³ over the sum of the factors.
  const machines = (1 / 1.08 + 2 / 1.08 ** 2 + 3 / 1.08 ** 3) / annuityFactor(0.08, 3);
  const expected = Number(options[0]?.equivalentAnnualCost) / (machines * hoursPerYear * 2);
  expect(pairs[0]?.breakEvenUtilisation).toBeCloseTo(expected, 12);
  expect(expected).toBeCloseTo(breakEvenUtilisation(Number(options[0]?.equivalentAnnualCost), machines, 2), 12);
  // Renting always on costs what these hours cost: the two ways to say it agree.
  const [bought, rented] = options.map(({ equivalentAnnualCost }) => equivalentAnnualCost);
  expect(pairs[0]?.breakEvenUtilisation).toBeCloseTo(Number(bought) / Number(rented), 10);
});

test('committed machines are paid for at all hours: there is no utilisation to break even at', () => {
  const committed = cloud({ commitment: { machines: 'peak_of_term', price: 1, upfrontShare: 0, termYears: 3 } });
  expect(evaluateStudy(studyData([owned(), committed])).pairs[0]?.breakEvenUtilisation).toBeNull();
});

test('curves that never settle are compared up to a volume that is stated, beyond that of the study', () => {
  const spared = owned({ name: 'spared', itemsPerSecond: 130, reserve: { spares: { rule: 'share', share: 0.05 } } });
  const data = studyData([small, spared], { demand: atRate(3e5) });
  const { crossing } = evaluateStudy(data).pairs[0] ?? {};
  expect(crossing?.isSettled).toBe(false);
  expect(crossing?.examinedTo).toBeGreaterThanOrEqual(data.model.demand.requestsPerDay);
});

test('a figure that options share moves both, one that turns the order is marked', () => {
  const data = studyData([large, small], {
    demand: atRate(50),
    figures: [
      figure(
        'both prices',
        [8_000, 9_000, 40_000],
        [
          ['options', 'large', 'running', 'licencesPerMachine'],
          ['options', 'small', 'running', 'licencesPerMachine'],
        ],
      ),
      figure('price of small', [1_000, 8_000, 20_000], [['options', 'small', 'capital', 'acceleratorPrice']]),
    ],
  });
  const { sensitivity } = evaluateStudy(data);
  // Over three years with one machine each: 15,000 and 8,000 and three times the licences.
  const difference = (ofSmall: number, licences: number) => (ofSmall + 3 * licences) / (15_000 + 3 * licences) - 1;
  expect(sensitivity).toMatchObject({ a: 'small', b: 'large', output: 'difference' });
  expect(sensitivity.atBase).toBeCloseTo(difference(8_000, 9_000), 12);
  const bars = new Map(sensitivity.bars.map((bar) => [bar.name, bar]));
  expect(bars.get('both prices')?.atHigh).toBeCloseTo(difference(8_000, 40_000), 12);
  expect(bars.get('both prices')?.flipsOrder).toBe(false);
  expect(bars.get('price of small')?.atHigh).toBeCloseTo(difference(20_000, 9_000), 12);
  expect(bars.get('price of small')?.flipsOrder).toBe(true);
});

test('with one option the sensitivity is that of its cost', () => {
  const data = studyData([small], {
    figures: [figure('price', [1_000, 8_000, 20_000], [['options', 'small', 'capital', 'acceleratorPrice']])],
  });
  const { sensitivity, pairs, recommendation } = evaluateStudy(data);
  expect(sensitivity).toMatchObject({ a: 'small', b: null, output: 'cost' });
  expect(sensitivity.bars[0]?.swing).toBeCloseTo(19_000 / 3, 8);
  expect(pairs).toEqual([]);
  expect(recommendation.sentence).toBe(
    'Buy 1 machine of small: USD 84.50 per million requests over 3 years (prices of 2025-06-01).',
  ); // 8,000 for 94.6728 million requests
});

test('nothing is drawn where nothing has a range, and it is said', () => {
  const data = studyData([small, large]);
  const outcome = withSimulation(data, evaluateStudy(data), { draws: 100, seed: 1 });
  expect(outcome.simulation).toBeNull();
  expect(outcome.recommendation.caveats.join('\n')).toContain('No figure has a range');
});

test('the simulation is the same for the same seed, and its chances and spreads fit its distribution', () => {
  const data = studyData([large, small], {
    demand: atRate(50),
    figures: [
      figure(
        'price of small',
        [5_000, 12_000, 25_000],
        [['options', 'small', 'capital', 'acceleratorPrice']],
        'uniform',
      ),
    ],
  });
  const outcome = evaluateStudy(data);
  const drawn = withSimulation(data, outcome, { draws: 20_000, seed: 3 });
  expect(withSimulation(data, outcome, { draws: 20_000, seed: 3 })).toEqual(drawn);
  const { simulation, recommendation } = drawn;
  // Uniform from 5,000 to 25,000: small is cheaper below 15,000, in half of the draws.
  expect(recommendation.option).toBe('small');
  expect(simulation?.options.map(({ cheapest }) => cheapest)).toEqual([expect.closeTo(0.5, 1), expect.closeTo(0.5, 1)]);
  expect(recommendation.confidence).toBe(simulation?.options[1]?.cheapest);
  expect(simulation?.cheaperThan[1]?.[0]).toBe(recommendation.confidence);
  expect(simulation?.cheaperThan[0]?.[0]).toBeNull();
  expect(simulation?.bestFlips).toBeCloseTo(1 - Number(recommendation.confidence), 12);
  const spread = simulation?.options[1]?.equivalentAnnualCost;
  expect(spread?.p5).toBeCloseTo(6_000 / 3, -2);
  expect(spread?.p95).toBeCloseTo(24_000 / 3, -2);
  // 50/s are 1,577.88 million requests a year.
  const unit = simulation?.options[1]?.costPerMillionRequests;
  expect(unit?.p50).toBeCloseTo(Number(spread?.p50) / 1_577.88, 10);
  expect(recommendation.sentence).toMatch(/^Close to a tie\. Buy 1 machine of small: /);
  expect(recommendation.sentence).toMatch(/the cheapest in only \d\d % of 20,000 draws\.$/);
});

test('many options over decades are compared less far than two of them', () => {
  const spares = { rule: 'share', share: 0.05 } as const;
  const options = Array.from({ length: 8 }, (_, index) => ({
    ...owned({ name: `option ${index}`, itemsPerSecond: 100 + index, reserve: { spares } }),
    lifeYears: 30,
  }));
  const { pairs } = evaluateStudy(studyData(options, { demand: atRate(20_000, 0.1) }));
  expect(pairs).toHaveLength(28);
  for (const { a, b, crossing } of pairs) {
    // Steps at a volume: what is asked for each year ÷ what a machine carries, of both options.
    const carried = (name: string) => 100 + Number(name.slice(-1));
    const yearly = (1.1 ** 30 - 1) / 0.1;
    const steps = (crossing.examinedTo / 86_400) * yearly * (1 / carried(a) + 1 / carried(b));
    // 2 million over 30 years and 28 pairs.
    expect(steps).toBeCloseTo(2e6 / (30 * 28), 6);
  }
});
