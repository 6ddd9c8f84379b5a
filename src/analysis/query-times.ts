import { CompensatedSum } from '../stats/compensated-sum.ts';
import { OrderStatistics } from '../stats/order-statistics.ts';
import { percentileRank, percentileShares } from '../stats/percentile.ts';
import type { SampleChunk, SampleVisitor } from './scan-samples.ts';

/** A length of time, in seconds, over many queries. */
export interface Times {
  readonly count: number;
  /** NaN of no queries. */
  readonly mean: number;
  /** The value at a rank, from 0 in rising order: least, largest, and those of the percentiles of a summary, unless others were wanted. */
  at(rank: number): number;
}

/** Between which two moments of a query, or of which stage. */
const lengths = {
  response: { end: 'completed', start: 'scheduled' },
  service: { end: 'completed', start: 'started' },
  queue: { end: 'started', start: 'sent' },
  delay: { end: 'sent', start: 'scheduled' },
  preprocess: { end: 'preprocess', start: null },
  inference: { end: 'inference', start: null },
  postprocess: { end: 'postprocess', start: null },
} as const;

export interface WantedTimes {
  readonly length: keyof typeof lengths;
  /** Kind of the rows that count. */
  readonly kind: number;
  /** Rows that there will be at most, those of other kinds included. */
  readonly rows: number;
  /** Which ranks of `count` values are wanted. */
  readonly ranks?: (count: number) => Iterable<number>;
  /** How many values may be kept. */
  readonly keep?: number | undefined;
}

/** Takes in one length of time of all queries, in as many passes over them as its values at the wanted ranks need. */
export class QueryTimes implements SampleVisitor, Times {
  readonly #wanted: WantedTimes;
  readonly #values: OrderStatistics;
  readonly #sum = new CompensatedSum();
  #isFirstPass = true;

  constructor(wanted: WantedTimes) {
    this.#wanted = wanted;
    this.#values = new OrderStatistics(wanted.rows, wanted.keep);
  }

  visit(chunk: SampleChunk): void {
    const { length, kind } = this.#wanted;
    const end = chunk[lengths[length].end];
    const { start } = lengths[length];
    const from = start === null ? null : chunk[start];
    for (let row = 0; row < chunk.rows; row++) {
      if (chunk.kind[row] !== kind) continue;
      const seconds = (end[row] ?? Number.NaN) - (from === null ? 0 : (from[row] ?? Number.NaN));
      this.#values.add(seconds);
      if (this.#isFirstPass) this.#sum.add(seconds);
    }
  }

  /** All rows have been visited once more. */
  endPass(): void {
    if (!this.#isFirstPass) {
      this.#values.endPass();
      return;
    }
    this.#isFirstPass = false;
    this.#values.want((this.#wanted.ranks ?? ranksOfSummary)(this.count));
  }

  /** Whether a further pass is needed before all wanted ranks are known. */
  get isPending(): boolean {
    return this.#values.isPending;
  }

  get count(): number {
    return this.#values.count;
  }

  get mean(): number {
    return this.#sum.value / this.count;
  }

  at(rank: number): number {
    return this.#values.at(rank);
  }
}

/** Least, largest, and every percentile of a summary. */
function ranksOfSummary(count: number): number[] {
  if (count === 0) return [];
  return [0, count - 1, ...Object.values(percentileShares).map((share) => percentileRank(count, share))];
}
