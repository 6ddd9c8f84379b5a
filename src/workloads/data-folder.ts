import { readdirSync } from 'node:fs';
import { extname } from 'node:path';
import { errorText, InputError } from '../kernel/errors.ts';

/**
 * Names of the files in a folder that end in one of `extensions`, in the order in which people count (`2.jpg` before `10.jpg`).
 * Hidden files and folders are passed over. Throws `DATA_MISSING` when the folder cannot be read or has no such file.
 */
export function dataFiles(folder: string, extensions: readonly string[], what: string): string[] {
  let entries: import('node:fs').Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    throw new InputError('DATA_MISSING', `${folder}: expected a folder of ${what} (${errorText(cause)}).`, { cause });
  }
  const names = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .filter((name) => extensions.includes(extname(name).toLowerCase()));
  if (names.length === 0) {
    const folders = entries.filter((entry) => entry.isDirectory()).length;
    const hint =
      folders > 0 ? ` Its ${folders} folders are not searched: name one of them, or put the files together.` : '';
    throw new InputError(
      'DATA_MISSING',
      `${folder}: expected ${what}, but none of its ${entries.length} entries ends in ${extensions.join(', ')}.${hint}`,
    );
  }
  const collator = new Intl.Collator('en', { numeric: true });
  return names.sort((a, b) => collator.compare(a, b) || (a < b ? -1 : 1));
}
