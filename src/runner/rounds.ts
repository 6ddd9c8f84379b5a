import { monotonicSeconds } from '../kernel/clock.ts';
import { DynoError, errorText } from '../kernel/errors.ts';
import type { Cause, SealedFile } from '../results/events.ts';
import { modelsOf } from '../workloads/models-of.ts';
import { runTask } from './child-task.ts';
import { type History, roundName } from './history.ts';
import type { RoundAnswer, RoundJob } from './job.ts';
import { skipForTime } from './max-time.ts';
import { pageCacheOfAll } from './page-cache.ts';
import type { ReadyCase } from './prepare.ts';
import { RoundTimes } from './progress.ts';
import { sealIfAny, segmentPaths } from './round-files.ts';
import type { RunContext } from './run-context.ts';
import { type ScheduledRound, scheduleRounds } from './schedule.ts';
import type { Telemetry } from './telemetry.ts';

/** Loading, warm-up and sealing of a round before any has been seen. */
const assumedExtraSeconds = 4;

/** Runs all rounds that are still to be run, in the plan's order, one at a time. A case that fails is not tried again. */
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
  const measured = new Set(
    plan.cases.filter(({ key }) => hasRound(history, key, plan.policy.rounds)).map(({ key }) => key),
  );

  const dropped = new Set<string>();
  for (const [index, round] of scheduled.entries()) {
    const one = byKey.get(round.case.key);
    // A signal may have come in the pause between two rounds.
    if (context.stopped()) return;
    if (one === undefined || failed.has(round.case.key)) continue;
    // A round that does not fit any more is dropped; a shorter one after it may.
    if (context.outOfTime(times.estimate(round.case, fallback))) {
      dropped.add(round.case.key);
      continue;
    }
    const left = scheduled.slice(index).filter(({ case: planned }) => !failed.has(planned.key));
    const secondsLeft = left.reduce((sum, { case: planned }) => sum + times.estimate(planned, fallback), 0);
    onProgress({
      type: 'round',
      case: round.case,
      round: round.round,
      done: index,
      of: scheduled.length,
      secondsLeft,
    });
    const started = monotonicSeconds();
    const cause = await runRound(context, history, one, round, telemetry);
    if (signal.aborted) return;
    if (cause === null) {
      times.add(round.case, monotonicSeconds() - started);
      measured.add(round.case.key);
    } else {
      failed.add(round.case.key);
      context.fail(round.case.id, cause);
    }
    if (plan.policy.cooldownSeconds > 0) await pause(plan.policy.cooldownSeconds, signal);
  }
  const unmeasured = plan.cases.filter(({ key }) => dropped.has(key) && !measured.has(key));
  skipForTime(context, unmeasured);
  if (dropped.size > unmeasured.length) {
    onProgress({
      type: 'note',
      message: `--max-time: rounds of ${dropped.size - unmeasured.length} cases were dropped.`,
    });
  }
}

/** Runs one round in a fresh process and records how it ended. Returns the cause if it failed. */
async function runRound(
  context: RunContext,
  history: History,
  { case: planned, workload }: ReadyCase,
  { round, order, seed }: ScheduledRound,
  telemetry: Telemetry,
): Promise<Cause | null> {
  const { plan, plugins, log, origin, folder, signal } = context;
  const attempt = (history.attempts.get(roundName(planned.key, round)) ?? 0) + 1;
  const paths = segmentPaths(context.samplesFolder, planned.key, round, attempt);
  const job: RoundJob = {
    plugins,
    case: planned,
    workload,
    policy: plan.policy,
    seed,
    origin,
    samplesFile: paths.samples,
    pageCache: await pageCacheOfAll(modelsOf(workload).map(({ model }) => model.path)),
    deadlineSeconds: planned.timeLimitSeconds,
  };
  const outcome = await runTask<RoundJob, RoundAnswer>('runner/round-process.js', job, {
    signal,
    // libuv's pool decodes images: as many threads as the case may use for inference.
    environment: { UV_THREADPOOL_SIZE: String(planned.axes.threads) },
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
    const { windowStart } = outcome.answer.measured;
    await telemetry.observe({ key: planned.key, samples, telemetry: sampled, windowStart });
    return null;
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
  const cause = 'cause' in outcome ? outcome.cause : noSamples();
  if (cause.code === 'DISK_FULL' || cause.code === 'FOLDER_UNWRITABLE') {
    // Not the case's fault, and no other case would fare better: the run stops here and can be resumed.
    log.append({ type: 'round.interrupted', key: planned.key, round, samples, telemetry: sampled, why: cause.message });
    throw new DynoError(cause.code, cause.message);
  }
  log.append({ type: 'round.failed', key: planned.key, round, cause, samples, telemetry: sampled });
  return cause;
}

/** Telemetry never fails a round: what cannot be sealed is reported and left out. */
async function sealTelemetry(segment: string, { folder, log, onProgress }: RunContext): Promise<SealedFile | null> {
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

function noSamples(): Cause {
  return {
    code: 'NO_SAMPLES',
    message: 'The round ended well but left no samples: was the folder of the run changed while it ran?',
    exitCode: 0,
    signal: null,
    stderrTail: '',
  };
}

function hasRound(history: History, key: string, rounds: number): boolean {
  return Array.from({ length: rounds }).some((_, round) => history.finished.has(roundName(key, round)));
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
