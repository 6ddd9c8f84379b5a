import { type Generator, generator, integer } from '../stats/random.ts';
import { decideWithoutNoise } from './decide.ts';
import type { Decision } from './decision.ts';
import type { Arm, Failed, Observation, Pair, Stage } from './pair.ts';
import { schedule } from './schedule.ts';
import type { GateSettings } from './settings.ts';

/** A measured round of one version against itself: the pair of each scenario. */
export type MeasuredRound = readonly Pair[];

/** A gate that was played from rounds that are there already. */
export interface PlayedGate {
  readonly decision: Decision;
  /** Rounds of each stage that it was given. */
  readonly begun: Readonly<Record<Stage, number>>;
}

/**
 * The rounds of a session, in the order in which they were measured. Those that not all scenarios have, because it was cut off, are left out.
 */
export function measuredRounds(settings: GateSettings, pairs: readonly Pair[]): MeasuredRound[] {
  const scenarios = new Set(settings.metrics.map(({ scenario }) => scenario));
  const rounds = new Map<number, Pair[]>();
  for (const pair of pairs) {
    if (pair.stage !== 'look') continue;
    const round = rounds.get(pair.round) ?? [];
    round.push(pair);
    rounds.set(pair.round, round);
  }
  return [...rounds]
    .filter(([, round]) => round.length === scenarios.size)
    .sort(([a], [b]) => a - b)
    .map(([, round]) => round);
}

/** The round that a gate measures as the so many-th of a stage; null: there is none any more. */
export type RoundSource = (stage: Stage, round: number) => MeasuredRound | null;

/**
 * Plays a gate, as a session does, with rounds of the source instead of processes. Null where the source ends before the gate does. The gate is
 * asked for the first time when its first stage has so many rounds; more than its first look takes do not change what it says.
 */
function playGate(settings: GateSettings, source: RoundSource, atFirst: number): PlayedGate | null {
  const scenarios = [...new Set(settings.metrics.map(({ scenario }) => scenario))];
  const begun: Record<Stage, Map<string, number>> = { look: new Map(), confirm: new Map() };
  const pairs: Pair[] = [];
  let stage: Stage = 'look';
  let wanted: readonly string[] = scenarios;
  let rounds = atFirst;
  for (;;) {
    for (const scenario of wanted) {
      const done = begun[stage].get(scenario) ?? 0;
      for (let round = done; round < done + rounds; round++) {
        const pair = source(stage, round)?.find((one) => one.scenario === scenario);
        if (pair === undefined) return null;
        pairs.push({ ...pair, stage, round });
      }
      begun[stage].set(scenario, done + rounds);
    }
    const decision = decideWithoutNoise(settings, pairs);
    const { next } = decision;
    if (next.kind === 'done') {
      return { decision, begun: { look: most(begun.look), confirm: most(begun.confirm) } };
    }
    stage = next.kind === 'measure' ? 'look' : 'confirm';
    wanted = next.scenarios;
    rounds = next.rounds;
  }
}

function most(begun: ReadonlyMap<string, number>): number {
  return Math.max(0, ...begun.values());
}

/**
 * As many gates as there are in the rounds, one after the other, each as it would have been measured at that time: arms as they were, its confirm
 * stage from the rounds after its first stage. Each begins where arms begin to take turns anew. What is left at the end is no gate.
 */
export function consecutiveGates(settings: GateSettings, rounds: readonly MeasuredRound[]): PlayedGate[] {
  const played: PlayedGate[] = [];
  // Rules may leave out every row: such a gate takes no rounds, and there is no end of them.
  if (settings.metrics.length === 0) return played;
  let start = 0;
  for (;;) {
    const gate = playGate(settings, consecutiveSource(rounds, start), settings.looks[0] ?? 0);
    if (gate === null) return played;
    played.push(gate);
    const taken = gate.begun.look + gate.begun.confirm;
    start += taken + (taken % 2);
  }
}

/** The confirm stage begins after the last round that the first stage asked for. */
function consecutiveSource(rounds: readonly MeasuredRound[], start: number): RoundSource {
  let looked = 0;
  return (stage, round) => {
    if (stage === 'look') looked = Math.max(looked, round + 1);
    return rounds[start + round + (stage === 'look' ? 0 : looked)] ?? null;
  };
}

/**
 * A gate replayed under the assumption that the two processes of a round could as well have been labelled the other way round. Each stage takes
 * the measured rounds from a drawn one on, in their order in time and from the last one to the first one, and a newly drawn schedule says which
 * process of each is base. What belongs to a place in time or in the round stays as it was: drift, slow stretches, the cost of a slot.
 */
export function replayGate(settings: GateSettings, rounds: readonly MeasuredRound[], seed: number): PlayedGate {
  const source = generator(seed);
  const played = playGate({ ...settings, seed }, relabelledSource(rounds, source), settings.looks.at(-1) ?? 0);
  if (played === null) throw new RangeError('Expected at least one round to replay.');
  return played;
}

function relabelledSource(rounds: readonly MeasuredRound[], source: Generator): RoundSource {
  const stages: Record<Stage, Relabelling> = {
    look: drawRelabelling(rounds.length, source),
    confirm: drawRelabelling(rounds.length, source),
  };
  return (stage, round) => {
    const { from, first } = stages[stage];
    return rounds[(from + round) % rounds.length]?.map((pair) => relabelled(pair, first(round))) ?? null;
  };
}

/** Which measured round is the first one, and which arm is to be the first process of each. */
export interface Relabelling {
  readonly from: number;
  readonly first: (round: number) => Arm;
}

/** Rounds are scheduled so many at a time. */
const scheduled = 64;

export function drawRelabelling(rounds: number, source: Generator): Relabelling {
  const from = integer(source, rounds);
  const seed = source.next32();
  let slots = schedule(seed, 'look', scheduled);
  return {
    from,
    first: (round) => {
      if (round >= slots.length) slots = schedule(seed, 'look', 2 * round);
      return slots[round]?.first ?? 'base';
    },
  };
}

/** Process numbers are left out: after the last measured round comes the first one, and who has which number means nothing there. */
function relabelled(pair: Pair, first: Arm): Pair {
  const [one, other] = pair.first === 'base' ? [pair.base, pair.head] : [pair.head, pair.base];
  const [base, head] = first === 'base' ? [one, other] : [other, one];
  return { ...pair, first, base: unnumbered(base), head: unnumbered(head) };
}

function unnumbered<T extends Observation | Failed>(side: T): T {
  return { ...side, pid: null };
}
