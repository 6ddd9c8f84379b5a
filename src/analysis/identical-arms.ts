import { deviation, mean } from '../stats/moments.ts';
import { studentQuantile } from '../stats/student.ts';
import { ratioInterval } from '../stats/welch.ts';

/** Two arms that measured the same: whatever differs between them is the machine. */
export interface IdenticalArms {
  readonly roundsPerArm: number;
  /** Geometric mean of the second arm over that of the first, less one; with its 95 % interval. */
  readonly difference: number;
  readonly ci95: readonly [number, number];
  /** Standard deviation of a round's figure, relative to it. */
  readonly spread: number;
  /** The smallest difference between two arms of five rounds each whose 95 % interval would leave out 0, on average. */
  readonly resolvable: number;
}

/** What a person is told of: the fewest rounds that a comparison is advised with. */
const roundsOfComparison = 5;

/**
 * The noise of a machine from two arms of the same case whose rounds took turns: how far apart they are, and what difference could be told from
 * that noise. `resolvable` is half the length of Welch's interval of two arms that spread as these rounds do: t(0.975, 2n − 2) · s · √(2/n)
 * with n = 5, s of the logarithms within the arms. null for fewer than two rounds in either arm. Values must be positive.
 */
export function identicalArms(first: readonly number[], second: readonly number[]): IdenticalArms | null {
  const ratio = ratioInterval(first, second);
  if (ratio === null) return null;
  const within = [first, second].map((arm) => deviation(arm.map(Math.log)) ** 2 * (arm.length - 1));
  const spread = Math.sqrt(mean(within) / mean([first.length - 1, second.length - 1]));
  const half = studentQuantile(0.975, 2 * roundsOfComparison - 2) * spread * Math.sqrt(2 / roundsOfComparison);
  return {
    roundsPerArm: Math.min(first.length, second.length),
    difference: ratio.value - 1,
    ci95: [ratio.low - 1, ratio.high - 1],
    spread: Math.expm1(spread),
    resolvable: Math.expm1(half),
  };
}
