import { movement } from './drift-rule.ts';

/** When more buckets would be needed, each two neighbours become one. */
const mostBuckets = 32;
/** The later half, which is judged, has four at least. */
const leastBuckets = 8;
/** Processor clocks and just-in-time compilers act within tens of milliseconds: what is shorter shows nothing of them. */
const leastSeconds = 0.1;
/** How much longer the stretch must have become until it is looked at again. */
const growth = 9 / 8;
const mostVariation = 0.1;
const mostDrift = 0.02;
/** Looks in a row that must agree. */
const looks = 2;

/**
 * Watches a warm-up and says whether it has come to a plateau: whether the later half of all queries so far stands still, at two looks in a
 * row. Queries fall into at most 32 buckets of equally many, each of one query at first, so that slow queries need no hundreds, a first
 * one that takes seconds is one bucket among others, and memory and time a query stay bounded: there are about six looks while the queries double.
 *
 * A half stands still when its bucket means vary by less than 10 % and drift by less than 2 % along their fitted line. The drift rule
 * allows 3 %, or any drift that might be noise. Here that ends too early: of a latency that falls exponentially by 30 % the later half
 * never drifts by more than 7 %, and a short stretch of a slow curve looks flat. docs/statistics.md has what is left of such curves, and how
 * long it takes. What is much slower than the warm-up was so far cannot be seen in it by any rule: hence the minima of the policy.
 */
export class PlateauWatch {
  #means: number[] = [];
  /** When each bucket was complete. */
  #ends: number[] = [];
  #bucketSize = 1;
  #sum = 0;
  #inBucket = 0;
  #queries = 0;
  #nextLook = leastBuckets;
  #agreed = 0;

  /**
   * Takes one completed query, in the order of completion; answers whether the stretch so far ends in a plateau, as the last look had it.
   * `completedSeconds` counts from any moment.
   */
  add(completedSeconds: number, latencySeconds: number): boolean {
    this.#queries++;
    this.#sum += latencySeconds;
    if (++this.#inBucket === this.#bucketSize) this.#closeBucket(completedSeconds);
    return this.#agreed >= looks;
  }

  #closeBucket(completedSeconds: number): void {
    this.#means.push(this.#sum / this.#bucketSize);
    this.#ends.push(completedSeconds);
    this.#sum = 0;
    this.#inBucket = 0;
    if (this.#queries >= this.#nextLook) {
      this.#nextLook = this.#queries * growth;
      this.#agreed = this.#laterHalfStandsStill() ? this.#agreed + 1 : 0;
    }
    if (this.#means.length === mostBuckets) this.#mergePairs();
  }

  #laterHalfStandsStill(): boolean {
    const half = Math.floor(this.#means.length / 2);
    const seconds = (this.#ends.at(-1) ?? 0) - (this.#ends[half - 1] ?? 0);
    if (seconds < leastSeconds) return false;
    const { variation, drift } = movement(this.#means.slice(half));
    return variation < mostVariation && Math.abs(drift) < mostDrift;
  }

  #mergePairs(): void {
    this.#means = this.#means.flatMap((mean, index) =>
      index % 2 === 1 ? [(mean + (this.#means[index - 1] ?? mean)) / 2] : [],
    );
    this.#ends = this.#ends.filter((_, index) => index % 2 === 1);
    this.#bucketSize *= 2;
  }
}
