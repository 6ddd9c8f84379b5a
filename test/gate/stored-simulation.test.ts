import { expect, test } from 'vitest';
import { storedRates } from '../../bench/stored-experiments.mjs';

/*
 * Two runs, one after the other, on the machine of bench/gate-experiments.mjs; seeds make every run of this file the same. The wanted rate is that of
 * endless gates; of so many a rate may differ from it by three standard errors.
 */
const gates = 150;
const error = (share: number) => 3 * Math.sqrt((share * (1 - share)) / gates);

test('equal versions regress in at most 1 % of gates, whether of five rounds or of twenty', () => {
  for (const rounds of [5, 10, 20]) {
    expect(storedRates({ rounds }, gates).alarmed).toBeLessThanOrEqual(0.01 + error(0.01));
  }
});

test('a change of just the margin fails in at most 2.5 %, and seldom passes', () => {
  const { found, missed } = storedRates({ effect: 0.05 }, gates);
  expect(found).toBeLessThanOrEqual(0.025 + error(0.025));
  expect(missed).toBeLessThanOrEqual(0.025 + error(0.025));
});

test('20 % are found in most gates', () => {
  expect(storedRates({ effect: 0.2 }, gates).found).toBeGreaterThan(0.75);
});

test('a machine that is 25 % slower in the second run fails no suite of six equal cases', () => {
  expect(storedRates({ scenarios: 6, between: 0.25 }, 60)).toMatchObject({ alarmed: 0, shifted: expect.closeTo(1, 9) });
});

test('of one case alone, another state of the machine cannot be told from a change', () => {
  // Why the report says that runs one after the other are the weaker way.
  expect(storedRates({ between: 0.25 }, 60).alarmed).toBeGreaterThan(0.5);
});

test('on a quiet machine equal versions pass, and 8 % against a margin of 5 % are found in most gates', () => {
  const noise = { step: { size: 0, chance: 0, slots: [1, 1] as const }, walk: 0.001 };
  expect(storedRates({ noise }, gates).pass).toBeGreaterThan(0.9);
  expect(storedRates({ noise, effect: 0.08 }, gates).found).toBeGreaterThan(0.5);
});
