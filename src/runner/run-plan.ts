import { join } from 'node:path';
import { monotonicSeconds } from '../kernel/clock.ts';
import { InputError } from '../kernel/errors.ts';
import { packageVersion } from '../kernel/package-root.ts';
import { EventLog, readEvents } from '../results/event-log.ts';
import { runIdOf } from '../results/result-folder.ts';
import { type Run, schemaVersion } from '../results/run.ts';
import { acquireLock } from '../results/run-lock.ts';
import type { CaseSnapshot, PlanSnapshot } from '../results/snapshot.ts';
import type { Plan } from '../suite/plan.ts';
import { recordEnvironment } from './environment.ts';
import { readHistory } from './history.ts';
import { preflight } from './preflight.ts';
import { prepareWorkloads, probeBackends } from './prepare.ts';
import { proveCases } from './prove.ts';
import { recoverCutRounds, refuseIfAlive } from './resume.ts';
import { runRounds } from './rounds.ts';
import type { RunContext, RunRequest } from './run-context.ts';
import { summarise } from './summarise.ts';
import { startTelemetry } from './telemetry.ts';

/**
 * Runs a plan to its result: prepares the workloads, proves the configurations, measures the rounds, and summarises what the
 * events and samples say. Whatever becomes of a case, the others run; only what makes the whole run impossible is thrown.
 */
export async function runPlan(request: RunRequest): Promise<Run> {
  const lock = acquireLock(request.folder);
  try {
    const log = request.resume ? EventLog.open(request.folder) : EventLog.create(request.folder);
    try {
      return await runWithLog({
        ...request,
        log,
        origin: log.origin,
        samplesFolder: join(request.folder, 'samples'),
      });
    } finally {
      log.close();
    }
  } finally {
    lock.release();
  }
}

async function runWithLog(context: RunContext): Promise<Run> {
  const { plan, log, signal, onProgress } = context;
  const history = readHistory(readEvents(context.folder));
  if (context.resume) refuseIfAlive(history, context.folder);

  const [environment, findings, probes] = await Promise.all([recordEnvironment(), preflight(), probeBackends(context)]);
  if (!context.resume) {
    log.append({
      type: 'run.started',
      schemaVersion,
      runId: runIdOf(context.folder),
      dynoVersion: packageVersion(),
      plan: snapshotOf(plan, (backend) => probes[backend]?.stack ?? backend),
      environment,
      preflight: findings,
      command: context.command,
    });
  } else {
    if (history.fingerprint !== null && history.fingerprint !== environment.fingerprint) {
      throw new InputError(
        'ENVIRONMENT_CHANGED',
        `The run ${runIdOf(context.folder)} was started on another machine or with other software than this (fingerprint ${history.fingerprint}, here ${environment.fingerprint}). Figures of the two may not be mixed: start a new run.`,
      );
    }
    log.append({ type: 'run.resumed', environment, preflight: findings });
    await recoverCutRounds(context, history);
  }
  for (const finding of findings) {
    if (finding.severity === 'warning') onProgress({ type: 'note', message: finding.message });
  }

  const started = monotonicSeconds();
  const ready = await prepareWorkloads(context, history, probes);
  const provable = await proveCases(context, history, ready);
  if (provable.length > 0 && !signal.aborted) {
    const telemetry = await startTelemetry(context);
    try {
      await runRounds(context, history, provable, telemetry);
    } finally {
      await telemetry.stop();
    }
  }

  if (signal.aborted) log.append({ type: 'run.interrupted', signal: String(signal.reason) });
  else log.append({ type: 'run.finished', seconds: monotonicSeconds() - started });
  return await summarise(context.folder);
}

/** The plan in the words of the result. */
export function snapshotOf(plan: Plan, stackOf: (backend: string) => string): PlanSnapshot {
  const { suite, policy, limits } = plan;
  const cases: CaseSnapshot[] = plan.cases.map(({ timeLimitSeconds, backendRequired, ...planned }) => ({
    ...planned,
    stack: stackOf(planned.axes.backend),
  }));
  return { suite, cases, policy, limits };
}
