export interface WindowObserved {
  /** Standard deviation over mean of the values, which may be queries or the means of equally many. */
  readonly variation: number;
  /** How many successive values are worth one independent one. */
  readonly correlationTime: number;
  readonly secondsPerValue: number;
  readonly p99Seconds: number;
  /** What a window lasts in any case; 0 unless told. */
  readonly floorSeconds?: number;
}

/** Half the width of the 95 % interval of the mean, as a share of it, that a window is to reach. */
const precision = 0.05;

/**
 * Seconds that a window has to last so that the mean of its latencies is known to within 5 % at 95 %, and the slowest
 * queries fit into it many times: max(⌈(1.96 · variation / 0.05)²⌉ · correlation time, 5 · p99, floor), rule M14. The term of the variation
 * is the size of a sample for a mean of given precision (Jain, The Art of Computer Systems Performance Analysis, 1991, section 13.9.1),
 * times the values that are worth one.
 */
export function windowNeeded(observed: WindowObserved): number {
  const { variation, correlationTime, secondsPerValue, p99Seconds, floorSeconds = 0 } = observed;
  const values = Math.ceil(((1.96 * variation) / precision) ** 2) * correlationTime;
  return Math.max(values * secondsPerValue, 5 * p99Seconds, floorSeconds);
}
