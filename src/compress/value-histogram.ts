import type { Range } from './affine-quantization.ts';

/** Bins on each side of 0. */
const binsPerSide = 2048;

/**
 * Counts values as they stream by, in bins of equal width around 0, in memory that does not grow: `limit` is a power of two; when a value
 * lies beyond it, `limit` doubles and bins are joined in pairs. Bins meet at 0 at every width, so that no count is ever split.
 *
 *     −limit ────┼────┼────┼──── 0 ────┼────┼────┼──── limit
 */
export class ValueHistogram {
  #limit = 0;
  #counts = new Float64Array(2 * binsPerSide);
  #total = 0;
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;

  get total(): number {
    return this.#total;
  }

  /** Counts values that are all finite and within `seen`, their exact range. */
  add(values: Float32Array, seen: Range): void {
    if (values.length === 0) return;
    this.#low = Math.min(this.#low, seen.low);
    this.#high = Math.max(this.#high, seen.high);
    this.#reach(Math.max(-seen.low, seen.high));
    this.#total += values.length;
    if (this.#limit === 0) return;
    const counts = this.#counts;
    const perUnit = binsPerSide / this.#limit;
    for (let index = 0; index < values.length; index++) {
      const bin = Math.min(2 * binsPerSide - 1, Math.floor((values[index] ?? 0) * perUnit) + binsPerSide);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }

  /**
   * The range that holds `percent` of the values, as many left out below as above (as onnxruntime's percentile calibration does), and never
   * wider than what was seen. Its ends are the outer edges of bins: at most one bin's width, limit / 2048, beyond the exact ones.
   * @throws RangeError without values, or for a percentage outside of (0, 100].
   */
  percentileRange(percent: number): Range {
    if (!(percent > 0 && percent <= 100))
      throw new RangeError(`Expected a percentage above 0 and up to 100, got ${percent}.`);
    if (this.#total === 0) throw new RangeError('Expected a histogram of at least one value.');
    if (this.#limit === 0) return { low: 0, high: 0 };
    const cut = ((100 - percent) / 200) * this.#total;
    const width = this.#limit / binsPerSide;
    const first = this.#binBehind(cut, 0, 1);
    const last = this.#binBehind(cut, 2 * binsPerSide - 1, -1);
    return {
      low: Math.max(this.#low, (first - binsPerSide) * width),
      high: Math.min(this.#high, (last + 1 - binsPerSide) * width),
    };
  }

  /** The first bin, from an end on, with which more than `cut` values are passed. */
  #binBehind(cut: number, start: number, step: 1 | -1): number {
    let passed = 0;
    for (let bin = start; bin >= 0 && bin < 2 * binsPerSide; bin += step) {
      passed += this.#counts[bin] ?? 0;
      if (passed > cut) return bin;
    }
    return start;
  }

  #reach(magnitude: number): void {
    if (magnitude === 0 || magnitude <= this.#limit) return;
    if (this.#limit === 0) {
      // All that came before were zeros.
      this.#limit = 2 ** Math.ceil(Math.log2(magnitude));
      this.#counts[binsPerSide] = this.#total;
    }
    while (magnitude > this.#limit) {
      this.#limit *= 2;
      this.#counts = joinedInPairs(this.#counts);
    }
  }
}

function joinedInPairs(counts: Float64Array): Float64Array<ArrayBuffer> {
  const joined = new Float64Array(counts.length);
  const offset = counts.length / 4;
  for (let bin = 0; bin < counts.length; bin += 2) {
    joined[offset + bin / 2] = (counts[bin] ?? 0) + (counts[bin + 1] ?? 0);
  }
  return joined;
}
