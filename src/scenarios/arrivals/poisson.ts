import type { ArrivalTimes } from './arrival-times.ts';
import { exponential } from './exponential.ts';
import { mersenneTwister } from './mersenne-twister.ts';

/**
 * Arrivals of a Poisson process, nanosecond by nanosecond those of LoadGen's server scenario for the same seed (±1 ns a gap: V8's logarithm is
 * not glibc's): the first at 0, each gap trunc(−ln(1 − u) / rate · 10⁹) ns.
 * @param rate Arrivals a second on average.
 */
export function poissonArrivals(rate: number, seed: number): ArrivalTimes {
  const source = mersenneTwister(seed);
  let nanoseconds = 0;
  return {
    next() {
      const arrival = nanoseconds / 1e9;
      nanoseconds += Math.trunc((exponential(source) / rate) * 1e9);
      return arrival;
    },
  };
}

/**
 * The same, stretched or squeezed so that arrival number `count`, from 0, falls at count / rate (what vLLM's benchmark does with its
 * schedule): the rate of a short schedule then is the one asked for, at the price that its gaps are not quite independent.
 */
export function normalisedPoissonArrivals(rate: number, seed: number, count: number): ArrivalTimes {
  const drawn = poissonArrivals(rate, seed);
  let last = drawn.next();
  for (let arrival = 0; arrival < count; arrival++) last = drawn.next();
  const scale = last > 0 ? count / rate / last : 1;
  const arrivals = poissonArrivals(rate, seed);
  return { next: () => arrivals.next() * scale };
}
