import { incompleteBeta } from './incomplete-beta.ts';

/** Chance of at most `successes` in `trials` independent trials that each succeed with chance `p`, 0 < p < 1: I_(1−p)(n − k, k + 1) (DLMF 8.17.5). */
export function binomialAtMost(successes: number, trials: number, p: number): number {
  if (!Number.isSafeInteger(trials) || trials < 1) throw new RangeError(`Expected at least one trial, got ${trials}.`);
  if (!Number.isSafeInteger(successes)) throw new RangeError(`Expected a whole number of successes, got ${successes}.`);
  if (!(p > 0 && p < 1)) throw new RangeError(`Expected 0 < p < 1, got ${p}.`);
  if (successes < 0) return 0;
  if (successes >= trials) return 1;
  return incompleteBeta(1 - p, trials - successes, successes + 1);
}
