import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlannedCase } from '../suite/plan.ts';
import { runTask } from './child-task.ts';
import type { History } from './history.ts';
import type { ProofAnswer, ProofJob } from './job.ts';
import type { ReadyCase } from './prepare.ts';
import type { RunContext } from './run-context.ts';

/**
 * Proves each configuration once (workload × backend × precision × fusion) in a process of its own: what took effect, accuracy,
 * fidelity. Returns the cases that can be measured; one whose configuration fails is failed, one with nothing to fuse skipped.
 */
export async function proveCases(
  context: RunContext,
  history: History,
  ready: readonly ReadyCase[],
): Promise<ReadyCase[]> {
  const { plan, log, onProgress, signal } = context;
  if (!plan.policy.proof) return [...ready];

  const groups = new Map<string, ReadyCase[]>();
  for (const one of ready) {
    const configuration = configurationOf(one.case);
    groups.set(configuration, [...(groups.get(configuration) ?? []), one]);
  }
  const measurable: ReadyCase[] = [];
  let done = 0;
  for (const group of groups.values()) {
    const first = group[0];
    if (first === undefined || signal.aborted) break;
    if (group.every(({ case: planned }) => history.proofs.has(planned.key))) {
      measurable.push(...group);
      continue;
    }
    onProgress({ type: 'proving', case: first.case, done: done++, of: groups.size });
    const keys = group.map(({ case: planned }) => planned.key);
    const outcome = await proveOne(first, context);
    if (signal.aborted) break;
    if ('cause' in outcome) {
      log.append({ type: 'proof.failed', keys, cause: outcome.cause });
      onProgress({ type: 'failed', what: configurationOf(first.case), cause: outcome.cause });
      if (context.failFast) break;
      continue;
    }
    const { proof, nothingToFuse } = outcome.answer;
    log.append({ type: 'proof.finished', keys, pid: outcome.pid, proof });
    for (const one of group) {
      if (nothingToFuse && one.case.axes.fusion === 'off') skipNothingToFuse(one.case, context);
      else measurable.push(one);
    }
  }
  return measurable;
}

/** What a proof is taken of: cases that differ in batch size, threads, scenario or scope only share it. */
function configurationOf({ workload, axes }: PlannedCase): string {
  return `${workload}/${axes.backend}/${axes.precision}/fusion-${axes.fusion}`;
}

async function proveOne({ case: planned, workload }: ReadyCase, { plan, plugins, signal }: RunContext) {
  const workFolder = mkdtempSync(join(tmpdir(), 'dyno-proof-'));
  let pid = 0;
  try {
    const job: ProofJob = {
      plugins,
      case: planned,
      workload,
      policy: plan.policy,
      workFolder,
      deadlineSeconds: planned.timeLimitSeconds,
    };
    const outcome = await runTask<ProofJob, ProofAnswer>('runner/proof-process.js', job, {
      signal,
      onStart: (started) => {
        pid = started;
      },
    });
    return { ...outcome, pid };
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
}

function skipNothingToFuse(planned: PlannedCase, { log, onProgress }: RunContext): void {
  const message = `${planned.workload} has nothing to fuse: fusion off would measure the same graph as fusion on.`;
  log.append({
    type: 'case.skipped',
    key: planned.key,
    reason: { code: 'NOTHING_TO_FUSE', need: 'an operator that the engine fuses', have: 'none' },
    message,
  });
  onProgress({ type: 'skipped', case: planned, message });
}
