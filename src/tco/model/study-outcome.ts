import type { Stretch } from './crossing.ts';
import type { InvestmentReturn } from './investment.ts';
import type { CostItem } from './ledger.ts';
import type { Emissions, OptionYear } from './option-cost.ts';
import type { PresentCost } from './present-cost.ts';
import type { Spread } from './simulated-costs.ts';
import type { ThroughputOrigin } from './study-data.ts';
import type { TornadoBar } from './tornado.ts';

/** What a study comes to: plain data, in the currency of the study. */
export interface StudyOutcome {
  /** In the order of the study. */
  readonly options: readonly OptionOutcome[];
  /** Names, by equivalent annual cost, the cheapest first. */
  readonly order: readonly string[];
  /** Every option against every other, the cheaper at the study's demand first. */
  readonly pairs: readonly PairOutcome[];
  readonly sensitivity: Sensitivity;
  /** Null: no figure of the study has a range, so that there is nothing to draw. */
  readonly simulation: SimulationOutcome | null;
  readonly recommendation: Recommendation;
}

/** What a recommendation is made of. */
export type Findings = Omit<StudyOutcome, 'recommendation'>;

export interface OptionOutcome extends PresentCost {
  readonly name: string;
  readonly kind: 'owned' | 'cloud';
  readonly throughput: ThroughputOrigin & { readonly itemsPerSecond: number; readonly maxUtilisation: number };
  readonly years: readonly OptionYear[];
  readonly cashFlow: readonly number[];
  readonly cumulative: readonly number[];
  /** Over the whole life, not discounted; the order of the ledger's items. */
  readonly byItem: readonly { readonly item: CostItem; readonly amount: number; readonly flow: readonly number[] }[];
  readonly emissions: Emissions;
  /**
   * Against what the requests bring in where the study states it, else against the baseline, whose costs are then the benefit; null for the
   * baseline itself. Where nothing is spent first (`isSpentFirst`), there is no payback, and the rate is that of a loan.
   */
  readonly investment: InvestmentReturn | null;
}

/** A against B. */
export interface PairOutcome {
  readonly a: string;
  readonly b: string;
  /** Equivalent annual cost of A ÷ that of B − 1. */
  readonly difference: number;
  /** Volumes in requests a day of the first year. */
  readonly crossing: {
    /** Where A is strictly cheaper. */
    readonly stretches: readonly Stretch[];
    readonly first: number | null;
    readonly persistent: number | null;
    readonly examinedTo: number;
    readonly isSettled: boolean;
  };
  /**
   * Where one is owned and the other rented by the hour: the share of the hours from which on owning costs less; null otherwise, and for
   * committed machines, which are paid for at all hours.
   */
  readonly breakEvenUtilisation: number | null;
}

/** How the difference of the two cheapest options moves with one figure at a time. */
export interface Sensitivity {
  /** Null with one option: then `output` is its equivalent annual cost. */
  readonly a: string;
  readonly b: string | null;
  /** `difference`: cost of A ÷ cost of B − 1; `cost`: equivalent annual cost. */
  readonly output: 'difference' | 'cost';
  readonly atBase: number;
  /** The widest first; of figures with a range. */
  readonly bars: readonly (TornadoBar & { readonly title: string; readonly flipsOrder: boolean })[];
}

export interface SimulationOutcome {
  readonly draws: number;
  readonly seed: number;
  /** In the order of the options; equivalent annual cost, and cost per 10⁶ requests. */
  readonly options: readonly {
    readonly name: string;
    readonly equivalentAnnualCost: Spread;
    readonly costPerMillionRequests: Spread;
    /** Share of the draws in which it is the cheapest. */
    readonly cheapest: number;
  }[];
  /** Chance that the row is cheaper than the column, by the order of the options; null on the diagonal. */
  readonly cheaperThan: readonly (readonly (number | null)[])[];
  /** Share of the draws in which another option than at the base is the cheapest. */
  readonly bestFlips: number;
}

/** What to buy, in one sentence. */
export interface Recommendation {
  readonly option: string;
  /** Such as `Buy 3 machines of A100 (6 accelerators): $0.41 per million requests, 18 % less than V100; cheapest in 83 % of the draws.` */
  readonly sentence: string;
  /** Share of the draws in which it is the cheapest; null: nothing was drawn. */
  readonly confidence: number | null;
  /** What would change it or weakens it, a sentence each: guesses it rests on, projections, near ties, volumes at which another wins. */
  readonly caveats: readonly string[];
}
