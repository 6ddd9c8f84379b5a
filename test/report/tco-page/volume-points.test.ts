import { expect, test } from 'vitest';
import { viewOf } from '../../../src/report/tco-page/view.ts';
import { differences, unitCosts, volumesOf, volumesShown } from '../../../src/report/tco-page/volume-points.ts';
import { workedOutcome, workedStudy } from './worked-study.ts';

const { model } = workedStudy();
const [hour, card] = model.options;
if (hour === undefined || card === undefined) throw new Error('Expected two options.');
/** One machine of 100 items/s carries 50 requests/s on average where the peak is twice the mean. */
const step = 50 * 86_400;

test('both sides of every step are there, so that the teeth of the saw are upright', () => {
  const volumes = volumesOf([card], model, [step / 2, 3.5 * step]);
  for (const full of [step, 2 * step, 3 * step]) {
    const at = volumes.findIndex((volume) => Math.abs(volume / full - 1) < 1e-12);
    const [before, after] = unitCosts(card, model, [volumes[at] ?? 0, volumes[at + 1] ?? 0]);
    // The next machine costs 10,000 more for as many requests.
    const machines = full / step;
    expect((after?.cost ?? 0) / (before?.cost ?? 1)).toBeCloseTo((machines + 1) / machines, 6);
  }
  expect(volumes).toEqual(volumes.toSorted((one, other) => one - other));
});

test('the cost of a million requests is that of the life over its requests', () => {
  // 10,000 for 50 requests/s over 3 years of 365.25 days: 4,733,640,000 requests.
  expect(unitCosts(card, model, [step])[0]?.cost).toBeCloseTo((1e6 * 10_000) / (50 * 86_400 * 365.25 * 3), 9);
});

test('the difference is cost over cost less one', () => {
  // One machine each: 10,000 against 3 × 8,766.
  expect(differences(card, hour, model, [step])[0]?.cost).toBeCloseTo(10_000 / 26_298 - 1, 12);
});

test('the chart reaches from below the study’s demand to above it and its break-evens', () => {
  const study = workedStudy();
  const outcome = workedOutcome(study);
  const [pair] = outcome.pairs;
  if (pair === undefined) throw new Error('Expected a pair.');
  const later = { ...pair, crossing: { ...pair.crossing, first: 2 * step, persistent: 40 * step } };
  const [from, to] = volumesShown(viewOf(study, { ...outcome, pairs: [later] }));
  expect(from).toBeLessThan(study.model.demand.requestsPerDay);
  expect(to).toBeGreaterThan(40 * step);
});
