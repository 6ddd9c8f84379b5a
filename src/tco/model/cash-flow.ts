import { checkPositive } from './check-figure.ts';
import { wholePower } from './whole-power.ts';

/**
 * Present value of amounts at t = 0, 1, 2 … periods: Σ amount_t / (1 + rate)^t. At rate 0 it is their sum. Costs and receipts differ in
 * sign; which is which is the caller's. Rate > −1 a period.
 */
export function netPresentValue(amounts: readonly number[], rate: number): number {
  checkRate(rate);
  let value = 0;
  for (let time = amounts.length - 1; time >= 0; time--) value = value / (1 + rate) + (amounts[time] ?? 0);
  return value;
}

/** Present value of 1 at the end of each of `periods` periods: (1 − (1 + rate)^−periods) / rate; at rate 0 their number. */
export function annuityFactor(rate: number, periods: number): number {
  checkRate(rate);
  checkPositive('a number of periods', periods);
  // expm1 and log1p keep the digits that 1 − (1 + rate)^−n loses for small rates.
  return rate === 0 ? periods : -Math.expm1(-periods * Math.log1p(rate)) / rate;
}

/** The equal amount at the end of each period that is worth as much as `presentValue`; compares options of different lives. */
export function equivalentAnnualCost(presentValue: number, rate: number, years: number): number {
  return presentValue / annuityFactor(rate, years);
}

/** Cumulative sums; with a rate, of the discounted amounts. */
export function cumulative(amounts: readonly number[], rate = 0): number[] {
  checkRate(rate);
  let sum = 0;
  return amounts.map((amount, time) => {
    sum += amount / wholePower(1 + rate, time);
    return sum;
  });
}

/**
 * Payback: the first t ≥ 0, or from the first expense on, at which what has come in covers what has gone out, in whole periods; with a rate, of the discounted amounts.
 * Amounts are positive when money comes in. null: never within the amounts. A later expense may sink the sum again.
 */
export function paybackTime(amounts: readonly number[], rate = 0): number | null {
  const first = amounts.findIndex((amount) => amount !== 0);
  // What is spent after a while is not paid back before.
  const start = (amounts[first] ?? 0) < 0 ? first : 0;
  const time = cumulative(amounts, rate).findIndex((sum, index) => index >= start && sum >= 0);
  return time < 0 ? null : time;
}

/** Return on an investment: (benefit − cost) / cost. */
export function returnOnInvestment(benefit: number, cost: number): number {
  checkPositive('a cost', cost);
  return (benefit - cost) / cost;
}

function checkRate(rate: number): void {
  if (!(rate > -1 && rate < Number.POSITIVE_INFINITY)) throw new RangeError(`Expected a rate above -1, got ${rate}.`);
}
