import { netPresentValue, paybackTime, returnOnInvestment } from './cash-flow.ts';
import { type InternalRate, internalRate } from './internal-rate.ts';

/** What an investment brings. */
export interface InvestmentReturn {
  /** What comes in less what goes out, at t = 0, 1 … years. */
  readonly net: readonly number[];
  readonly netPresentValue: number;
  /** (Present benefit − present cost) ÷ present cost. */
  readonly returnOnInvestment: number;
  /** Years until the sum is no longer negative; null: never. */
  readonly payback: number | null;
  readonly discountedPayback: number | null;
  readonly internalRate: InternalRate;
}

/**
 * Return on `costs`, paid at t = 0, 1 … years, by `benefits` at the same times: revenue, or what another option would have cost. Throws a
 * RangeError where the two do not cover the same years.
 */
export function investmentReturn(
  costs: readonly number[],
  benefits: readonly number[],
  rate: number,
): InvestmentReturn {
  if (costs.length !== benefits.length) {
    throw new RangeError(
      `Expected benefits over the ${costs.length - 1} years of the costs, got ${benefits.length - 1}.`,
    );
  }
  const net = costs.map((cost, time) => (benefits[time] ?? 0) - cost);
  return {
    net,
    netPresentValue: netPresentValue(net, rate),
    returnOnInvestment: returnOnInvestment(netPresentValue(benefits, rate), netPresentValue(costs, rate)),
    payback: paybackTime(net),
    discountedPayback: paybackTime(net, rate),
    internalRate: internalRate(net),
  };
}
