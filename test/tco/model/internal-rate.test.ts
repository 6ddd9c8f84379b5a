import { expect, test } from 'vitest';
import { netPresentValue } from '../../../src/tco/model/cash-flow.ts';
import { internalRate } from '../../../src/tco/model/internal-rate.ts';

const rateOf = (amounts: readonly number[]) => {
  const answer = internalRate(amounts);
  return answer.kind === 'rate' ? answer.rate : answer;
};

test('rates that can be told by hand', () => {
  expect(rateOf([-100, 110])).toBeCloseTo(0.1, 14);
  expect(rateOf([-100, 0, 121])).toBeCloseTo(0.1, 14);
  expect(rateOf([-100, 50])).toBeCloseTo(-0.5, 14); // half is lost
  expect(rateOf([-100, 100])).toBeCloseTo(0, 14);
  expect(rateOf([-1, 1_000_001])).toBeCloseTo(1e6, 6);
  expect(rateOf([100, -110])).toBeCloseTo(0.1, 14); // a loan
});

test('rates as the roots of the polynomial say them (numpy.roots)', () => {
  expect(rateOf([-100, 39, 59, 55, 20])).toBeCloseTo(0.28094842115996066, 13);
  expect(rateOf([-100, 0, 0, 74])).toBeCloseTo(-0.0954958303489728, 13);
  expect(rateOf([-1_000, -200, 300, 420, 680, 90])).toBeCloseTo(0.07025567855110748, 13);
});

test('when it is counted from does not matter', () => {
  expect(rateOf([0, 0, -100, 50, 70])).toBeCloseTo(Number(rateOf([-100, 50, 70])), 14);
});

test('amounts that never change sign have no rate', () => {
  expect(internalRate([-100, -5, 0, -1])).toEqual({ kind: 'none' });
  expect(internalRate([0, 0])).toEqual({ kind: 'none' });
});

test('amounts that change sign more than once have several: 10 % and 20 % here', () => {
  const amounts = [-100, 230, -132]; // −100 (x − 1.1)(x − 1.2) with x = 1 + rate
  expect(netPresentValue(amounts, 0.1)).toBeCloseTo(0, 10);
  expect(netPresentValue(amounts, 0.2)).toBeCloseTo(0, 10);
  expect(internalRate(amounts)).toEqual({ kind: 'multiple', signChanges: 2 });
});

test('no amounts and amounts that are no numbers are refused', () => {
  expect(() => internalRate([])).toThrow(/at least 1 amounts, got 0/);
  expect(() => internalRate([1, Number.NaN])).toThrow(/finite amounts, got NaN at 1/);
});
