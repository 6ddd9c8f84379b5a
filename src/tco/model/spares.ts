import { logGamma } from '../../stats/incomplete-beta.ts';
import { normalQuantile } from '../../stats/normal.ts';
import { checkBetween, checkNotNegative, checkPositive, checkWhole } from './check-figure.ts';
import { daysPerYear } from './demand.ts';

/**
 * How many machines are kept to replace failed ones: a number, a share of the fleet (rounded up), or as many as do with the stated
 * chance until a replacement arrives. `poisson`: a machine that failed is replaced and may fail again; `binomial`: each fails once at
 * most in that time.
 */
export type Spares =
  | { readonly rule: 'count'; readonly machines: number }
  | { readonly rule: 'share'; readonly share: number }
  | {
      readonly rule: 'poisson' | 'binomial';
      /** From a failure until the replacement is in place, in days. */
      readonly leadTimeDays: number;
      /** Chance that the spares last, such as 0.95. */
      readonly confidence: number;
    };

/** Throws a RangeError unless the rule can be applied. */
export function checkSpares(spares: Spares): void {
  if (spares.rule === 'count') checkWhole('number of spare machines', spares.machines, 0);
  else if (spares.rule === 'share') checkBetween('a share of spare machines', spares.share, 0, 1);
  else {
    checkPositive('a lead time in days', spares.leadTimeDays);
    if (!(spares.confidence > 0 && spares.confidence < 1)) {
      throw new RangeError(`Expected a chance that the spares last between 0 and 1, got ${spares.confidence}.`);
    }
  }
}

/** Spare machines of a fleet of `machines`, each of which fails `failuresPerYear` times a year on average. */
export function spareMachines(spares: Spares, machines: number, failuresPerYear: number): number {
  if (spares.rule === 'count') return spares.machines;
  if (spares.rule === 'share') return Math.ceil(machines * spares.share * (1 - 1e-12)); // 5 % of 20 is 1, whatever its last bit
  const failuresInLeadTime = (failuresPerYear * spares.leadTimeDays) / daysPerYear;
  return spares.rule === 'poisson'
    ? poissonQuantile(machines * failuresInLeadTime, spares.confidence)
    : binomialQuantile(machines, 1 - Math.exp(-failuresInLeadTime), spares.confidence);
}

/** The least count that is not exceeded with chance `confidence`, where `mean` events are expected. 0 < confidence < 1. */
export function poissonQuantile(mean: number, confidence: number): number {
  checkNotNegative('a mean', mean);
  if (mean === 0) return 0;
  if (mean > manyFailures) return quantileOfMany(mean, Math.sqrt(mean), 1 / Math.sqrt(mean), confidence);
  const first = wellBelow(mean, mean);
  let chance = first === 0 ? Math.exp(-mean) : Math.exp(first * Math.log(mean) - mean - logGamma(first + 1));
  let sum = chance;
  let count = first;
  while (sum < confidence && chance > 0) {
    count++;
    chance *= mean / count;
    sum += chance;
  }
  return count;
}

/** The least number of successes that is not exceeded with chance `confidence` in `trials`, each of which succeeds with chance `p` < 1. */
export function binomialQuantile(trials: number, p: number, confidence: number): number {
  checkWhole('number of trials', trials, 0);
  checkBetween('a chance', p, 0, 1);
  if (trials === 0 || p === 0) return 0;
  if (p === 1) return trials;
  const variance = trials * p * (1 - p);
  if (variance > manyFailures) {
    const deviation = Math.sqrt(variance);
    return Math.min(trials, quantileOfMany(trials * p, deviation, (1 - 2 * p) / deviation, confidence));
  }
  const first = wellBelow(trials * p, variance);
  const ways = logGamma(trials + 1) - logGamma(first + 1) - logGamma(trials - first + 1);
  let chance = Math.exp(ways + first * Math.log(p) + (trials - first) * Math.log1p(-p));
  let sum = chance;
  let count = first;
  while (sum < confidence && count < trials) {
    count++;
    chance *= ((trials - count + 1) / count) * (p / (1 - p));
    sum += chance;
  }
  return count;
}

/** With a larger variance counts are not added up one by one, which would take seconds in a simulation. */
const manyFailures = 1_000;

/**
 * The quantile of a count by its mean, deviation and skewness, off by one at most (Cornish and Fisher, "Moments and cumulants in the
 * specification of distributions", 1938, with half a step for whole numbers).
 */
function quantileOfMany(mean: number, deviation: number, skewness: number, confidence: number): number {
  const z = normalQuantile(confidence);
  return Math.max(0, Math.ceil(mean + deviation * (z + ((z * z - 1) * skewness) / 6) - 0.5));
}

/** A count so far below the mean that the chance of less is lost in rounding; it spares large fleets the long way from 0. */
function wellBelow(mean: number, variance: number): number {
  return Math.max(0, Math.floor(mean - 12 * Math.sqrt(variance) - 20));
}
