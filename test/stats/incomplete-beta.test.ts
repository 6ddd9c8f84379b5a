import { expect, test } from 'vitest';
import { incompleteBeta, logGamma } from '../../src/stats/incomplete-beta.ts';

test('I_x(a, 1) is x^a and I_x(1, b) is 1 − (1 − x)^b', () => {
  for (const x of [0.01, 0.3, 0.5, 0.99]) {
    expect(incompleteBeta(x, 7, 1)).toBeCloseTo(x ** 7, 13);
    expect(incompleteBeta(x, 1, 7)).toBeCloseTo(1 - (1 - x) ** 7, 13);
  }
});

test('for whole numbers it is a sum of binomial chances', () => {
  // I_x(a, b) = P(at least a of a + b − 1 succeed): a = 3, b = 2, x = 0.4 gives 4·0.4³·0.6 + 0.4⁴ = 0.1536 + 0.0256.
  expect(incompleteBeta(0.4, 3, 2)).toBeCloseTo(0.1792, 13);
});

test('it is 0 at 0, 1 at 1, and its mirror image is its complement', () => {
  expect(incompleteBeta(0, 2, 3)).toBe(0);
  expect(incompleteBeta(1, 2, 3)).toBe(1);
  expect(incompleteBeta(0.7, 2.5, 0.7) + incompleteBeta(0.3, 0.7, 2.5)).toBeCloseTo(1, 14);
});

test('the gamma function of n + 1 is n!, that of 1/2 is √π', () => {
  expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 12);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13);
});

test('arguments outside of the domain are refused', () => {
  expect(() => incompleteBeta(1.1, 1, 1)).toThrow(RangeError);
  expect(() => incompleteBeta(0.5, 0, 1)).toThrow(RangeError);
  expect(() => logGamma(0)).toThrow(RangeError);
});
