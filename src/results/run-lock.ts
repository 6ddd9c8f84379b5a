import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynoError, InputError } from '../kernel/errors.ts';
import { readProcessStat } from '../kernel/process-stat.ts';
import { diskError } from './disk-error.ts';

/** The right to write into the folder of a run, held until it is released or its process ends. */
export interface RunLock {
  release(): void;
}

/** Name of the lock file within the folder of a run. */
export const lockFile = 'lock';

interface Holder {
  readonly pid: number;
  /** Start of the process in clock ticks since the boot; a process id alone is used again. null: the system does not tell. */
  readonly startTime: string | null;
}

/**
 * Takes the lock of the run in `folder`. One whose process has ended (killed, power lost) is taken over. Throws `RUN_IN_USE` (exit 3)
 * while that process lives.
 */
export function acquireLock(folder: string): RunLock {
  const path = join(folder, lockFile);
  const own: Holder = { pid: process.pid, startTime: processStartTime(process.pid) };
  // Written first and then linked into place, so that nobody ever reads half of it.
  const draft = join(folder, `.${lockFile}.${process.pid}`);
  try {
    writeFileSync(draft, `${JSON.stringify(own)}\n`);
  } catch (error) {
    throw diskError(error, path);
  }
  try {
    // Each turn either takes the lock, finds its holder alive, or removes a dead one's; more turns only when others race for it.
    for (let turn = 0; turn < 10; turn++) {
      if (linked(draft, path)) return { release: () => releaseLock(path, own) };
      const holder = readHolder(path);
      if (holder === null) continue; // released in the meantime
      if (isAlive(holder)) throw inUse(folder, holder);
      removeStale(path, holder);
    }
    throw new DynoError('LOCK_CONTENDED', `${path} changed hands ten times while it was being taken. Try again.`);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Whether a living process holds the lock of the run in `folder`. */
export function isLocked(folder: string): boolean {
  const holder = readHolder(join(folder, lockFile));
  return holder !== null && isAlive(holder);
}

/**
 * When a process was started, in clock ticks since the boot: field 22 of `/proc/<pid>/stat`. null where it does not exist or there
 * is no `/proc`.
 */
export function processStartTime(pid: number): string | null {
  return readProcessStat(pid)?.field(22) ?? null;
}

function isAlive(holder: Holder): boolean {
  if (holder.startTime !== null) return processStartTime(holder.pid) === holder.startTime;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw diskError(error, to);
  }
}

/** Moves the lock aside, and puts it back if by then it was another's: between reading and moving somebody may have taken it. */
function removeStale(path: string, stale: Holder): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // another process was first to remove it
  }
  const moved = readHolder(aside);
  if (moved !== null && !same(moved, stale)) linked(aside, path);
  rmSync(aside, { force: true });
}

function releaseLock(path: string, own: Holder): void {
  const holder = readHolder(path);
  if (holder !== null && same(holder, own)) rmSync(path, { force: true });
}

function readHolder(path: string): Holder | null {
  try {
    const { pid, startTime } = JSON.parse(readFileSync(path, 'utf8')) as Holder;
    return { pid, startTime };
  } catch (error) {
    // Not readable as a lock although it is there: nobody can be holding it.
    if (error instanceof SyntaxError) return { pid: -1, startTime: '' };
    return null;
  }
}

function same(a: Holder, b: Holder): boolean {
  return a.pid === b.pid && a.startTime === b.startTime;
}

function inUse(folder: string, { pid }: Holder): InputError {
  return new InputError(
    'RUN_IN_USE',
    `The run in ${folder} is being written by process ${pid}. Wait until it has ended, end it, or start a new run.`,
  );
}
