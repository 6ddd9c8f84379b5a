import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../kernel/errors.ts';
import { eventsFile } from './event-log.ts';
import type { RunEvent } from './events.ts';
import { readRun, referenceFolder, runFolders, runIdOf } from './result-folder.ts';
import type { Run } from './run.ts';
import { isLocked } from './run-lock.ts';

/** A run as a list shows it. */
export interface RunEntry {
  readonly id: string;
  readonly folder: string;
  /** Lies in the folder of reference runs, which are kept. */
  readonly reference: boolean;
  /** ISO 8601; null when the run was killed before its first event. */
  readonly startedAt: string | null;
  readonly suite: string | null;
  /** `running`: a living process holds its lock. `unreadable`: `problem` says why. */
  readonly status: Run['status'] | 'running' | 'unreadable';
  readonly cases: Readonly<Record<'ok' | 'failed' | 'skipped' | 'interrupted', number>> | null;
  /** Cases that were projected to hardware that is not there, those that were refused not counted; left out where there are none. */
  readonly projected?: number;
  readonly problem: string | null;
}

/** All runs in `outDir`, oldest first. One that cannot be read is listed with its problem. */
export function listRuns(outDir: string): RunEntry[] {
  return runFolders(outDir)
    .map((folder) => describeRun(folder, folder === join(outDir, referenceFolder, runIdOf(folder))))
    .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

/**
 * Removes runs of `outDir` for good and returns what was removed: all but the newest `keep`, and of those only what was started before
 * `startedBefore` where it is given. Never removes reference runs, nor a run that a living process is writing.
 * With `dryRun` nothing is removed.
 */
export function pruneRuns(
  outDir: string,
  options: { readonly keep: number; readonly startedBefore?: Date; readonly dryRun?: boolean },
): RunEntry[] {
  if (!Number.isInteger(options.keep) || options.keep < 0) {
    throw new InputError('KEEP_INVALID', `Expected --keep to be a whole number from 0 on, got ${options.keep}.`);
  }
  const before = options.startedBefore?.toISOString();
  const runs = listRuns(outDir).filter(({ reference, status }) => !reference && status !== 'running');
  const removed = runs
    .slice(0, Math.max(0, runs.length - options.keep))
    .filter(({ startedAt }) => before === undefined || (startedAt !== null && startedAt < before));
  if (!options.dryRun) for (const { folder } of removed) rmSync(folder, { recursive: true });
  return removed;
}

function describeRun(folder: string, reference: boolean): RunEntry {
  const entry = { id: runIdOf(folder), folder, reference };
  const started = firstEvent(folder);
  const known = { startedAt: started?.at ?? null, suite: started?.plan.suite.name ?? null };
  if (isLocked(folder)) return { ...entry, ...known, status: 'running', cases: null, problem: null };
  try {
    const run = readRun(folder);
    const cases = { ok: 0, failed: 0, skipped: 0, interrupted: 0 };
    for (const { status } of run.cases) cases[status]++;
    const told = (run.projected ?? []).filter(({ status }) => status === 'ok').length;
    const projected = told === 0 ? {} : { projected: told };
    const { startedAt, status } = run;
    return { ...entry, startedAt, suite: run.suite.name, status, cases, ...projected, problem: null };
  } catch (error) {
    const notSummarised = error instanceof InputError && error.code === 'RUN_NOT_SUMMARISED';
    return {
      ...entry,
      ...known,
      status: notSummarised ? 'interrupted' : 'unreadable',
      cases: null,
      problem: error instanceof Error ? error.message : String(error),
    };
  }
}

/** The first event, without reading the rest; null when there is none or it cannot be read. */
function firstEvent(folder: string): Extract<RunEvent, { type: 'run.started' }> | null {
  try {
    const file = openSync(join(folder, eventsFile), 'r');
    try {
      const bytes = Buffer.alloc(4 * 1024 * 1024); // the plan is in it
      const text = bytes.subarray(0, readSync(file, bytes)).toString('utf8');
      const event = JSON.parse(text.slice(0, text.indexOf('\n'))) as RunEvent;
      return event.type === 'run.started' ? event : null;
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

/** Reference runs and others together by time; what has no time first, by its id. */
function orderOf({ startedAt, id }: RunEntry): string {
  return `${startedAt ?? ''} ${id}`;
}
