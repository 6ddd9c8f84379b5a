import { expect, test } from 'vitest';
import { logit, sigmoid } from '../../../src/engine/postprocess/sigmoid.ts';

test('the logistic function of the logarithm of odds is their probability', () => {
  // Odds of 3 : 1 and 1 : 3.
  expect(sigmoid(Math.log(3))).toBeCloseTo(0.75, 15);
  expect(sigmoid(-Math.log(3))).toBeCloseTo(0.25, 15);
  expect(sigmoid(0)).toBe(0.5);
});

test('it neither overflows nor loses small probabilities', () => {
  expect(sigmoid(1e6)).toBe(1);
  expect(sigmoid(-1e6)).toBe(0);
  // exp(−100) / (1 + exp(−100)): 1 − sigmoid(100) would be 0.
  expect(sigmoid(-100) / Math.exp(-100)).toBeCloseTo(1, 12);
});

test('the logit undoes it, with infinities at its ends', () => {
  for (const x of [-30, -1, 0, 0.5, 12]) expect(logit(sigmoid(x))).toBeCloseTo(x, 9);
  expect([logit(0), logit(-1), logit(1), logit(2)]).toEqual([-Infinity, -Infinity, Infinity, Infinity]);
});
