import { performance } from 'node:perf_hooks';
import { operatorProfile } from '../engine/proof/operator-profile.ts';
import { explainRows } from '../gate/explain-rows.ts';
import type { TakenProfile } from '../gate/operator-changes.ts';
import { commandProfiler, engineProfiler, type Profiler, takenProfile } from '../gate/profiler.ts';
import type { ExplainRequest } from './paired-gate.ts';

/** What all explanations of a gate may take together, before which the last one is begun. */
const budgetSeconds = 120;

/** Profiles the scenarios that changed, and writes into the log which operators did. Nothing, where the suite names no way to profile. */
export async function explainGate(request: ExplainRequest): Promise<void> {
  const { worktrees, suite, surroundings, stored, scenarios, log, signal } = request;
  const profiler = profilerOf(request);
  if (profiler === null) return;
  const explained = await explainRows({
    ...{ scenarios, profiler, surroundings, budgetSeconds, signal },
    folders: { base: worktrees.base.folder, head: worktrees.head.folder },
    timeoutSeconds: suite.plan.timeoutSeconds,
    seed: stored.start.settings.seed,
    now: () => performance.now() / 1e3,
  });
  for (const [scenario, explanation] of explained) log.note({ type: 'explained', scenario, ...explanation });
}

function profilerOf({ suite, worktrees, probe }: ExplainRequest): Profiler | null {
  const { command, profile } = suite.plan;
  const folders = { base: worktrees.base.folder, head: worktrees.head.folder };
  if (profile !== null) return commandProfiler(profile, folders, readOrtProfile);
  if (command !== null || probe.cases === undefined) return null;
  return engineProfiler({ suite: suite.path, cases: probe.cases }, worktrees);
}

function readOrtProfile(path: string): TakenProfile | null {
  const profile = operatorProfile(path);
  return profile === null ? null : takenProfile(profile);
}
