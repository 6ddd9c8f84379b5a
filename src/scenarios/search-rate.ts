export interface RateBounds {
  /** Queries a second to begin with: above 0, best near to what the engine can take. */
  readonly start: number;
  /** No lower rate is tried. */
  readonly lowest: number;
  /** No higher rate is tried. */
  readonly highest: number;
}

/** The search ends when the step to the next rate is below this share of the rate. */
export const rateResolution = 0.01;

/**
 * Looks for the highest rate that passes, in queries a second. As FindPeakPerformance of MLPerf LoadGen: the rate is doubled until one fails
 * (or, where already the first does, halved until one passes), then the stretch between the two is halved until the step is below 1 %. Rates
 * have three significant digits, so that what is found can be said. It takes for granted that what fails at a rate fails above it too; where
 * chance decides, near the edge, so does the answer: what is found is to be measured again.
 *
 * `next` is the rate to try, and `add` takes what came of it; no rate is asked for twice. The same outcomes lead through the same rates.
 */
export class RateSearchSteps {
  readonly #lowest: number;
  readonly #highest: number;
  #next: number | null;
  #passing: number | null = null;
  #failing: number | null = null;

  constructor({ start, lowest, highest }: RateBounds) {
    if (!(start > 0 && lowest > 0 && lowest <= highest && highest < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`Expected rates above 0 with lowest <= highest, got ${start}, ${lowest}, ${highest}.`);
    }
    this.#lowest = lowest;
    this.#highest = highest;
    this.#next = this.#within(start);
  }

  /** The rate to try; null: the search has ended. */
  get next(): number | null {
    return this.#next;
  }

  /** The highest rate that passed so far; null: none did. Where even `highest` passes, that is the answer. */
  get found(): number | null {
    return this.#passing;
  }

  /** Takes whether the rate to try passed. */
  add(passed: boolean): void {
    const rate = this.#next;
    if (rate === null) throw new Error('The search has ended: there is no rate that was to be tried.');
    if (passed) this.#passing = rate;
    else this.#failing = rate;
    const wanted = this.#wanted();
    const next = wanted === null ? null : this.#within(wanted);
    // At a bound, or rounded to three digits, the next rate may be one that is known.
    this.#next = next === this.#passing || next === this.#failing ? null : next;
  }

  #wanted(): number | null {
    if (this.#passing === null) return (this.#failing ?? 0) / 2;
    if (this.#failing === null) return this.#passing * 2;
    const step = (this.#failing - this.#passing) / 2;
    return step < rateResolution * this.#passing ? null : this.#passing + step;
  }

  #within(rate: number): number {
    return Math.min(Math.max(Number(rate.toPrecision(3)), this.#lowest), this.#highest);
  }
}
