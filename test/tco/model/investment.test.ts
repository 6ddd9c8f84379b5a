import { expect, test } from 'vitest';
import { investmentReturn } from '../../../src/tco/model/investment.ts';

test('1,000 that save 500 a year for three years', () => {
  const found = investmentReturn([1_000, 0, 0, 0], [0, 500, 500, 500], 0.1);
  expect(found.net).toEqual([-1_000, 500, 500, 500]);
  expect(found.netPresentValue).toBeCloseTo(243.43, 2); // 500 · 2.486852 − 1,000
  expect(found.returnOnInvestment).toBeCloseTo(0.24343, 5);
  expect(found.payback).toBe(2);
  expect(found.discountedPayback).toBe(3); // 867.77 after two years
  expect(found.internalRate).toEqual({ kind: 'rate', rate: expect.closeTo(0.233752, 6) }); // 2.000000 = annuity of three years
});

test('an option that is cheaper at every time has no rate of return: nothing is invested', () => {
  expect(investmentReturn([100, 10], [200, 20], 0.1)).toMatchObject({ payback: 0, internalRate: { kind: 'none' } });
});

test('benefits of other years are refused', () => {
  expect(() => investmentReturn([1, 2, 3], [1, 2], 0)).toThrow(/over the 2 years of the costs, got 1/);
});
