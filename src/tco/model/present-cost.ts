import { annuityFactor } from './cash-flow.ts';
import type { Demand } from './demand.ts';
import type { CostItem, Ledger } from './ledger.ts';
import { type Option, walkOption } from './option.ts';

/** What an option costs, as one number. */
export interface PresentCost {
  /** Net present cost over the option's life, currency. */
  readonly netPresentCost: number;
  /** The equal amount at the end of each year that is worth as much, currency/year. */
  readonly equivalentAnnualCost: number;
  /** Levelised: net present cost ÷ requests that are discounted alike, currency per 10⁶ requests. */
  readonly costPerMillionRequests: number;
}

export type CostMeasure = keyof PresentCost;

/** A ledger that keeps nothing but discounted sums, so that many draws can be walked through. */
class DiscountedSums implements Ledger {
  cost = 0;
  requests = 0;
  #factors: readonly number[] = [];

  begin(factors: readonly number[]): void {
    this.cost = 0;
    this.requests = 0;
    this.#factors = factors;
  }

  pay(time: number, _item: CostItem, amount: number): void {
    this.cost += amount * (this.#factors[time] ?? Number.NaN);
  }

  serve(time: number, requests: number): void {
    this.requests += requests * (this.#factors[time] ?? Number.NaN);
  }

  draw(): void {}

  buy(): void {}
}

/** Computes present costs again and again; not to be shared between calls that overlap. */
export class PresentCosts {
  readonly #sums = new DiscountedSums();
  #rate = Number.NaN;
  #years = 0;
  #factors: number[] = [];
  #annuity = Number.NaN;

  /** Cost of an option at a discount rate a year. `serving`: machines a year instead of those that the peak needs. */
  of(option: Option, demand: Demand, rate: number, serving: readonly number[] | null = null): PresentCost {
    this.#discount(rate, option.lifeYears);
    this.#sums.begin(this.#factors);
    walkOption(option, demand, this.#sums, serving);
    const { cost, requests } = this.#sums;
    return {
      netPresentCost: cost,
      equivalentAnnualCost: cost / this.#annuity,
      costPerMillionRequests: (1e6 * cost) / requests,
    };
  }

  /** The factors 1 / (1 + rate)^t for t from 0 to the end of the life. */
  #discount(rate: number, years: number): void {
    if (rate === this.#rate && years === this.#years) return;
    this.#rate = rate;
    this.#years = years;
    this.#annuity = annuityFactor(rate, years);
    this.#factors.length = 0;
    for (let time = 0, factor = 1; time <= years; time++, factor /= 1 + rate) this.#factors.push(factor);
  }
}
