import type { PrecisionSupport } from '../engine/backends/backend.ts';
import type { VariantRecord } from '../results/events.ts';
import type { PlannedCase, WorkloadRequest } from '../suite/plan.ts';
import type { PreparedWorkload } from '../workloads/prepared-workload.ts';
import { askBackends } from './ask-backends.ts';
import { runTask } from './child-task.ts';
import { type History, roundName } from './history.ts';
import type { GraphCount, PrepareAnswer, PrepareJob, ProbeAnswer } from './job.ts';
import { skipForTime } from './max-time.ts';
import type { RunContext, RunRequest } from './run-context.ts';
import { fits, hasBackend, hasPrecision, isOnDevice, skipScope } from './runnable-cases.ts';

/** A case that can be run: its workload is ready, and its backend is there and has its precision. */
export interface ReadyCase {
  readonly case: PlannedCase;
  /** What is loaded and measured: the workload with the models that the toggles made of its own. */
  readonly workload: PreparedWorkload;
  /** The workload with its models as they are: what fidelity is taken against. */
  readonly source: PreparedWorkload;
  /** How the models were made; null: they are as they are. */
  readonly variant: VariantRecord | null;
  /** How its backend carries out each precision; left out where nobody asked. */
  readonly precisions?: Readonly<Record<string, PrecisionSupport>>;
}

/** A workload, or a variant of its model, may take so long to be made. */
export const prepareSeconds = 600;

/** Asks all backends of the plan whether they can run here, in a process of their own. */
export async function probeBackends({ plan, plugins, signal }: RunRequest): Promise<ProbeAnswer['probes']> {
  const backends = [...new Set(plan.cases.map(({ axes }) => axes.backend))];
  return askBackends(backends, { plugins, signal, remedy: 'npx dyno doctor' });
}

/**
 * Makes every workload ready that still has rounds to run and sorts out the cases that cannot be run: those of an absent
 * backend are skipped, or failed when the backend was named; those whose backend does not have the precision are skipped; those of a
 * workload that cannot be made ready are failed. All others are ready, their models as they are. `graphs` has what was counted on the way.
 */
export async function prepareWorkloads(
  context: RunContext,
  history: History,
  probes: ProbeAnswer['probes'],
): Promise<{ ready: ReadyCase[]; graphs: ReadonlyMap<string, GraphCount> }> {
  const { plan, log, onProgress, signal } = context;
  const open = plan.cases.filter((planned) => isOpen(planned, plan.policy.rounds, history));
  const runnable = open.filter(
    (planned) =>
      fits(planned, context) &&
      hasBackend(planned, context, probes) &&
      isOnDevice(planned, context, probes) &&
      hasPrecision(planned, context, probes),
  );

  const ready: ReadyCase[] = [];
  const graphs = new Map<string, GraphCount>();
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
    const { workload, record, metricReason, dataSha256, graph } = outcome.answer;
    if (graph !== null) graphs.set(request.name, graph);
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
      else {
        const { precisions = {} } = probes[planned.axes.backend] ?? {};
        ready.push({ case: planned, workload, source: workload, variant: null, precisions });
      }
    }
  }
  return { ready, graphs };
}

/** Whether a case still has rounds to run. */
export function isOpen(planned: PlannedCase, rounds: number, history: History): boolean {
  if (history.ended.has(planned.key)) return false;
  return Array.from({ length: rounds }).some((_, round) => !history.finished.has(roundName(planned.key, round)));
}

function prepareOne(request: WorkloadRequest, { plugins, cacheFolder, signal, projections }: RunContext) {
  const countGraph = projections?.graphs.has(request.name) ?? false;
  const job: PrepareJob = { plugins, request, cacheFolder, countGraph, deadlineSeconds: prepareSeconds };
  return runTask<PrepareJob, PrepareAnswer>('runner/prepare-process.js', job, {
    signal,
    overdueRemedy: 'Making a workload ready may take 10 minutes: is the disk or the network slow?',
  });
}
