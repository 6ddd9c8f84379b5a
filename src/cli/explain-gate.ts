import { performance } from 'node:perf_hooks';
import { operatorProfile } from '../engine/proof/operator-profile.ts';
import { explainRows } from '../gate/explain-rows.ts';
import type { OperatorExplanation, TakenProfile } from '../gate/operator-changes.ts';
import { commandProfiler, engineProfiler, type Profiler, takenProfile } from '../gate/profiler.ts';
import { errorText } from '../kernel/errors.ts';
import { redactDeep } from '../results/redact.ts';
import type { ExplainRequest } from './paired-gate.ts';

/** What all explanations of a gate may take together, before which the last one is begun. */
const budgetSeconds = 120;

/**
 * Profiles the scenarios that changed, and writes into the log which operators did, and of each that it did not come to that it was not profiled and why.
 * Nothing, where the suite names no way to profile. Rejects with what went wrong, but for `AbortError`.
 */
export async function explainGate(asked: ExplainRequest): Promise<void> {
  const { worktrees, suite, surroundings, stored, scenarios, log, signal } = asked;
  const profiler = profilerOf(asked);
  if (profiler === null) return;
  const open = new Set(profiler.groups(scenarios).flat());
  const note = (scenario: string, explanation: OperatorExplanation) =>
    log.note({ type: 'explained', scenario, ...explanation });
  const noteOpen = (why: string) => {
    for (const scenario of open) note(scenario, { operators: [], warnings: [`operators were not profiled: ${why}`] });
  };
  // Of a process that is killed, this stays.
  noteOpen('the gate was stopped before');
  const request = {
    ...{ scenarios, profiler, surroundings, budgetSeconds, signal },
    folders: { base: worktrees.base.folder, head: worktrees.head.folder },
    timeoutSeconds: suite.plan.timeoutSeconds,
    seed: stored.start.settings.seed,
    now: () => performance.now() / 1e3,
    onExplained: (scenario: string, explanation: OperatorExplanation) => {
      open.delete(scenario);
      note(scenario, explanation);
    },
  };
  try {
    await explainRows(request);
  } catch (error) {
    if (signal?.aborted) return;
    noteOpen(redactDeep(errorText(error)));
    throw error;
  }
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
