import { monotonicSeconds } from '../kernel/clock.ts';
import type { Cause } from '../results/events.ts';
import { runTask } from './child-task.ts';
import { type History, roundName } from './history.ts';
import type { RoundAnswer, RoundJob } from './job.ts';
import { pageCacheState } from './page-cache.ts';
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

  for (const [index, round] of scheduled.entries()) {
    const one = byKey.get(round.case.key);
    if (one === undefined || failed.has(round.case.key)) continue;
    const left = scheduled.slice(index).filter(({ case: planned }) => !failed.has(planned.key));
    const secondsLeft = left.reduce((sum, { case: planned }) => sum + times.estimate(planned, fallback), 0);
    if (outOfTime(context, times.estimate(round.case, fallback))) {
      dropForTime(context, left, measured);
      return;
    }
    onProgress({ type: 'round', case: round.case, round: round.round, done: index, of: scheduled.length, secondsLeft });
    const started = monotonicSeconds();
    const cause = await runRound(context, history, one, round, telemetry);
    if (signal.aborted) return;
    if (cause === null) {
      times.add(round.case, monotonicSeconds() - started);
      measured.add(round.case.key);
    } else {
      failed.add(round.case.key);
      onProgress({ type: 'failed', what: round.case.id, cause });
      if (context.failFast) return;
    }
    if (plan.policy.cooldownSeconds > 0) await pause(plan.policy.cooldownSeconds, signal);
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
    pageCache: await pageCacheState(workload.model.path),
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
  const sampled = await sealIfAny(paths.telemetry, folder);
  if ('answer' in outcome && samples !== null) {
    log.append({
      type: 'round.finished',
      key: planned.key,
      round,
      samples,
      telemetry: sampled,
      measured: outcome.answer.measured,
    });
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
  log.append({ type: 'round.failed', key: planned.key, round, cause, samples, telemetry: sampled });
  return cause;
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

function outOfTime({ plan, origin }: RunContext, nextSeconds: number): boolean {
  const limit = plan.policy.maxTimeSeconds;
  return limit !== null && monotonicSeconds() - origin + nextSeconds > limit;
}

/** Drops the rounds that are left; a case that has none at all is skipped with the reason. */
function dropForTime(
  { plan, log, onProgress }: RunContext,
  left: readonly ScheduledRound[],
  measured: ReadonlySet<string>,
): void {
  const unmeasured = new Map(left.map(({ case: planned }) => [planned.key, planned]));
  const limit = plan.policy.maxTimeSeconds;
  onProgress({ type: 'note', message: `--max-time of ${limit} s is used up: ${left.length} rounds are dropped.` });
  for (const planned of unmeasured.values()) {
    if (measured.has(planned.key)) continue;
    const message = `--max-time of ${limit} s left no time for this case. Give more time, or fewer cases.`;
    log.append({
      type: 'case.skipped',
      key: planned.key,
      reason: { code: 'MAX_TIME', need: null, have: limit },
      message,
    });
    onProgress({ type: 'skipped', case: planned, message });
  }
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
