import { existsSync, readFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { namesIfReadable } from '../../kernel/tolerant-read.ts';
import { elfNeeds } from './elf-needs.ts';

/** Where the dynamic loader of Linux looks, and where libraries lie that it does not see. */
export interface LibraryPlaces {
  /** Folders of `LD_LIBRARY_PATH`, as they were when this process was started: the loader reads it once. */
  readonly searched: readonly string[];
  /** What `ldconfig` has noted: libraries by file name, with their paths. */
  readonly noted: ReadonlyMap<string, string>;
  /** Folders that installers put libraries of NVIDIA into without telling the loader. */
  readonly unseen: readonly string[];
}

/** A library that is asked for and was not found. */
export interface MissingLibrary {
  readonly name: string;
  /** File name of what asks for it. */
  readonly neededBy: string;
  /** A folder of `unseen` that has it; null: none has. */
  readonly liesIn: string | null;
}

/**
 * The libraries that the loader would not find for these files, all of them and those that they need in turn: the loader itself names
 * the first and gives up. In the order in which they are asked for, each once. `opened`: what the first file opens by itself while it runs, which
 * its header does not name.
 */
export function missingLibraries(
  files: readonly string[],
  opened: readonly string[],
  places: LibraryPlaces,
): MissingLibrary[] {
  const missing = new Map<string, MissingLibrary>();
  const seen = new Set(files);
  const open = [...files];
  for (let file = open.shift(); file !== undefined; file = open.shift()) {
    const { needed, runPath } = elfNeeds(file) ?? { needed: [], runPath: [] };
    const origin = dirname(file);
    const own = runPath.map((folder) => folder.replace(/\$(ORIGIN|\{ORIGIN\})/, origin));
    for (const name of file === files[0] ? [...needed, ...opened] : needed) {
      const path = pathOf(name, [...places.searched, ...own], places.noted);
      if (path === null) {
        if (!missing.has(name)) missing.set(name, { name, neededBy: basename(file), liesIn: unseen(name, places) });
      } else if (!seen.has(path)) {
        seen.add(path);
        open.push(path);
      }
    }
  }
  return [...missing.values()];
}

/** Whether the loader finds a library by its file name alone. */
export function findsLibrary(name: string, { searched, noted }: LibraryPlaces): boolean {
  return pathOf(name, searched, noted) !== null;
}

function pathOf(name: string, folders: readonly string[], noted: ReadonlyMap<string, string>): string | null {
  for (const folder of folders) {
    const path = join(folder, name);
    if (existsSync(path)) return path;
  }
  const path = noted.get(name);
  return path !== undefined && existsSync(path) ? path : null;
}

function unseen(name: string, { unseen }: LibraryPlaces): string | null {
  return unseen.find((folder) => existsSync(join(folder, name))) ?? null;
}

/** Folders that are searched without being named anywhere: of x64 alone, as providers are. Debian's loader has those of its own beside the usual. */
const usualFolders = ['/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu', '/lib64', '/usr/lib64', '/lib', '/usr/lib'];

/** Where libraries are looked for on this machine. */
export function libraryPlaces(
  environment: Readonly<Record<string, string | undefined>>,
  cacheFile = '/etc/ld.so.cache',
): LibraryPlaces {
  const listed = (environment.LD_LIBRARY_PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return {
    searched: [...listed, ...usualFolders],
    noted: notedLibraries(cacheFile),
    unseen: [...cudaFolders(), ...pythonFolders(environment)],
  };
}

/** Of the loader's cache its texts are enough: names and paths, each ended by a zero (`glibc-ld.so.cache1.1`). */
function notedLibraries(cacheFile: string): ReadonlyMap<string, string> {
  const noted = new Map<string, string>();
  let text: string;
  try {
    text = readFileSync(cacheFile, 'latin1');
  } catch {
    return noted;
  }
  for (const path of text.split('\0')) {
    // The paths of a library stand in the order in which they are tried.
    if (path.startsWith('/') && !noted.has(basename(path))) noted.set(basename(path), path);
  }
  return noted;
}

/** Of the toolkit's own installer: `/usr/local/cuda-12.9/targets/x86_64-linux/lib`. */
function cudaFolders(): string[] {
  return namesIfReadable('/usr/local')
    .filter((name) => name.startsWith('cuda'))
    .map((name) => join('/usr/local', name, 'lib64'));
}

/** Of pip: each package of NVIDIA has a folder in that of the packages, such as `nvidia/cudnn/lib`. */
function pythonFolders(environment: Readonly<Record<string, string | undefined>>): string[] {
  const programs = [
    environment.DYNO_PYTHON,
    environment.VIRTUAL_ENV && join(environment.VIRTUAL_ENV, 'bin', 'python3'),
  ];
  const roots = programs.flatMap((program) => (program?.includes('/') ? [dirname(dirname(program))] : []));
  return [...roots, '/usr/local', '/usr'].flatMap((root) =>
    namesIfReadable(join(root, 'lib'))
      .filter((name) => /^python3(\.\d+)?$/.test(name))
      .flatMap((name) => ['site-packages', 'dist-packages'].map((folder) => join(root, 'lib', name, folder)))
      .flatMap((packages) => [
        ...namesIfReadable(join(packages, 'nvidia')).map((name) => join(packages, 'nvidia', name, 'lib')),
        join(packages, 'tensorrt_libs'),
      ]),
  );
}
