import { generator, shuffle } from '../stats/random.ts';
import type { PlannedCase, Policy } from '../suite/plan.ts';

/** One round of one case, in the order in which it is run. */
export interface ScheduledRound {
  readonly case: PlannedCase;
  /** From 0. */
  readonly round: number;
  /** Place in the whole run, from 0. */
  readonly order: number;
  /** Seed of this round's item order: equal for all cases of a round, so that what is compared gets the same inputs. */
  readonly seed: number;
}

/**
 * The order of all rounds. `interleaved`: every round takes all cases once before the next round begins, each time shuffled
 * anew by the policy's seed, so that drift of the machine hits all cases alike.
 */
export function scheduleRounds(cases: readonly PlannedCase[], policy: Policy): ScheduledRound[] {
  const random = generator(policy.seed);
  const rounds: ScheduledRound[] = [];
  for (let round = 0; round < policy.rounds; round++) {
    const inOrder = policy.order === 'interleaved' ? shuffle(cases, random) : cases;
    for (const planned of inOrder) {
      rounds.push({ case: planned, round, order: rounds.length, seed: policy.seed + round });
    }
  }
  return rounds;
}
