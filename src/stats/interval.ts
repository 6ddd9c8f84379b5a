import { deviation, mean } from './moments.ts';
import { studentQuantile } from './student.ts';

/** An estimate with the interval that holds the truth at the given level, if the values are independent and about normal. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Mean of independent values (rounds, never the queries of one round) with Student's interval, n − 1 degrees of freedom. null for fewer
 * than two values: one round says nothing of how rounds differ.
 */
export function meanInterval(values: readonly number[], level = 0.95): Interval | null {
  const count = values.length;
  if (count < 2) return null;
  const value = mean(values);
  const half = (studentQuantile((1 + level) / 2, count - 1) * deviation(values)) / Math.sqrt(count);
  return { value, low: value - half, high: value + half };
}
