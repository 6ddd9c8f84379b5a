import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../kernel/atomic-write.ts';
import { makeFolder } from '../kernel/make-folder.ts';
import { readProcessStat } from '../kernel/process-stat.ts';
import { textIfReadable } from '../kernel/tolerant-read.ts';
import { processStartTime } from '../results/run-lock.ts';

/** A process that can be told from a later one with the same number. */
export interface KnownProcess {
  readonly pid: number;
  /** In clock ticks since the boot; null: the system does not tell. */
  readonly startTime: string | null;
}

/** A device whose limit was changed and is to be set back. Watts. */
export interface ChangedLimit {
  readonly uuid: string;
  readonly index: number;
  readonly name: string | null;
  readonly beforeWatts: number;
}

/**
 * What was changed on this machine and is not yet set back: written before anything is changed, and removed when everything is as it was. A file in
 * the cache folder, because it must be found after a crash of everything that knew of it.
 */
export interface PowerLimitJournal {
  readonly program: string;
  readonly watts: number;
  readonly devices: readonly ChangedLimit[];
  /** Of the system that runs: a limit does not outlive it. */
  readonly bootId: string | null;
  /** Those that will set the limit back: the run, and its guard. */
  readonly owners: readonly KnownProcess[];
  /** Why it could not be set back, when somebody tried. */
  readonly problem: string | null;
}

const fileName = 'power-limit.json';

/** Writes the journal unless there is one. Answers whether it did. Throws when it cannot be written. */
export function beginJournal(cacheFolder: string, journal: PowerLimitJournal): boolean {
  makeFolder(cacheFolder);
  const draft = join(cacheFolder, `.${fileName}.${process.pid}`);
  // Written first and then linked into place, so that nobody ever reads half of it, and of two runs one is the first.
  writeFileSync(draft, JSON.stringify(journal), { flush: true });
  try {
    linkSync(draft, journalPath(cacheFolder));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Writes the journal over the one that is there. */
export function updateJournal(cacheFolder: string, journal: PowerLimitJournal): void {
  writeFileAtomic(journalPath(cacheFolder), JSON.stringify(journal));
}

export function endJournal(cacheFolder: string): void {
  rmSync(journalPath(cacheFolder), { force: true });
}

/** The journal of this machine, null where there is none. One that cannot be read is none, and is removed: nothing can be done with it. */
export function readJournal(cacheFolder: string): PowerLimitJournal | null {
  const text = textIfReadable(journalPath(cacheFolder));
  if (text === null) return null;
  try {
    const journal = JSON.parse(text) as PowerLimitJournal;
    if (Array.isArray(journal.devices) && Array.isArray(journal.owners)) return journal;
  } catch {
    // Not of ours, or of a disk that lost it.
  }
  endJournal(cacheFolder);
  return null;
}

/** The first of its owners that lives; null: nobody is left to set the limit back. */
export function livingOwner({ owners }: PowerLimitJournal): number | null {
  return owners.find(isAlive)?.pid ?? null;
}

/** This process, or another one that lives. */
export function knownProcess(pid: number): KnownProcess {
  return { pid, startTime: processStartTime(pid) };
}

/** Differs from one start of the system to the next; null where it does not tell. */
export function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}

function journalPath(cacheFolder: string): string {
  return join(cacheFolder, fileName);
}

function isAlive({ pid, startTime }: KnownProcess): boolean {
  if (startTime !== null) {
    const stat = readProcessStat(pid);
    // One that only waits to be taken note of, as under an init that never does, does nothing any more.
    return stat !== null && stat.field(22) === startTime && !/[ZX]/.test(stat.field(3) ?? '');
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
