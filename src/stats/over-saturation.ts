import { effectiveSize } from './autocorrelation.ts';
import { InFlightCounter } from './in-flight.ts';
import { mean } from './moments.ts';
import { studentQuantile } from './student.ts';

/** The straight line through a series by least squares. */
export interface FittedLine {
  readonly slope: number;
  /** Below this the slope lies with a chance of 5 % where the true one is 0: one-sided t, for correlated residuals. Infinity: too few values. */
  readonly bound: number;
}

/** What the backlog and the latency did over a stretch of time. */
export interface Growth {
  /** Queries a second. */
  readonly inFlightSlope: number;
  /** Seconds a second. */
  readonly latencySlope: number;
  readonly significant: boolean;
  /** Length of the stretch. */
  readonly seconds: number;
}

/** As guidellm judges it: not before so long, and what is longer ago does not count. */
const minSeconds = 30;
const maxSeconds = 120;

/** A whole window that is shorter than `minSeconds`, but not than this, is judged once, when it is over. */
const leastSeconds = 4;

const bucketSeconds = 1;
const leastBuckets = 4;
const confidence = 0.95;

/**
 * The part of the queries sent that must have been added to the backlog, in a stretch of `minSeconds` and in a shorter one: below it, what a
 * busy queue does by chance looks alike.
 */
const leastShare = 0.05;
const leastShareOfShort = 0.15;
/**
 * And in a shorter one at least so many standard deviations of as many arrivals of a Poisson process: of 25 queries, a queue that is kept up
 * with has 15 % waiting in one window of eight.
 */
const leastDeviationsOfShort = 2;

/**
 * Watches whether queries come faster than they are served: whether the number of queries under way and the latency both rise along the last
 * two minutes, seen in the slopes of lines fitted by least squares and tested with Student's t at 95 % (the rule of guidellm).
 *
 * A queue remembers: neighbouring values are alike, and a test that takes them for independent finds slopes in every busy queue. So the
 * values are means of a second each, and the error of a slope counts as many values as the residuals are worth (`effectiveSize`). And
 * because the rule is asked every second, the backlog must also have taken 5 % of the queries that were sent. Simulated for 600 s: at 80 % of
 * the capacity it raises an alarm in at most 1 of 100 runs, at 90 % in 5 (20 queries a second whose service is exponential) and in none where
 * service is even or fast; 110 % is found after 31 to 40 s, 150 % after 31.
 */
export class OverSaturationWatch {
  readonly #times: number[] = [];
  readonly #inFlight: number[] = [];
  readonly #latencies: number[] = [];
  readonly #counts: number[] = [];
  readonly #counter = new InFlightCounter();
  #bucket = Number.NEGATIVE_INFINITY;
  #sums = { time: 0, inFlight: 0, latency: 0, count: 0 };
  #growth: Growth | null = null;

  /**
   * The growth at the first moment at which it was significant, or else over the last stretch. Of a shorter window than half a minute the
   * growth over all of it, which must have taken 15 % of the queries, and 2 √n of n. Simulated for windows of 5 to 20 s and 5 to 50 exponential
   * services a second: at 80 % of the capacity that is found in 1 of 100 windows at most; at 150 % in 85 and more of 100 queries or more, and in 40
   * of 25, which say no more. null: too short even for that.
   */
  get growth(): Growth | null {
    return this.#growth ?? this.#judge(leastSeconds);
  }

  /** Takes one query, in the order of completion, in seconds from any moment; answers whether the load was found to be too much by now. */
  add(sent: number, completed: number, latency: number): boolean {
    const underWay = this.#counter.add(sent, completed);
    const bucket = Math.floor(completed / bucketSeconds);
    if (bucket !== this.#bucket) this.#closeBucket(bucket);
    this.#sums.time += completed;
    this.#sums.inFlight += underWay;
    this.#sums.latency += latency;
    this.#sums.count++;
    return this.#growth?.significant === true;
  }

  #closeBucket(next: number): void {
    const { time, inFlight, latency, count } = this.#sums;
    if (count > 0) {
      this.#times.push(time / count);
      this.#inFlight.push(inFlight / count);
      this.#latencies.push(latency / count);
      this.#counts.push(count);
      if (this.#growth?.significant !== true) this.#growth = this.#judge(minSeconds);
    }
    this.#bucket = next;
    this.#sums = { time: 0, inFlight: 0, latency: 0, count: 0 };
  }

  #judge(least: number): Growth | null {
    const last = this.#times.at(-1) ?? 0;
    while ((this.#times[0] ?? last) < last - maxSeconds) {
      for (const values of [this.#times, this.#inFlight, this.#latencies, this.#counts]) values.shift();
    }
    const seconds = last - (this.#times[0] ?? last);
    // The means of the first and the last second lie half a second within the stretch each.
    if (seconds < least - bucketSeconds || this.#times.length < leastBuckets) return null;
    const inFlight = fitLine(this.#times, this.#inFlight);
    const latency = fitLine(this.#times, this.#latencies);
    const backlog = inFlight.slope * seconds;
    const sent = this.#counts.reduce((sum, count) => sum + count, 0) + Math.max(0, backlog);
    const leastBacklog =
      least < minSeconds
        ? Math.max(leastShareOfShort * sent, leastDeviationsOfShort * Math.sqrt(sent))
        : leastShare * sent;
    const significant = inFlight.slope > inFlight.bound && latency.slope > latency.bound && backlog > leastBacklog;
    return { inFlightSlope: inFlight.slope, latencySlope: latency.slope, significant, seconds };
  }
}

/** Fits a line by least squares; at least three values, at times that are not all the same. */
export function fitLine(times: readonly number[], values: readonly number[]): FittedLine {
  const count = times.length;
  const [middle, level] = [mean(times), mean(values)];
  let spread = 0;
  let product = 0;
  for (const [index, time] of times.entries()) {
    spread += (time - middle) ** 2;
    product += (time - middle) * ((values[index] ?? 0) - level);
  }
  const slope = product / spread;
  const residuals = times.map((time, index) => (values[index] ?? 0) - level - slope * (time - middle));
  const { correlationTime } = effectiveSize(residuals);
  const degrees = count / correlationTime - 2;
  if (degrees <= 0) return { slope, bound: Number.POSITIVE_INFINITY };
  const squares = residuals.reduce((sum, residual) => sum + residual ** 2, 0);
  const error = Math.sqrt((squares / (count - 2) / spread) * correlationTime);
  return { slope, bound: studentQuantile(confidence, degrees) * error };
}
