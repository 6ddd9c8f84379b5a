import type { Generator } from '../../stats/random.ts';

/**
 * A draw from the exponential distribution with mean 1, from two draws of 32 bits, as `std::exponential_distribution` of libstdc++ makes
 * one: −ln(1 − u), u = (a + b · 2³²) / 2⁶⁴, all in doubles.
 */
export function exponential(source: Generator): number {
  const low = source.next32();
  const high = source.next32();
  const u = (low + high * 2 ** 32) / 2 ** 64;
  // Draws at the upper end round to 1, of which there is no logarithm: libstdc++ takes the next double below.
  return -Math.log(1 - Math.min(u, 1 - 2 ** -53));
}
