import { type Generator, generator, normal, uniform } from '../../stats/random.ts';
import type { ArrivalTimes } from './arrival-times.ts';

/**
 * Arrivals whose gaps follow the gamma distribution of shape `burstiness` and mean 1 / rate, the first at 0: 1 is a Poisson process, less has
 * bursts and pauses (the gaps' coefficient of variation is 1 / √burstiness), more is more even. As vLLM's benchmark defines it.
 */
export function gammaArrivals(rate: number, burstiness: number, seed: number): ArrivalTimes {
  const source = generator(seed);
  let arrival = 0;
  return {
    next() {
      const at = arrival;
      arrival += gamma(source, burstiness) / (burstiness * rate);
      return at;
    },
  };
}

/**
 * A draw from the gamma distribution of scale 1 by Marsaglia and Tsang ("A simple method for generating gamma variables", ACM TOMS 26(3),
 * 2000); shapes below 1 by their note: a draw of shape + 1, times u^(1/shape).
 */
export function gamma(source: Generator, shape: number): number {
  if (!(shape > 0)) throw new RangeError(`Expected a shape above 0, got ${shape}.`);
  if (shape < 1) return gamma(source, shape + 1) * (1 - uniform(source)) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(source);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - uniform(source)) < x ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
