import { blockingEnvironment, tf32Environment } from '../engine/backends/tf32.ts';
import type { PlannedCase } from '../suite/plan.ts';
import { runTask } from './child-task.ts';
import type { History } from './history.ts';
import type { ProofAnswer, ProofJob } from './job.ts';
import { skipForTime } from './max-time.ts';
import { withMemoryShortage } from './memory-shortage.ts';
import type { ReadyCase } from './prepare.ts';
import type { RunContext } from './run-context.ts';
import { inWorkFolder } from './work-folder.ts';

/**
 * Proves each configuration once (workload × backend × precision × fusion × layout × hygiene, and batch size where answers depend on it) in a process of its
 * own: what took effect, accuracy, fidelity. Returns the cases that can be measured; one whose configuration fails is failed, one with nothing to fuse skipped.
 */
export async function proveCases(
  context: RunContext,
  history: History,
  ready: readonly ReadyCase[],
): Promise<ReadyCase[]> {
  if (!context.plan.policy.proof) return [...ready];
  const groups = new Map<string, ReadyCase[]>();
  for (const one of ready) {
    const configuration = groupOf(one);
    groups.set(configuration, [...(groups.get(configuration) ?? []), one]);
  }
  const measurable: ReadyCase[] = [];
  for (const [index, group] of [...groups.values()].entries()) {
    if (context.stopped()) break;
    measurable.push(...(await proveGroup(context, history, group, { done: index, of: groups.size })));
  }
  return measurable;
}

/**
 * Proves what the cases of a group share at their smallest batch. Where that fails, its cases fail and the next batch is tried: a
 * model may take one batch and not another.
 */
async function proveGroup(
  context: RunContext,
  history: History,
  group: readonly ReadyCase[],
  progress: { readonly done: number; readonly of: number },
): Promise<ReadyCase[]> {
  const { log, onProgress, signal } = context;
  if (group.every(({ case: planned }) => history.proofs.has(planned.key))) return [...group];

  let open = [...group].sort((a, b) => a.case.axes.batchSize - b.case.axes.batchSize);
  for (let first = open[0]; first !== undefined; first = open[0]) {
    if (context.stopped()) return [];
    if (context.outOfTime(0)) {
      skipForTime(
        context,
        open.map(({ case: planned }) => planned),
      );
      return [];
    }
    onProgress({ type: 'proving', case: first.case, ...progress });
    const outcome = await proveOne(first, context);
    if (signal.aborted) return [];
    if ('answer' in outcome) {
      const { proof, nothingToFuse } = outcome.answer;
      const pointless = open.filter(({ case: { axes } }) => nothingToFuse && axes.fusion === 'off');
      // Skipped before the proof is recorded: a run that is killed in between proves again.
      for (const { case: planned } of pointless) skipNothingToFuse(planned, context);
      log.append({ type: 'proof.finished', keys: keysOf(open), pid: outcome.pid, proof });
      return open.filter((one) => !pointless.includes(one));
    }
    const { batchSize } = first.case.axes;
    const failed = open.filter(({ case: { axes } }) => axes.batchSize === batchSize);
    const cause = await withMemoryShortage(outcome, { ready: first, folder: context.folder, telemetry: null, signal });
    log.append({ type: 'proof.failed', keys: keysOf(failed), cause });
    context.fail(`${configurationOf(first.case)} at batch ${batchSize}`, cause);
    open = open.filter((one) => !failed.includes(one));
  }
  return [];
}

function keysOf(cases: readonly ReadyCase[]): string[] {
  return cases.map(({ case: { key } }) => key);
}

/**
 * The cases that share a proof. Where the size of a query's images follows the largest of them, or the lines of all its pages share the
 * runs of a model, an item's answer depends on the others in its query: each batch size is then proven by itself.
 */
function groupOf({ case: planned, workload: { preprocess, chain } }: ReadyCase): string {
  const dependsOnBatch = preprocess?.resize.mode === 'dynamic' || chain !== null;
  return `${configurationOf(planned)}${dependsOnBatch ? `/batch-${planned.axes.batchSize}` : ''}`;
}

/** What a proof is taken of: cases that differ in batch size, threads, scenario or scope only share it. */
function configurationOf({ workload, axes, providerOptions }: PlannedCase): string {
  const { backend, precision, fusion, layout, hygiene } = axes;
  const options = providerOptions === undefined ? '' : `/${JSON.stringify(providerOptions)}`;
  return `${workload}/${backend}/${precision}/fusion-${fusion}/layout-${layout}/hygiene-${hygiene}${options}`;
}

async function proveOne(
  { case: planned, workload, source, variant }: ReadyCase,
  { plan, plugins, signal, folder }: RunContext,
) {
  return inWorkFolder(folder, async ({ path, environment }) => {
    let pid = 0;
    const job: ProofJob = {
      plugins,
      case: planned,
      workload,
      source,
      variant,
      policy: plan.policy,
      workFolder: path,
      deadlineSeconds: planned.timeLimitSeconds,
    };
    const outcome = await runTask<ProofJob, ProofAnswer>('runner/proof-process.js', job, {
      environment: {
        ...environment,
        ...tf32Environment(planned.axes),
        ...blockingEnvironment({ ...planned.axes, providerOptions: planned.providerOptions ?? {} }),
      },
      signal,
      onStart: (started) => {
        pid = started;
      },
    });
    return { ...outcome, pid };
  });
}

function skipNothingToFuse(planned: PlannedCase, { log, onProgress }: RunContext): void {
  const message = `${planned.workload} has nothing to fuse, neither for the engine nor for the passes over its graph: fusion off would measure the same graph as fusion on.`;
  log.append({
    type: 'case.skipped',
    key: planned.key,
    reason: { code: 'NOTHING_TO_FUSE', need: 'operators that the engine or a pass joins', have: 'none' },
    message,
  });
  onProgress({ type: 'skipped', case: planned, message });
}
