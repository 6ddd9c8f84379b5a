import { monotonicSeconds } from '../kernel/clock.ts';
import { type History, roundName } from './history.ts';
import { noteDropped, skipForTime } from './max-time.ts';
import { runRound } from './one-round.ts';
import type { ReadyCase } from './prepare.ts';
import { RoundTimes } from './progress.ts';
import type { RunContext } from './run-context.ts';
import { scheduleRounds } from './schedule.ts';
import type { Telemetry } from './telemetry.ts';

/** Loading, warm-up and sealing of a round before any has been seen. */
const assumedExtraSeconds = 4;

/**
 * Runs all rounds that are still to be run, in the plan's order, one at a time. A case that fails is not tried again. Where `--max-time` leaves no
 * room for a whole round of all cases, that round and those after it are dropped, so that all cases keep equally many; single ones are dropped
 * only of a round that has begun, the first one included.
 */
export async function runRounds(
  context: RunContext,
  history: History,
  ready: readonly ReadyCase[],
  telemetry: Telemetry,
): Promise<void> {
  const { plan, onProgress, signal } = context;
  const byKey = new Map(ready.map((one) => [one.case.key, one]));
  const scheduled = scheduleRounds(plan.cases, plan.policy).filter(
    ({ case: planned, round }) => byKey.has(planned.key) && !history.finished.has(roundName(planned.key, round)),
  );
  const times = new RoundTimes();
  const fallback = plan.policy.window.minSeconds + assumedExtraSeconds;
  const failed = new Set<string>();
  /** Queries of each finished round, by the key of its case. */
  const measured = new Map<string, number[]>(plan.cases.map(({ key }) => [key, [...(history.queries.get(key) ?? [])]]));
  const isMeasured = (key: string): boolean => (measured.get(key) ?? []).length > 0;

  const dropped = new Set<string>();
  for (const [index, round] of scheduled.entries()) {
    const one = byKey.get(round.case.key);
    // A signal may have come in the pause between two rounds.
    if (context.stopped()) return;
    if (one === undefined || failed.has(round.case.key)) continue;
    const left = scheduled.slice(index).filter(({ case: planned }) => !failed.has(planned.key));
    const secondsOf = (rounds: typeof left): number =>
      rounds.reduce((sum, { case: planned }) => sum + times.estimate(planned, fallback), 0);
    if (scheduled[index - 1]?.round !== round.round) {
      const whole = left.filter((other) => other.round === round.round);
      const areMeasured = whole.every(({ case: planned }) => isMeasured(planned.key));
      if (areMeasured && context.outOfTime(secondsOf(whole))) {
        for (const { case: planned } of left) dropped.add(planned.key);
        break;
      }
    }
    // A round that does not fit any more is dropped; a shorter one after it may.
    if (context.outOfTime(times.estimate(round.case, fallback))) {
      dropped.add(round.case.key);
      continue;
    }
    onProgress({
      type: 'round',
      case: round.case,
      round: round.round,
      done: index,
      of: scheduled.length,
      secondsLeft: secondsOf(left),
    });
    const started = monotonicSeconds();
    const outcome = await runRound(context, history, one, round, telemetry);
    if (outcome === null || signal.aborted) return;
    if ('queries' in outcome) {
      times.add(round.case, monotonicSeconds() - started);
      measured.get(round.case.key)?.push(outcome.queries);
    } else {
      failed.add(round.case.key);
      context.fail(round.case.id, outcome.cause);
    }
    if (plan.policy.cooldownSeconds > 0) await pause(plan.policy.cooldownSeconds, signal);
  }
  const ofDropped = plan.cases.filter(({ key }) => dropped.has(key) && !failed.has(key));
  skipForTime(
    context,
    ofDropped.filter(({ key }) => !isMeasured(key)),
  );
  noteDropped(
    context,
    ofDropped
      .filter(({ key }) => isMeasured(key))
      .map((planned) => ({ case: planned, queries: measured.get(planned.key) ?? [] })),
  );
}

function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, seconds * 1e3);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
