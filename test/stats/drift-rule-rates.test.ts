import { expect, test } from 'vitest';
import { correlations, driftRates, watchRates } from '../../bench/drift-rule-experiments.mjs';

/*
 * The series of bench/drift-rule.mjs with a tenth of the draws. docs/statistics.md has the rates of all; here a rate may differ from what is
 * said there by three standard errors of 200 draws.
 */
const draws = 200;
const margin = (share: number) => 3 * Math.sqrt((share * (1 - share)) / draws);

test.each(correlations.map((correlation) => ({ correlation })))(
  'a steady window of 662 queries is called up or down in less than a tenth, φ $correlation',
  ({ correlation }) => {
    for (const { steady } of driftRates({ queries: 662, correlation, among: ['steady'] }, draws)) {
      expect(steady).toBeLessThanOrEqual(0.1 + margin(0.1));
    }
  },
);

test('even 64 queries that are worth three are called up or down in less than an eighth', () => {
  for (const { steady } of driftRates({ queries: 64, correlation: 0.9, among: ['steady'] }, draws)) {
    expect(steady).toBeLessThanOrEqual(0.125 + margin(0.125));
  }
});

test('a drift of 5 % and a shift of 10 % are found where the noise allows', () => {
  const [quiet, noisy] = driftRates({ queries: 662, correlation: 0.7, among: ['drift5', 'shift10'] }, draws);
  expect(quiet?.drift5).toBeGreaterThanOrEqual(0.99);
  expect(quiet?.shift10).toBeGreaterThanOrEqual(0.99);
  expect(noisy?.shift10).toBeGreaterThanOrEqual(0.95);
  // Of queries that vary by 10 % a drift of 5 % is found in three of ten: 662 of them are worth 116.
  expect(noisy?.drift5).toBeLessThan(0.5);
});

test('the watch of a warm-up leaves nothing of a latency that falls as fast as the minimum lasts', () => {
  const { leftAtMinimum, left, tooEarly } = watchRates({ fall: 100, variation: 0.02 }, draws);
  expect(leftAtMinimum).toBeCloseTo(0.3 / Math.E, 12);
  expect(left).toBeLessThan(0.005);
  expect(tooEarly).toBeLessThan(0.02);
});

test('a steady warm-up ends at its minimum', () => {
  expect(watchRates({ fall: 0, variation: 0.02 }, draws)).toMatchObject({ median: 100, p90: 100 });
});
