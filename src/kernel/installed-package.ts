import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packageFile } from './package-root.ts';

/**
 * Folder of an npm package as this package would find it, or null when it is not installed. Does not load it, and does not care
 * what its `exports` let others see.
 */
export function installedPackage(name: string): string | null {
  const folders = createRequire(packageFile('package.json')).resolve.paths(name) ?? [];
  const found = folders.map((folder) => join(folder, name)).find((folder) => existsSync(join(folder, 'package.json')));
  return found ?? null;
}

/** Version of an installed npm package, or null when it is not installed or says none. */
export function installedVersion(name: string): string | null {
  const folder = installedPackage(name);
  return folder === null ? null : textOfJson(join(folder, 'package.json'), 'version');
}

/** A text in a JSON file, or null when the file cannot be read or has none under that key. */
export function textOfJson(path: string, key: string): string | null {
  try {
    const value = (JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>)[key];
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
