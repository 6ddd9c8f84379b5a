import type { Decision } from './decision.ts';
import type { MeasureRound } from './measure-round.ts';
import type { Arm, Failed, Observation, Pair, Stage } from './pair.ts';
import { schedule } from './schedule.ts';
import type { GateSettings } from './settings.ts';
import { voidReason } from './void-conditions.ts';

export interface SessionRequest {
  readonly settings: GateSettings;
  readonly measureRound: MeasureRound;
  /** Pairs that are there already, of a session that was cut off. */
  readonly log: PairLog;
  /** What pairs say, and what is to be measured next: `decide`. */
  readonly decide: (settings: GateSettings, pairs: readonly Pair[]) => Decision;
  /** Seconds of a clock that runs evenly. */
  readonly now: () => number;
  /** No round is begun that would, by the longest one so far, not end within this; null: as long as it takes. */
  readonly budgetSeconds: number | null;
  readonly signal?: AbortSignal | undefined;
  /** Told before each round. */
  readonly onRound?: ((round: RoundStart) => void) | undefined;
}

/** Where pairs are kept. */
export interface PairLog {
  readonly pairs: readonly Pair[];
  append(pairs: readonly Pair[]): void;
}

export interface Round {
  readonly stage: Stage;
  readonly round: number;
  readonly scenarios: readonly string[];
}

export interface RoundStart extends Round {
  /** Rounds until the next decision, this one included. */
  readonly left: number;
}

export interface SessionEnd {
  readonly decision: Decision;
  /** `decided`: nothing more is to be measured. `budget`: the time was used up. `failing`: no process of an arm ended well any more. `stopped`: by `signal`. */
  readonly reason: 'decided' | 'budget' | 'failing' | 'stopped';
  /** The arm that fails; null for other reasons. */
  readonly failing: { readonly arm: Arm; readonly failed: Failed } | null;
}

/** Rounds one after another in which an arm fails in all scenarios: the next ones would, too. */
const mostFailures = 3;

/**
 * Measures rounds until the decision asks for no more: each round a fresh process of both arms, one after the other, in the order that the schedule
 * draws. A session that was cut off goes on where its log ends. Rejects with what `measureRound` and the log reject with, but for `AbortError`
 * once `signal` was aborted: a round that was cut off is not kept.
 */
export async function runSession(request: SessionRequest): Promise<SessionEnd> {
  const { settings, log, now, budgetSeconds, signal } = request;
  const started = now();
  let longest = 0;
  for (;;) {
    const decision = request.decide(settings, log.pairs);
    const { next } = decision;
    if (next.kind === 'done') return { decision, reason: 'decided', failing: null };
    const stage: Stage = next.kind === 'confirm' ? 'confirm' : 'look';
    for (let left = next.rounds; left > 0; left--) {
      if (signal?.aborted) return ended(request, 'stopped');
      const began = now();
      if (budgetSeconds !== null && began - started + longest > budgetSeconds) return ended(request, 'budget');
      try {
        const round = nextRound(next.scenarios, stage, log.pairs);
        request.onRound?.({ ...round, left });
        const measured = await measurePair(request, round);
        log.append(measured);
        // On a machine that is not fit for it, the rest of these rounds may not be wanted any more.
        if (measured.every((pair) => isDisturbed(pair, settings))) left = 1;
      } catch (error) {
        if (signal?.aborted && error instanceof Error && error.name === 'AbortError') return ended(request, 'stopped');
        throw error;
      }
      longest = Math.max(longest, now() - began);
      const failing = failingArm(log.pairs, next.scenarios, stage);
      if (failing !== null) return { ...ended(request, 'failing'), failing };
    }
  }
}

/**
 * The next round of the scenarios that are least far. Those that are equally far share their processes; of a session that was cut off within a round,
 * or of rows that were decided at other looks, some are behind and catch up first.
 */
function nextRound(scenarios: readonly string[], stage: Stage, pairs: readonly Pair[]): Round {
  const done = scenarios.map(
    (scenario) => pairs.filter((pair) => pair.scenario === scenario && pair.stage === stage).length,
  );
  const round = Math.min(...done);
  return { stage, round, scenarios: scenarios.filter((_, index) => done[index] === round) };
}

async function measurePair(request: SessionRequest, { stage, round, scenarios }: Round): Promise<Pair[]> {
  const slot = schedule(request.settings.seed, stage, round + 1)[round];
  if (slot === undefined) throw new RangeError(`The schedule of the ${stage} stage has no round ${round}.`);
  const { first, seed } = slot;
  const order: readonly Arm[] = first === 'base' ? ['base', 'head'] : ['head', 'base'];
  const measured = new Map<Arm, ReadonlyMap<string, Observation | Failed>>();
  for (const arm of order) measured.set(arm, await request.measureRound(arm, { scenarios, seed }));
  return scenarios.map((scenario) => {
    const of = (arm: Arm): Observation | Failed => measured.get(arm)?.get(scenario) ?? untold(scenario);
    return { scenario, stage, round, first, seed, base: of('base'), head: of('head') };
  });
}

/** Void for what went on around it, and not because a process failed. */
function isDisturbed(pair: Pair, { limits }: GateSettings): boolean {
  return [pair.base, pair.head].every(({ outcome }) => outcome === 'measured') && voidReason(pair, limits) !== null;
}

function untold(scenario: string): Failed {
  return { outcome: 'failed', code: 'SCENARIO_MISSING', message: `The round told nothing of ${scenario}.`, pid: null };
}

function ended(request: SessionRequest, reason: SessionEnd['reason']): SessionEnd {
  return { decision: request.decide(request.settings, request.log.pairs), reason, failing: null };
}

/** The arm that failed in each scenario in the last rounds; null where there is none. */
function failingArm(pairs: readonly Pair[], scenarios: readonly string[], stage: Stage): SessionEnd['failing'] {
  for (const arm of ['base', 'head'] as const) {
    const last = scenarios.map((scenario) =>
      pairs.filter((pair) => pair.scenario === scenario && pair.stage === stage).slice(-mostFailures),
    );
    const fails = last.every(
      (ofOne) => ofOne.length === mostFailures && ofOne.every((pair) => pair[arm].outcome === 'failed'),
    );
    const failed = last[0]?.at(-1)?.[arm];
    if (fails && failed?.outcome === 'failed') return { arm, failed };
  }
  return null;
}
