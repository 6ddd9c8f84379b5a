import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorText, InputError } from './errors.ts';

/** Makes a folder for temporary files, whose name begins with `prefix`; whoever asks removes it. Throws `NO_TEMPORARY_FOLDER` (exit 3). */
export function makeTemporaryFolder(prefix: string): string {
  const parent = tmpdir();
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
