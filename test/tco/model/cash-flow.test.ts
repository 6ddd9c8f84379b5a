import { expect, test } from 'vitest';
import {
  annuityFactor,
  cumulative,
  equivalentAnnualCost,
  netPresentValue,
  paybackTime,
  returnOnInvestment,
} from '../../../src/tco/model/cash-flow.ts';

test('1,100 in a year and 1,210 in two are worth 2,000 at 10 %', () => {
  expect(netPresentValue([0, 1_100, 1_210], 0.1)).toBeCloseTo(2_000, 10); // 1,100 / 1.1 + 1,210 / 1.21
});

test('at a rate of 0 the present value is the sum', () => {
  expect(netPresentValue([-7, 1, 2, 3, 4], 0)).toBe(3);
  expect(annuityFactor(0, 5)).toBe(5);
});

test('an annuity of three years at 8 % is worth 2.5771 times its payment', () => {
  // 1 / 1.08 + 1 / 1.1664 + 1 / 1.259712 = 0.925926 + 0.857339 + 0.793832
  expect(annuityFactor(0.08, 3)).toBeCloseTo(0.925926 + 0.857339 + 0.793832, 5);
});

test('the annuity factor keeps its digits at the least rates', () => {
  expect(annuityFactor(1e-12, 4)).toBeCloseTo(4 - 1e-11, 12); // 4 − 10 · rate, to the first order
});

test('the equivalent annual cost, paid each year, is worth the present value', () => {
  for (const [rate, years] of [
    [0.08, 3],
    [0.12, 7],
    [0, 4],
    [-0.01, 5],
  ] as const) {
    const each = equivalentAnnualCost(12_345, rate, years);
    expect(netPresentValue([0, ...new Array(years).fill(each)], rate)).toBeCloseTo(12_345, 7);
  }
});

test('of two lives the longer one costs less a year at the same price', () => {
  expect(equivalentAnnualCost(10_000, 0.08, 3)).toBeCloseTo(3_880.34, 2); // 10,000 / 2.577097
  expect(equivalentAnnualCost(10_000, 0.08, 5)).toBeCloseTo(2_504.56, 2); // 10,000 / 3.992710
});

test('payback is the first year in which nothing is owed any more, later when amounts are discounted', () => {
  const amounts = [-1_000, 400, 400, 250, 400];
  expect(cumulative(amounts)).toEqual([-1_000, -600, -200, 50, 450]);
  expect(paybackTime(amounts)).toBe(3);
  expect(paybackTime(amounts, 0.1)).toBe(4); // 363.6 + 330.6 + 187.8 = 882 after three, 1,155 after four
  expect(paybackTime([-1_000, 400, 400])).toBeNull();
  expect(paybackTime([0, 1])).toBe(0);
});

test('what is spent after a while is not paid back before', () => {
  expect(paybackTime([0, -10, -10])).toBeNull();
  expect(paybackTime([0, -10, 4, 6])).toBe(3);
});

test('a return on investment is the gain as a share of the cost', () => {
  expect(returnOnInvestment(1_500, 1_000)).toBe(0.5);
  expect(returnOnInvestment(500, 1_000)).toBe(-0.5);
  expect(() => returnOnInvestment(1, 0)).toThrow(/a cost above 0, got 0/);
});

test('rates at or below -1 are refused', () => {
  expect(() => netPresentValue([1], -1)).toThrow(/a rate above -1, got -1/);
  expect(() => annuityFactor(Number.NaN, 3)).toThrow(/a rate above -1, got NaN/);
  expect(() => annuityFactor(0.1, 0)).toThrow(/a number of periods above 0, got 0/);
});
