import { generator, integer } from '../stats/random.ts';
import { centre, fewestPairs } from './estimate.ts';
import type { Arm } from './pair.ts';
import type { PairedValues } from './series.ts';

/** So many estimates of equal versions are drawn; the 95th percentile of them is the 190th. */
const draws = 200;
const percentile = 0.95;

/**
 * How far apart the machine alone puts two equal versions: the 95th percentile of the size of the estimate, as a logarithm, that as many pairs
 * of one and the same version would have given. Such pairs are made of what was measured: a process and the next one of the same arm
 * in the same slot (neighbours in different slots would differ by what the slot costs). Estimates are drawn from their differences, each
 * with a random sign, as of equal versions either may come first. null below six pairs.
 *
 * Processes of such a pair lie further apart in time than those of a round: where the machine drifts, this is rather too much than too little.
 */
export function selfNoise(pairs: readonly PairedValues[], seed: number): number | null {
  const count = pairs.length;
  if (count < fewestPairs) return null;
  const differences = sameSlotDifferences(pairs);
  const source = generator(seed);
  const drawn = new Float64Array(count);
  const sizes = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    for (let index = 0; index < count; index++) {
      const difference = differences[integer(source, differences.length)] ?? 0;
      drawn[index] = integer(source, 2) === 0 ? difference : -difference;
    }
    sizes[draw] = Math.abs(centre(drawn));
  }
  return sizes.sort()[Math.ceil(draws * percentile) - 1] ?? null;
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
