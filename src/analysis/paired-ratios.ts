/** What percentile the ratios are of, and how many values a group has on each side at least. */
export interface GroupRule {
  readonly p: number;
  readonly inGroup: number;
}

/**
 * Logarithms of the ratio of a percentile on one side of a pair to that on the other. Pairs with few values are joined with those that follow,
 * until both sides have enough for the percentile. Holds the values of the group that is begun, and no others.
 */
export class GroupedRatios {
  readonly logarithms: number[] = [];
  /** Pairs and values that were added. */
  pairs = 0;
  readonly queries = { on: 0, off: 0 };
  readonly #rule: GroupRule;
  #on: number[] = [];
  #off: number[] = [];

  constructor(rule: GroupRule) {
    this.#rule = rule;
  }

  /** Adds the values of both sides of a pair, which must be above 0. */
  add(on: readonly number[], off: readonly number[]): void {
    this.pairs++;
    this.queries.on += on.length;
    this.queries.off += off.length;
    this.#join(on, off);
  }

  /** All of them as one: groups that were begun are joined to each other. */
  static join(all: readonly GroupedRatios[], rule: GroupRule): GroupedRatios {
    const joined = new GroupedRatios(rule);
    for (const one of all) {
      joined.pairs += one.pairs;
      joined.queries.on += one.queries.on;
      joined.queries.off += one.queries.off;
      for (const logarithm of one.logarithms) joined.logarithms.push(logarithm);
      joined.#join(one.#on, one.#off);
    }
    return joined;
  }

  #join(on: readonly number[], off: readonly number[]): void {
    // Not spread into push: a pair may have more values than a call has arguments.
    this.#on = this.#on.length === 0 ? [...on] : this.#on.concat(on);
    this.#off = this.#off.length === 0 ? [...off] : this.#off.concat(off);
    const { inGroup, p } = this.#rule;
    if (this.#on.length < inGroup || this.#off.length < inGroup) return;
    this.logarithms.push(Math.log(nearestRank(this.#on, p) / nearestRank(this.#off, p)));
    this.#on = [];
    this.#off = [];
  }
}

/** `sorted[floor(n·p)]`, as everywhere; here also of few values, because only what many groups say together is told. */
function nearestRank(values: readonly number[], p: number): number {
  return Float64Array.from(values).sort()[Math.floor(values.length * p)] ?? Number.NaN;
}
