import type { Quad } from '../quad.ts';
import { overlapOf } from './quad-overlap.ts';

/** A true box and the found one that it goes with, by their indices. */
export interface Match {
  readonly truth: number;
  readonly found: number;
  readonly overlap: number;
}

/** Pairs of true and found boxes that overlap by at least `least` (intersection over union), the largest overlap first; each box is in one pair. */
export function matchQuads(truth: readonly Quad[], found: readonly Quad[], least: number): Match[] {
  const candidates: Match[] = [];
  for (const [truthIndex, box] of truth.entries()) {
    for (const [foundIndex, other] of found.entries()) {
      const overlap = overlapOf(box, other);
      if (overlap >= least && overlap > 0) candidates.push({ truth: truthIndex, found: foundIndex, overlap });
    }
  }
  candidates.sort((a, b) => b.overlap - a.overlap || a.truth - b.truth || a.found - b.found);
  const usedTruth = new Set<number>();
  const usedFound = new Set<number>();
  return candidates.filter((match) => {
    if (usedTruth.has(match.truth) || usedFound.has(match.found)) return false;
    usedTruth.add(match.truth);
    usedFound.add(match.found);
    return true;
  });
}
