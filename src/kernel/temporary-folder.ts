import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynoError, errorText, InputError } from './errors.ts';

/** Makes a folder for temporary files, whose name begins with `prefix`; whoever asks removes it. Throws `NO_TEMPORARY_FOLDER` (exit 3). */
export function makeTemporaryFolder(prefix: string, parent: string = tmpdir()): string {
  try {
    return mkdtempSync(join(parent, prefix));
  } catch (cause) {
    throw new InputError(
      'NO_TEMPORARY_FOLDER',
      `${parent}: expected a folder for temporary files that can be written, got ${errorText(cause)}. Name one with TMPDIR=<folder>.`,
      { cause },
    );
  }
}

/** What an error of a write into a temporary folder means for a person: `NO_TEMPORARY_FOLDER` where the disk is full; any other comes back as it is. */
export function temporaryFolderError(error: unknown, folder: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (error instanceof DynoError || (code !== 'ENOSPC' && code !== 'EDQUOT')) return error;
  return new InputError(
    'NO_TEMPORARY_FOLDER',
    `${folder}: expected room for temporary files, got none (${errorText(error)}). Make room, or name another folder with TMPDIR=<folder>.`,
    { cause: error },
  );
}
