import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this package: the nearest one above this file that has a `package.json`. */
export const packageRoot = findPackageRoot();

/** A file of the package, such as `packageFile('suites', 'default.yaml')`. */
export function packageFile(...segments: string[]): string {
  return join(packageRoot, ...segments);
}

/** The compiled script of a process of ours, such as `builtScript('runner/round-process.js')`. */
export function builtScript(path: string): string {
  return join(packageRoot, 'dist', path);
}

/** Version of this package, from its `package.json`. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };
  return version;
}

function findPackageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`No package.json above ${fileURLToPath(import.meta.url)}.`);
    folder = parent;
  }
  return folder;
}
