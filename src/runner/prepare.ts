import { availableCores } from '../kernel/available-cores.ts';
import type { PlannedCase, WorkloadRequest } from '../suite/plan.ts';
import { unfitOf } from '../suite/unfit.ts';
import type { PreparedWorkload } from '../workloads/prepared-workload.ts';
import { askBackends } from './ask-backends.ts';
import { runTask } from './child-task.ts';
import { explainedCause } from './explained-cause.ts';
import { type History, roundName } from './history.ts';
import type { PrepareAnswer, PrepareJob, ProbeAnswer } from './job.ts';
import { skipForTime } from './max-time.ts';
import type { RunContext, RunRequest } from './run-context.ts';

/** A case that can be run: its workload is ready and its backend is there. */
export interface ReadyCase {
  readonly case: PlannedCase;
  readonly workload: PreparedWorkload;
}

const prepareSeconds = 600;

/** Asks all backends of the plan whether they can run here, in a process of their own. */
export async function probeBackends({ plan, plugins, signal }: RunRequest): Promise<ProbeAnswer['probes']> {
  const backends = [...new Set(plan.cases.map(({ axes }) => axes.backend))];
  return askBackends(backends, { plugins, signal, remedy: 'npx dyno doctor' });
}

/**
 * Makes every workload ready that still has rounds to run and sorts out the cases that cannot be run: those of an absent
 * backend are skipped, or failed when the backend was named; those of a workload that cannot be made ready are failed.
 */
export async function prepareWorkloads(
  context: RunContext,
  history: History,
  probes: ProbeAnswer['probes'],
): Promise<ReadyCase[]> {
  const { plan, log, onProgress, signal } = context;
  const open = plan.cases.filter((planned) => isOpen(planned, plan.policy.rounds, history));
  const runnable = open.filter((planned) => fits(planned, context) && hasBackend(planned, context, probes));

  const ready: ReadyCase[] = [];
  for (const request of plan.workloads) {
    const cases = runnable.filter(({ workload }) => workload === request.name);
    if (cases.length === 0) continue;
    if (context.stopped()) break;
    if (context.outOfTime(0)) {
      skipForTime(context, cases);
      continue;
    }
    onProgress({ type: 'preparing', workload: request.name });
    const outcome = await prepareOne(request, context);
    if (signal.aborted) break;
    if ('cause' in outcome) {
      log.append({ type: 'workload.failed', workload: request.name, cause: outcome.cause });
      for (const { key } of cases) log.append({ type: 'case.failed', key, cause: outcome.cause });
      context.fail(`workload ${request.name}`, outcome.cause);
      continue;
    }
    const { workload, record, metricReason, dataSha256 } = outcome.answer;
    const before = history.prepared.get(request.name);
    if (before !== undefined && (before.model !== record.sha256 || before.data !== dataSha256)) {
      const what = before.model === record.sha256 ? 'data' : 'model';
      const cause = {
        code: what === 'data' ? 'DATA_CHANGED' : 'MODEL_CHANGED',
        message: `The ${what} of ${request.name} has changed since the run was started. Figures of the two may not be mixed: start a new run.`,
        exitCode: null,
        signal: null,
        stderrTail: '',
      };
      for (const { key } of cases) log.append({ type: 'case.failed', key, cause });
      context.fail(`workload ${request.name}`, cause);
      continue;
    }
    if (before === undefined) {
      log.append({
        type: 'workload.prepared',
        workload: request.name,
        model: record,
        items: workload.data.items,
        metric: metricReason,
        dataSha256,
      });
    }
    for (const planned of cases) {
      if (workload.chain !== null && planned.scope === 'inference') skipScope(planned, context);
      else ready.push({ case: planned, workload });
    }
  }
  return ready;
}

/** Whether a case still has rounds to run. */
export function isOpen(planned: PlannedCase, rounds: number, history: History): boolean {
  if (history.ended.has(planned.key)) return false;
  return Array.from({ length: rounds }).some((_, round) => !history.finished.has(roundName(planned.key, round)));
}

function prepareOne(request: WorkloadRequest, { plugins, cacheFolder, signal }: RunContext) {
  const job: PrepareJob = { plugins, request, cacheFolder, deadlineSeconds: prepareSeconds };
  return runTask<PrepareJob, PrepareAnswer>('runner/prepare-process.js', job, {
    signal,
    overdueRemedy: 'Making a workload ready may take 10 minutes: is the disk or the network slow?',
  });
}

/** Skips a case that cannot be measured on this machine, or by its scenario, whatever its backend and model. */
function fits(planned: PlannedCase, { log, onProgress }: RunContext): boolean {
  const unfit = unfitOf(planned, availableCores());
  if (unfit === null) return true;
  const { code, need, have, message } = unfit;
  log.append({ type: 'case.skipped', key: planned.key, reason: { code, need, have }, message });
  onProgress({ type: 'skipped', case: planned, message });
  return false;
}

function skipScope(planned: PlannedCase, { log, onProgress }: RunContext): void {
  const message = `${planned.workload} is a chain of models, and what one is fed follows from the answer of the one before: it has no inputs to prepare beforehand. Use --scope request.`;
  log.append({
    type: 'case.skipped',
    key: planned.key,
    reason: { code: 'SCOPE_UNSUPPORTED', need: 'request', have: 'inference' },
    message,
  });
  onProgress({ type: 'skipped', case: planned, message });
}

function hasBackend(
  planned: PlannedCase,
  { log, onProgress, fail }: RunContext,
  probes: ProbeAnswer['probes'],
): boolean {
  const probe = probes[planned.axes.backend];
  if (probe?.available) return true;
  const reason = probe?.reason ?? 'it was not asked';
  const message = `The backend ${planned.axes.backend} cannot run here: ${reason}. Run: ${probe?.remedy ?? 'npx dyno doctor'}`;
  const cause = explainedCause({ code: 'BACKEND_UNAVAILABLE', message, exitCode: null, signal: null, stderrTail: '' });
  if (planned.backendRequired) {
    log.append({ type: 'case.failed', key: planned.key, cause });
    fail(planned.id, cause);
  } else {
    log.append({
      type: 'case.skipped',
      key: planned.key,
      reason: { code: 'BACKEND_UNAVAILABLE', need: planned.axes.backend, have: reason },
      message,
    });
    const advice = cause.explanation === undefined ? '' : ` ${cause.explanation.remedy}`;
    onProgress({ type: 'skipped', case: planned, message: `${message}${advice}` });
  }
  return false;
}
