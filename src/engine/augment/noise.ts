import { type Generator, normal, uniform } from '../../stats/random.ts';
import { type Implementations, toByte, withPixels } from './operator.ts';

/** Operators that draw something for every value or pixel, in the order in which they lie. */
export const noise: Implementations<'gaussian_noise' | 'salt_and_pepper' | 'speckle' | 'poisson_noise'> = {
  gaussian_noise: (picture, { mean, deviation }, random) =>
    withPixels(
      picture,
      picture.pixels.map((byte) => toByte(byte + mean + deviation * normal(random))),
    ),

  speckle: (picture, { deviation }, random) =>
    withPixels(
      picture,
      picture.pixels.map((byte) => toByte(byte * (1 + deviation * normal(random)))),
    ),

  salt_and_pepper: (picture, { amount, salt }, random) => {
    const result = Uint8Array.from(picture.pixels);
    for (let place = 0; place < result.length; place += picture.channels) {
      if (uniform(random) >= amount) continue;
      result.fill(uniform(random) < salt ? 255 : 0, place, place + picture.channels);
    }
    return withPixels(picture, result);
  },

  poisson_noise: (picture, { photons }, random) => {
    const cumulative = new Array<Float64Array | undefined>(256);
    const counted = (byte: number): number => {
      cumulative[byte] ??= poissonCumulative((byte / 255) * photons);
      return toByte((drawn(cumulative[byte], random) * 255) / photons);
    };
    return withPixels(picture, picture.pixels.map(counted));
  },
};

/** The probability of at most 0, 1, 2 … events where `mean` are expected, until all but 10⁻¹² is told. */
export function poissonCumulative(mean: number): Float64Array {
  const sums: number[] = [];
  let sum = 0;
  // As a logarithm: e to the power of minus the mean is 0 for a mean of 746.
  let logarithm = -mean;
  for (let events = 0; events <= mean || sum < 1 - 1e-12; events++) {
    if (events > 0) logarithm += Math.log(mean / events);
    const probability = Math.exp(logarithm);
    // Beyond the mean, what adds nothing any more never will.
    if (events > mean && probability < 1e-17) break;
    sum += probability;
    sums.push(sum);
  }
  return Float64Array.from(sums);
}

/** The first position whose value is above a uniform draw: inversion of a cumulative distribution. */
function drawn(cumulative: Float64Array, random: Generator): number {
  const at = uniform(random);
  let [low, high] = [0, cumulative.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] as number) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
