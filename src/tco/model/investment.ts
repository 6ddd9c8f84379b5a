import { netPresentValue, paybackTime, returnOnInvestment } from './cash-flow.ts';
import { type InternalRate, internalRate } from './internal-rate.ts';

/** What an investment brings. */
export interface InvestmentReturn {
  /** What comes in less what goes out, at t = 0, 1 … years. */
  readonly net: readonly number[];
  readonly netPresentValue: number;
  /** (Present benefit − present cost) ÷ present cost; null: nothing is spent. */
  readonly returnOnInvestment: number | null;
  /** Years until the sum is no longer negative; null: never. */
  readonly payback: number | null;
  readonly discountedPayback: number | null;
  readonly internalRate: InternalRate;
}

/**
 * Whether money is first spent and then comes back. Where it comes in first, as when renting saves a purchase, there is nothing to be paid
 * back, and an internal rate is what the money saved at first costs later.
 */
export function isSpentFirst({ net }: Pick<InvestmentReturn, 'net'>): boolean {
  return (net.find((amount) => amount !== 0) ?? 0) < 0;
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
  const presentCost = netPresentValue(costs, rate);
  return {
    net,
    netPresentValue: netPresentValue(net, rate),
    returnOnInvestment: presentCost > 0 ? returnOnInvestment(netPresentValue(benefits, rate), presentCost) : null,
    payback: paybackTime(net),
    discountedPayback: paybackTime(net, rate),
    internalRate: internalRate(net),
  };
}
