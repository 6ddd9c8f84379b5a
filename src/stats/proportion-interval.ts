import { binomialAtMost } from './binomial.ts';
import { checkLevel } from './check-values.ts';
import type { Interval } from './interval.ts';

/** Halvings of 0 … 1 after which no double lies between the ends. */
const halvings = 1_100;

/**
 * Share of trials that succeeded, with the interval of Clopper and Pearson (Biometrika 26, 1934): the chances of success for which a one-sided
 * binomial test of half of 1 − level rejects neither so few nor so many successes. It holds its level whatever the chance, and mostly more than that;
 * of no success at all it is 0 … 1 − ((1 − level) / 2)^(1 / trials). Assumes that trials are independent.
 */
export function proportionInterval(successes: number, trials: number, level = 0.95): Interval {
  checkLevel(level);
  if (!Number.isSafeInteger(trials) || trials < 1) throw new RangeError(`Expected at least one trial, got ${trials}.`);
  if (!Number.isSafeInteger(successes) || successes < 0 || successes > trials) {
    throw new RangeError(`Expected 0 to ${trials} successes, got ${successes}.`);
  }
  const tail = (1 - level) / 2;
  const low = successes === 0 ? 0 : lastChance((p) => 1 - binomialAtMost(successes - 1, trials, p) <= tail);
  const high = successes === trials ? 1 : lastChance((p) => binomialAtMost(successes, trials, p) >= tail);
  return { value: successes / trials, low, high };
}

/** The end of the chances, from 0 on, for which `holds`. */
function lastChance(holds: (p: number) => boolean): number {
  let good = 0;
  let bad = 1;
  for (let halving = 0; halving < halvings; halving++) {
    const middle = (good + bad) / 2;
    if (middle === good || middle === bad) break;
    if (holds(middle)) good = middle;
    else bad = middle;
  }
  return (good + bad) / 2;
}
