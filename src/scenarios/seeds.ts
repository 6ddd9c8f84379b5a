import { generator } from '../stats/random.ts';

/** Seeds of what is drawn on the load's side of a round. */
export interface LoadSeeds {
  readonly schedule: number;
  readonly warmupSchedule: number;
}

/**
 * Seeds for the arrivals of a round, unrelated to each other and to the one that shuffles its items, which is the round's own: rounds that
 * share a seed share all three, so that what is compared meets the same load.
 */
export function loadSeeds(roundSeed: number): LoadSeeds {
  const source = generator(roundSeed);
  return { schedule: source.next32(), warmupSchedule: source.next32() };
}
