import { normalQuantile } from '../../stats/normal.ts';
import { type Generator, normal, uniform } from '../../stats/random.ts';
import { checkPositive } from './check-figure.ts';

/** What is known of a figure. */
export type Distribution =
  | { readonly kind: 'triangular'; readonly low: number; readonly mode: number; readonly high: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  /** `logDeviation`: standard deviation of the natural logarithm. */
  | { readonly kind: 'lognormal'; readonly median: number; readonly logDeviation: number };

/** Throws a RangeError unless the distribution is one. */
export function checkDistribution(name: string, distribution: Distribution): void {
  switch (distribution.kind) {
    case 'lognormal':
      checkPositive(`a median of ${name}`, distribution.median);
      if (!(distribution.logDeviation >= 0 && distribution.logDeviation < 10)) {
        throw new RangeError(`Expected a log deviation of ${name} from 0 to 10, got ${distribution.logDeviation}.`);
      }
      return;
    case 'uniform':
      checkOrder(name, [distribution.low, distribution.high]);
      return;
    case 'triangular':
      checkOrder(name, [distribution.low, distribution.mode, distribution.high]);
  }
}

function checkOrder(name: string, values: readonly number[]): void {
  const isInOrder = values.every((value, index) => Number.isFinite(value) && value >= (values[index - 1] ?? value));
  if (!isInOrder) throw new RangeError(`Expected finite figures of ${name} in rising order, got ${values.join(', ')}.`);
}

/** The lognormal distribution with a central interval, such as that of a projection: 0 < low ≤ high. */
export function lognormalOf(
  low: number,
  high: number,
  level = 0.9,
): Extract<Distribution, { readonly kind: 'lognormal' }> {
  checkPositive('the low end of an interval', low);
  checkOrder('an interval', [low, high]);
  const logDeviation = Math.log(high / low) / (2 * normalQuantile((1 + level) / 2));
  return { kind: 'lognormal', median: Math.sqrt(low * high), logDeviation };
}

/** Many draws from a distribution. */
export function drawMany(distribution: Distribution, source: Generator, count: number): Float64Array {
  return new Float64Array(count).map(() => drawOne(distribution, source));
}

function drawOne(distribution: Distribution, source: Generator): number {
  switch (distribution.kind) {
    case 'lognormal':
      return distribution.median * Math.exp(distribution.logDeviation * normal(source));
    case 'uniform':
      return distribution.low + (distribution.high - distribution.low) * uniform(source);
    case 'triangular':
      return triangularQuantile(distribution.low, distribution.mode, distribution.high, uniform(source));
  }
}

/** The value below which a draw from the triangular distribution lies with chance `p`. */
export function triangularQuantile(low: number, mode: number, high: number, p: number): number {
  const width = high - low;
  return p * width < mode - low
    ? low + Math.sqrt(p * width * (mode - low))
    : high - Math.sqrt((1 - p) * width * (high - mode));
}
