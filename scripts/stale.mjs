// Whether dist/ is missing or older than what it is built from. Kept apart from the build so that asking costs a few milliseconds.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** True when a source is newer than the last finished build of the package at `root`. */
export function isStale(root) {
  const stamp = join(root, 'dist', '.built');
  if (!existsSync(stamp)) return true;
  const built = statSync(stamp).mtimeMs;
  return [...listFiles(join(root, 'src')), join(root, 'tsconfig.json')].some((file) => statSync(file).mtimeMs > built);
}

/** All files below a folder, as paths. */
export function listFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
