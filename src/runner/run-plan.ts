import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { monotonicSeconds } from '../kernel/clock.ts';
import { InputError } from '../kernel/errors.ts';
import { packageVersion } from '../kernel/package-root.ts';
import { EventLog, eventsFile, readEvents } from '../results/event-log.ts';
import type { Environment, Finding } from '../results/events.ts';
import { runIdOf } from '../results/result-folder.ts';
import { type Run, schemaVersion } from '../results/run.ts';
import { acquireLock } from '../results/run-lock.ts';
import type { CaseSnapshot, PlanSnapshot, ScenarioSnapshot } from '../results/snapshot.ts';
import type { Plan, ScenarioSettings } from '../suite/plan.ts';
import { recordEnvironment } from './environment.ts';
import { gateRules } from './gate-rules.ts';
import { type History, readHistory } from './history.ts';
import type { ProbeAnswer } from './job.ts';
import { measureAtRest } from './power-at-rest.ts';
import { preflight, preflightSeconds } from './preflight.ts';
import { isOpen, prepareWorkloads, probeBackends } from './prepare.ts';
import { appendProjections } from './projections.ts';
import { proveCases } from './prove.ts';
import { recoverCutRounds, refuseIfAlive } from './resume.ts';
import { runRounds } from './rounds.ts';
import type { RunContext, RunRequest } from './run-context.ts';
import { searchRates } from './search-rates.ts';
import { summarise } from './summarise.ts';
import { startTelemetry } from './telemetry.ts';
import { prepareVariants } from './variants.ts';
import { removeWorkFolder } from './work-folder.ts';

/**
 * Runs a plan to its result: prepares the workloads and the variants of their models, proves the configurations, measures the rounds, and summarises what the
 * events and samples say. Whatever becomes of a case, the others run; only what makes the whole run impossible is thrown.
 * Answers with null when a signal came before anything was recorded.
 */
export async function runPlan(request: RunRequest): Promise<Run | null> {
  const { folder, plan, signal, failFast, onProgress } = request;
  const lock = acquireLock(folder);
  try {
    // A run that was killed in its first second has a folder and no log yet.
    const log = existsSync(join(folder, eventsFile)) ? EventLog.open(folder) : EventLog.create(folder);
    let failures = 0;
    const limit = plan.policy.maxTimeSeconds;
    try {
      return await runWithLog({
        ...request,
        log,
        origin: log.origin,
        samplesFolder: join(folder, 'samples'),
        fail: (what, cause) => {
          failures++;
          onProgress({ type: 'failed', what, cause });
        },
        stopped: () => signal.aborted || (failFast && failures > 0),
        outOfTime: (seconds) => limit !== null && monotonicSeconds() - log.origin + seconds > limit,
      });
    } finally {
      log.close();
    }
  } finally {
    lock.release();
  }
}

async function runWithLog(context: RunContext): Promise<Run | null> {
  const { log, signal, folder } = context;
  const history = readHistory(readEvents(folder));
  refuseIfAlive(history, folder);
  removeWorkFolder(folder);

  // Before the probe: what it loads the machine with is not the machine's.
  const findings = await preflight({ seconds: preflightSeconds(process.env.DYNO_PREFLIGHT) });
  const [environment, probes] = await Promise.all([recordEnvironment(), probeBackends(context)]);
  if (signal.aborted) return history.fingerprint === null ? null : summarise(folder);
  await begin(context, history, { environment, findings, probes });
  if (context.powerLimit !== undefined) log.append({ type: 'power.limited', ...context.powerLimit.record });

  const started = monotonicSeconds();
  const prepared = await prepareWorkloads(context, history, probes);
  appendProjections(context, prepared.graphs);
  const ready = await prepareVariants(context, history, prepared.ready, probes);
  const measurable = await searchRates(context, history, await proveCases(context, history, ready));
  if (measurable.length > 0 && !context.stopped()) {
    const telemetry = await startTelemetry(context);
    try {
      await measureAtRest(context, history, telemetry);
      await runRounds(context, history, measurable, telemetry);
    } finally {
      await telemetry.stop();
    }
  }

  if (context.powerLimit !== undefined) {
    log.append({ type: 'power.restored', devices: (await context.powerLimit.restore()).devices });
  }
  if (signal.aborted) {
    log.append({ type: 'run.interrupted', signal: String(signal.reason) });
  } else {
    if (context.stopped()) skipTheRest(context);
    log.append({ type: 'run.finished', seconds: monotonicSeconds() - started });
  }
  return await summarise(folder);
}

interface Beginning {
  readonly environment: Environment;
  readonly findings: readonly Finding[];
  readonly probes: ProbeAnswer['probes'];
}

/** The first event of a sitting: of the run, or of its resumption, which the same machine must do. */
async function begin(
  context: RunContext,
  history: History,
  { environment, findings, probes }: Beginning,
): Promise<void> {
  const { plan, log, folder, command, onProgress } = context;
  for (const finding of findings) {
    if (finding.severity === 'warning') onProgress({ type: 'note', message: finding.message });
  }
  if (history.fingerprint === null) {
    log.append({
      type: 'run.started',
      schemaVersion,
      runId: runIdOf(folder),
      dynoVersion: packageVersion(),
      plan: snapshotOf(plan, probes),
      environment,
      preflight: findings,
      command,
    });
    return;
  }
  if (history.fingerprint !== environment.fingerprint) {
    throw new InputError(
      'ENVIRONMENT_CHANGED',
      `The run ${runIdOf(folder)} was started on another machine or with other software than this (fingerprint ${history.fingerprint}, here ${environment.fingerprint}). Figures of the two may not be mixed: start a new run.`,
    );
  }
  log.append({ type: 'run.resumed', environment, preflight: findings });
  await recoverCutRounds(context, history);
}

/** Under `--fail-fast`: what was not begun is skipped, and says why. */
function skipTheRest({ plan, log, folder, onProgress }: RunContext): void {
  const history = readHistory(readEvents(folder));
  for (const planned of plan.cases.filter((one) => isOpen(one, plan.policy.rounds, history))) {
    const message = 'Something failed before it, and --fail-fast stops at the first failure.';
    log.append({
      type: 'case.skipped',
      key: planned.key,
      reason: { code: 'FAIL_FAST', need: null, have: null },
      message,
    });
    onProgress({ type: 'skipped', case: planned, message });
  }
}

/** The plan in the words of the result, with what the backends said of themselves. */
function snapshotOf(plan: Plan, probes: ProbeAnswer['probes']): PlanSnapshot {
  const { suite, profiles, policy, limits } = plan;
  const cases: CaseSnapshot[] = plan.cases.map(({ timeLimitSeconds, backendRequired, device, ...planned }) => {
    const { backend, precision } = planned.axes;
    const probe = probes[backend];
    return {
      ...planned,
      scenario: withoutFile(planned.scenario),
      stack: probe?.stack ?? backend,
      precisionSupport: probe?.available ? (probe.precisions[precision] ?? 'none') : null,
    };
  });
  return { suite, cases, profiles, policy, limits, ...gateRules(plan) };
}

/** A result is passed on, and where a trace lies on this machine is nobody else's business. */
function withoutFile(scenario: ScenarioSettings): ScenarioSnapshot {
  if (scenario.kind !== 'replay') return scenario;
  const { sha256, queries, seconds } = scenario.trace;
  return { ...scenario, trace: { sha256, queries, seconds } };
}
