import { expect, test } from 'vitest';
import { unevenShare, validateAa } from '../../bench/aa-experiments.mjs';

/*
 * Machines of very different noise, drawn by the numbers of bench/aa-experiments.mjs, so that every run of this file is the same. The shares of
 * many more of them are printed by bench/aa-simulation.mjs.
 */
test('fresh gates of equal versions do what a session said, and with the margin that it named they hardly ever alarm', () => {
  const { predicted, atMargin, atSupported } = validateAa({ machines: 10, gates: 12, replays: 100 });
  expect(Math.abs(predicted.passed - atMargin.passed)).toBeLessThan(0.06);
  expect(atMargin.flagged).toBeLessThanOrEqual(0.01);
  expect(atSupported.machines).toBe(10);
  expect(atSupported).toMatchObject({ flagged: 0, regressed: 0 });
  expect(atSupported.passed).toBeGreaterThan(0.9);
});

test('arms that differ by the margin are called uneven on every machine, and equal ones on none', () => {
  expect(unevenShare({ machines: 12, bias: 0.05 })).toBeGreaterThan(0.9);
  expect(unevenShare({ machines: 12, bias: 0 })).toBe(0);
});
