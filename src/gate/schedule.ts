import { type Generator, generator, integer } from '../stats/random.ts';
import type { Arm, Stage } from './pair.ts';

/** How a round is to be run. */
export interface Slot {
  readonly round: number;
  readonly first: Arm;
  /** For whatever both processes of the round draw at random. */
  readonly seed: number;
}

/**
 * The first `rounds` rounds of a stage. In every two rounds, the first two on, each arm is once in the first slot, and which comes first is
 * drawn: a penalty of a slot cancels, at every look and after a round that was dropped, but no rhythm of the machine meets one arm alone.
 * A longer schedule begins with the shorter one. Run in a fixed order, a first slot that is 3 % slower is a regression of 3 % in each row.
 */
export function schedule(seed: number, stage: Stage, rounds: number): Slot[] {
  const source = stageGenerator(seed, stage);
  const slots: Slot[] = [];
  let first: Arm = 'base';
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) first = integer(source, 2) === 0 ? 'base' : 'head';
    else first = first === 'base' ? 'head' : 'base';
    slots.push({ round, first, seed: source.next32() });
  }
  return slots;
}

/** Stages share no draws: the confirm stage repeats neither the order nor the data of the first one. */
function stageGenerator(seed: number, stage: Stage): Generator {
  const parent = generator(seed);
  const ofLook = parent.next32();
  return generator(stage === 'look' ? ofLook : parent.next32());
}
