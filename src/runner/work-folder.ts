import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { diskError } from '../results/disk-error.ts';

/** Within the folder of a run. */
const name = '.work';

/** A folder for what a process of a run writes on the way. */
export interface WorkFolder {
  readonly path: string;
  /** For that process: whatever asks for the folder of temporary files there gets this one. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Runs one process of a run at a time with an empty folder for its dumps and temporary files, and removes that with all that is in it when the
 * process has ended: one that is killed, as on Ctrl-C, cannot clear away itself, and what it leaves may be as large as the model.
 * Throws `DISK_FULL` and others of `diskError` when it cannot be made.
 */
export async function inWorkFolder<T>(runFolder: string, work: (folder: WorkFolder) => Promise<T>): Promise<T> {
  removeWorkFolder(runFolder);
  const path = resolve(runFolder, name);
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw diskError(error, path);
  }
  try {
    return await work({ path, environment: { TMPDIR: path, TMP: path, TEMP: path } });
  } finally {
    removeWorkFolder(runFolder);
  }
}

/** Removes what was left by a sitting that was killed. */
export function removeWorkFolder(runFolder: string): void {
  rmSync(join(runFolder, name), { recursive: true, force: true });
}
