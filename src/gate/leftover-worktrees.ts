import { lstatSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { namesIfReadable } from '../kernel/tolerant-read.ts';
import { processStartTime } from '../results/run-lock.ts';
import { git } from './git.ts';

/** Begins the name of the folder that holds the worktrees of a gate. */
export const rootPrefix = 'dyno-gate-worktrees-';

/** Says, within that folder, which process it belongs to. */
export const ownerFile = 'owner.json';

interface Owner {
  readonly pid: number;
  /** As in the lock of a run: a process id alone is used again. */
  readonly startTime: string | null;
  readonly repository: string;
}

/** What `ownerFile` holds for this process. */
export function ownerText(repository: string): string {
  const owner: Owner = { pid: process.pid, startTime: processStartTime(process.pid), repository };
  return `${JSON.stringify(owner)}\n`;
}

/**
 * Removes what gates left behind that were killed: their folders of worktrees, and what the repository still notes of them. Folders of other users
 * and of living processes stay. Answers with the folders that are gone.
 */
export function removeLeftovers(repository: string, parent: string = tmpdir()): string[] {
  const removed: string[] = [];
  for (const name of namesIfReadable(parent).filter((one) => one.startsWith(rootPrefix))) {
    const folder = join(parent, name);
    if (!isOurs(folder)) continue;
    const owner = readOwner(folder);
    // Without an owner it was made a moment ago, by a process that is about to write it.
    if (owner === null || isAlive(owner)) continue;
    for (const arm of ['base', 'head']) {
      git(owner.repository, ['worktree', 'remove', '--force', '--force', join(folder, arm)]);
    }
    rmSync(folder, { recursive: true, force: true });
    removed.push(folder);
  }
  forgetMissing(repository);
  return removed;
}

/** Notes of worktrees of a gate whose folder is gone, as when the temporary folder was emptied. Others of the user's stay, whatever they are. */
function forgetMissing(repository: string): void {
  const { stdout } = git(repository, ['worktree', 'list', '--porcelain', '-z']);
  for (const entry of stdout.split('\0\0')) {
    const path = /^worktree ([^\0]+)/.exec(entry)?.[1];
    if (path === undefined || !['base', 'head'].includes(basename(path))) continue;
    if (!basename(dirname(path)).startsWith(rootPrefix)) continue;
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
      git(repository, ['worktree', 'remove', '--force', '--force', path]);
    }
  }
}

/** The folder of temporary files is everybody's: what lies there may have been put there to make git run in a place of somebody's choice. */
function isOurs(folder: string): boolean {
  const status = lstatSync(folder, { throwIfNoEntry: false });
  if (status === undefined || !status.isDirectory()) return false;
  return process.getuid === undefined || status.uid === process.getuid();
}

function readOwner(folder: string): Owner | null {
  try {
    const { pid, startTime, repository } = JSON.parse(readFileSync(join(folder, ownerFile), 'utf8')) as Owner;
    return Number.isInteger(pid) && typeof repository === 'string' ? { pid, startTime, repository } : null;
  } catch {
    return null;
  }
}

function isAlive({ pid, startTime }: Owner): boolean {
  if (startTime !== null) return processStartTime(pid) === startTime;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
