// Whether dist/ is missing or older than what it is built from. Kept apart from the build so that asking costs a few milliseconds.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * True when a source was changed after the last finished build of the package at `root` had started. A folder of sources is as new as
 * the last file that came to it or went from it.
 */
export function isStale(root) {
  const stamp = join(root, 'dist', '.built');
  if (!existsSync(stamp)) return true;
  const built = statSync(stamp).mtimeMs;
  const source = join(root, 'src');
  const inputs = [source, ...list(source).map(pathOf), join(root, 'tsconfig.json')];
  return inputs.some((path) => {
    // One that has gone since it was listed is a change, too. The clock of a file system ticks in steps: the same time may be later.
    const status = statSync(path, { throwIfNoEntry: false });
    return status === undefined || status.mtimeMs >= built;
  });
}

/** All files below a folder, as paths. */
export function listFiles(folder) {
  return list(folder)
    .filter((entry) => entry.isFile())
    .map(pathOf);
}

function list(folder) {
  return existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
}

function pathOf(entry) {
  return join(entry.parentPath ?? entry.path, entry.name);
}
