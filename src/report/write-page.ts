import { statSync } from 'node:fs';
import { writeFileAtomic } from '../kernel/atomic-write.ts';
import { InputError } from '../kernel/errors.ts';

/**
 * Writes what `render` makes to a file, whole or not at all.
 * @param option The option that names the file, such as `--out`: the message of the error says to change it.
 * @throws InputError `REPORT_UNWRITABLE`, for a folder before anything is rendered.
 */
export async function writePage(path: string, option: string, render: () => string | Promise<string>): Promise<void> {
  // Looked at first, because rendering takes a second or more.
  if (isFolder(path)) throw unwritable(path, option, 'it is a folder');
  const html = await render();
  try {
    writeFileAtomic(path, html);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw unwritable(path, option, why, error);
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Whatever is wrong with it will come out, with its reason, when the file is written.
    return false;
  }
}

function unwritable(path: string, option: string, why: string, cause?: unknown): InputError {
  return new InputError(
    'REPORT_UNWRITABLE',
    `The report cannot be written to ${path}: ${why}. Name a file in a writable folder with ${option} FILE.html.`,
    cause === undefined ? {} : { cause },
  );
}
