import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { namesIfReadable } from '../kernel/tolerant-read.ts';

/** Shared libraries by file name, with the folder that each is in. */
export interface LibraryIndex {
  /** Where the loader looks. */
  readonly loadable: ReadonlyMap<string, string>;
  /** Where toolkits install themselves and the loader does not look. */
  readonly aside: ReadonlyMap<string, string>;
}

/** `/usr/lib/wsl/lib` has the driver on Windows (WSL 2). */
const usualFolders = [
  '/lib64',
  '/usr/lib64',
  '/lib/x86_64-linux-gnu',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib',
  '/usr/lib/wsl/lib',
];

/**
 * The shared libraries of this system that are called `lib…`: in the folders of `LD_LIBRARY_PATH`, in those that `ldconfig` knows, in the usual
 * ones. No library is loaded and no tool is run. Linux only; empty elsewhere.
 */
export function indexLibraries(
  root = '/',
  environment: Readonly<Record<string, string | undefined>> = process.env,
): LibraryIndex {
  const own = (environment.LD_LIBRARY_PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const system = [...foldersOfCache(join(root, 'etc', 'ld.so.cache')), ...usualFolders].map((folder) =>
    join(root, folder),
  );
  const loadable = libraries([...own, ...system]);
  const toolkits = namesIfReadable(join(root, 'usr', 'local')).filter((name) => /^cuda(-|$)/.test(name));
  const aside = libraries(
    toolkits.flatMap((name) =>
      ['lib64', join('targets', 'x86_64-linux', 'lib')].map((folder) => join(root, 'usr', 'local', name, folder)),
    ),
  );
  return { loadable, aside };
}

/** The folders that the cache of the loader knows: its strings are zero-ended, and its paths absolute. */
function foldersOfCache(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    // musl has no such cache.
    return [];
  }
  return [...new Set([...text.matchAll(/(\/[ -~]+\/lib[ -~]+)\0/g)].map(([, path = '']) => dirname(path)))];
}

function libraries(folders: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of new Set(folders)) {
    for (const name of namesIfReadable(folder)) {
      if (name.startsWith('lib') && name.includes('.so') && !found.has(name)) found.set(name, folder);
    }
  }
  return found;
}
