import { medianDeviation } from '../stats/median-deviation.ts';
import { shareOf } from './change.ts';
import type { SuiteShift } from './decision.ts';

/** With fewer rows "all of them" says little. */
const fewestRows = 5;
/** So many of the rows must agree … */
const share = 0.8;
/** … within so many scaled median deviations of the median. */
const distance = 1.5;

/** What a row moved by, as a logarithm with worse above 0, and what the machine alone would have moved it by. */
export interface Movement {
  readonly worse: number;
  readonly selfNoise: number;
}

/**
 * Whether all rows moved together: at least four fifths have the same sign and lie within 1.5 scaled median deviations of their median, which
 * is more than the noise of the median row, so that equal versions have no shift. Of five rows or more; else, and without a shift, null.
 */
export function suiteShift(movements: readonly Movement[]): SuiteShift | null {
  const of = movements.length;
  if (of < fewestRows) return null;
  const { median, scaled } = medianDeviation(movements.map(({ worse }) => worse));
  const noise = medianDeviation(movements.map(({ selfNoise }) => selfNoise)).median;
  if (Math.abs(median) <= noise) return null;
  const rows = movements.filter(
    ({ worse }) => Math.sign(worse) === Math.sign(median) && Math.abs(worse - median) <= distance * scaled,
  ).length;
  return rows >= share * of ? { rows, of, worse: shareOf(median) } : null;
}
