import { medianDeviation } from '../stats/median-deviation.ts';
import { shareOf } from './change.ts';
import type { SuiteShift } from './decision.ts';
import type { Movement } from './suite-shift.ts';

/** Of fewer rows, moving the same way is no wonder. */
const fewestRows = 3;
const share = 0.8;

/**
 * Whether the rows of two stored runs moved together: at least four fifths the same way, and the median row by more than the machine drifted within the
 * runs. How far each moved does not matter, unlike in `suiteShift`: a machine that is in another state slows what waits for memory by more than what
 * computes, and from two runs nothing tells that from a change of what all cases share. Of three rows or more; else null.
 */
export function storedShift(movements: readonly Movement[]): SuiteShift | null {
  const of = movements.length;
  if (of < fewestRows) return null;
  const { median } = medianDeviation(movements.map(({ worse }) => worse));
  const drift = medianDeviation(movements.map(({ selfNoise }) => selfNoise)).median;
  if (Math.abs(median) <= drift) return null;
  const rows = movements.filter(({ worse }) => Math.sign(worse) === Math.sign(median)).length;
  return rows >= share * of ? { rows, of, worse: shareOf(median) } : null;
}
