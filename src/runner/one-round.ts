import { DynoError, errorText } from '../kernel/errors.ts';
import type { Cause, SealedFile } from '../results/events.ts';
import { type History, roundName } from './history.ts';
import { withMemoryShortage } from './memory-shortage.ts';
import type { ReadyCase } from './prepare.ts';
import { sealIfAny, segmentPaths } from './round-files.ts';
import { runRoundTask } from './round-task.ts';
import type { RunContext } from './run-context.ts';
import type { ScheduledRound } from './schedule.ts';
import type { Telemetry } from './telemetry.ts';

export type RoundOutcome = { readonly queries: number } | { readonly cause: Cause };

/** Runs one round in a fresh process and records how it ended. Returns what was measured, the cause if it failed, or null after a signal. */
export async function runRound(
  context: RunContext,
  history: History,
  ready: ReadyCase,
  { round, order, seed }: ScheduledRound,
  telemetry: Telemetry,
): Promise<RoundOutcome | null> {
  const { plan, log, folder, signal } = context;
  const { case: planned } = ready;
  const attempt = (history.attempts.get(roundName(planned.key, round)) ?? 0) + 1;
  const paths = segmentPaths(context.samplesFolder, planned.key, round, attempt);
  const outcome = await runRoundTask(context, ready, {
    policy: plan.policy,
    seed,
    samplesFile: paths.samples,
    onStart: async (pid) => {
      log.append({ type: 'round.started', key: planned.key, round, order, seed, pid });
      await telemetry.open(pid, paths.telemetry);
    },
  });
  await telemetry.close();

  const samples = await sealIfAny(paths.samples, folder);
  const sampled = await sealTelemetry(paths.telemetry, context);
  if ('answer' in outcome && samples !== null) {
    log.append({
      type: 'round.finished',
      key: planned.key,
      round,
      samples,
      telemetry: sampled,
      measured: outcome.answer.measured,
    });
    const { windowStart, transport } = outcome.answer.measured;
    // A clock that stood still at times does not tell in which block a query fell.
    if (transport?.inLatency !== false) {
      await telemetry.observe({ key: planned.key, samples, telemetry: sampled, windowStart });
    }
    return { queries: outcome.answer.measured.queries };
  }
  if (signal.aborted) {
    log.append({
      type: 'round.interrupted',
      key: planned.key,
      round,
      samples,
      telemetry: sampled,
      why: `${signal.reason}`,
    });
    return null;
  }
  const cause =
    'cause' in outcome ? await withMemoryShortage(outcome, { ready, folder, telemetry: sampled, signal }) : noSamples();
  if (isOfTheDisk(cause)) {
    log.append({ type: 'round.interrupted', key: planned.key, round, samples, telemetry: sampled, why: cause.message });
    throw new DynoError(cause.code, cause.message);
  }
  log.append({ type: 'round.failed', key: planned.key, round, cause, samples, telemetry: sampled });
  return { cause };
}

/** Telemetry never fails a round: what cannot be sealed is reported and left out. */
export async function sealTelemetry(
  segment: string,
  { folder, log, onProgress }: RunContext,
): Promise<SealedFile | null> {
  try {
    return await sealIfAny(segment, folder);
  } catch (error) {
    // A full disk is the run's to report: what comes next would fail, too.
    if (error instanceof DynoError && error.code === 'DISK_FULL') throw error;
    const reason = errorText(error);
    const code = error instanceof DynoError ? error.code : 'NOT_SEALED';
    log.append({ type: 'telemetry.problem', collector: null, code, reason });
    onProgress({ type: 'note', message: `The telemetry of this round is lost: ${reason}` });
    return null;
  }
}

/** A full disk is not the case's fault, and no other case would fare better: the run stops there and can be resumed. */
export function isOfTheDisk({ code }: Cause): boolean {
  return code === 'DISK_FULL' || code === 'FOLDER_UNWRITABLE';
}

export function noSamples(): Cause {
  return {
    code: 'NO_SAMPLES',
    message: 'The round ended well but left no samples: was the folder of the run changed while it ran?',
    exitCode: 0,
    signal: null,
    stderrTail: '',
  };
}
