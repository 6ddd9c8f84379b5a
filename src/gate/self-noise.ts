import { generator, integer } from '../stats/random.ts';
import { centre, fewestPairs } from './estimate.ts';
import type { Arm } from './pair.ts';
import type { PairedValues } from './series.ts';

/** So many estimates of equal versions are drawn; the 95th percentile of them is the 190th. */
const draws = 200;
const percentile = 0.95;
/** Its place among them, from 0. */
const taken = Math.ceil(draws * percentile) - 1;

/**
 * How far apart the machine alone puts two equal versions: the 95th percentile of the size of the estimate, as a logarithm, that as many pairs
 * of one and the same version would have given. Such pairs are made of what was measured: a process and the next one of the same arm
 * in the same slot (neighbours in different slots would differ by what the slot costs). Estimates are drawn from their differences, each
 * with a random sign, as of equal versions either may come first. null below six pairs. `count`: of an estimate of so many pairs instead.
 *
 * Processes of such a pair lie further apart in time than those of a round: where the machine drifts, this is rather too much than too little.
 */
export function selfNoise(pairs: readonly PairedValues[], seed: number, count = pairs.length): number | null {
  if (pairs.length < fewestPairs) return null;
  const draw = drawing(pairs, seed);
  const drawn = new Float64Array(count);
  const sizes = Float64Array.from({ length: draws }, () => Math.abs(centre(draw(drawn))));
  return sizes.sort()[taken] ?? null;
}

/**
 * Whether `selfNoise` is more than a bound above 0; false where it is null. Takes a tenth of the time: whether an estimate lies beyond the bound is
 * known from how many of the means that it is the median of do.
 */
export function isNoisierThan(bound: number, pairs: readonly PairedValues[], seed: number): boolean {
  if (pairs.length < fewestPairs) return false;
  const draw = drawing(pairs, seed);
  const drawn = new Float64Array(pairs.length);
  let beyond = 0;
  for (let left = draws; left > 0; left--) {
    if (isCentreBeyond(bound, draw(drawn))) beyond++;
    if (beyond >= draws - taken) return true;
  }
  return false;
}

function isCentreBeyond(bound: number, values: Float64Array): boolean {
  const count = values.length;
  const half = (count * (count + 1)) / 4;
  for (const sign of [1, -1] as const) {
    const within = meansWithin(bound, values, sign, half);
    if (within < half) return true;
    // Of an even number, the median lies between two means of which one is beyond.
    if (within === half) return Math.abs(centre(values)) > bound;
  }
  return false;
}

/** Of the means of all pairs of values, each with itself included, how many are not above the bound when multiplied by `sign`; counted until more than `most`. */
function meansWithin(bound: number, values: Float64Array, sign: 1 | -1, most: number): number {
  let single = 0;
  for (let index = 0; index < values.length; index++) if (sign * (values[index] as number) <= bound) single++;
  // The mean of two values within it is within it: mostly these are enough.
  const sure = (single * (single + 1)) / 2;
  if (sure > most) return sure;
  let within = 0;
  for (let first = 0; first < values.length && within <= most; first++) {
    const value = sign * (values[first] as number);
    for (let second = first; second < values.length; second++) {
      if ((value + sign * (values[second] as number)) / 2 <= bound) within++;
    }
  }
  return within;
}

/** Fills an array with differences as equal versions would have given; the same ones for the same seed. */
function drawing(pairs: readonly PairedValues[], seed: number): (drawn: Float64Array) => Float64Array {
  const differences = sameSlotDifferences(pairs);
  const source = generator(seed);
  return (drawn) => {
    for (let index = 0; index < drawn.length; index++) {
      const difference = differences[integer(source, differences.length)] ?? 0;
      drawn[index] = integer(source, 2) === 0 ? difference : -difference;
    }
    return drawn;
  };
}

/** Of each arm and slot, the logarithm of the ratio of every process to the one before. */
function sameSlotDifferences(pairs: readonly PairedValues[]): number[] {
  const differences: number[] = [];
  for (const arm of ['base', 'head'] as const satisfies readonly Arm[]) {
    for (const first of ['base', 'head'] as const satisfies readonly Arm[]) {
      const values = pairs.filter((pair) => pair.first === first).map((pair) => Math.log(pair[arm]));
      for (let index = 1; index < values.length; index++) {
        differences.push((values[index] ?? 0) - (values[index - 1] ?? 0));
      }
    }
  }
  return differences;
}
