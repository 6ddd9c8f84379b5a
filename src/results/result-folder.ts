import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { writeFileAtomic } from '../kernel/atomic-write.ts';
import { DynoError, InputError } from '../kernel/errors.ts';
import { makeFolder } from '../kernel/make-folder.ts';
import { nearest } from '../kernel/nearest.ts';
import { diskError } from './disk-error.ts';
import { checkVersion, eventsFile } from './event-log.ts';
import type { Run } from './run.ts';

/** Name of the summary within the folder of a run. */
export const runFile = 'run.json';

/** Name of the file that a run needs to be resumed; it is there from the first moment of a run to its end. */
export const resumeFile = '.resume.json';

/** Folder beside the runs that holds committed reference runs; not a run itself. */
export const referenceFolder = 'reference';

/**
 * Name for a new run: time, suite and four random hex digits, such as `20261121T214600Z-default-3f9a`. Names sort by time and are safe
 * as file names everywhere. `random` gives a number, 0 ≤ number < 1.
 */
export function newRunId(date: Date, suiteName: string, random: () => number = Math.random): string {
  const time = date.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const name = suiteName
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '');
  const digits = Math.floor(random() * 0x10000)
    .toString(16)
    .padStart(4, '0');
  return `${time}-${name || 'run'}-${digits}`;
}

/**
 * Creates the folder of a new run, `outDir/runId`, with its `samples` folder, and returns its path. Throws `RUN_ID_INVALID`, `RUN_EXISTS`,
 * `FOLDER_UNWRITABLE` (exit 3) or `DISK_FULL`.
 */
export function createRunFolder(outDir: string, runId: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(runId) || runId === referenceFolder) {
    throw new InputError(
      'RUN_ID_INVALID',
      `Expected --run-id to be 1 to 128 letters, digits, ".", "_" or "-", starting with a letter or digit and not "${referenceFolder}", ` +
        `got ${JSON.stringify(runId)}.`,
    );
  }
  const folder = join(outDir, runId);
  try {
    makeFolder(outDir);
    mkdirSync(folder);
    mkdirSync(join(folder, 'samples'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST' && isFolder(outDir)) {
      throw new InputError(
        'RUN_EXISTS',
        `There already is a run "${runId}" in ${outDir}. Go on with it by --resume ${runId}, or choose another --run-id.`,
        { cause: error },
      );
    }
    throw diskError(error, folder);
  }
  return folder;
}

/** The id of the run in `folder`: its name. */
export function runIdOf(folder: string): string {
  return basename(resolve(folder));
}

/**
 * The folder of the run that a person means: a path of its folder or of a file in it, its id in `outDir` or `outDir/reference`, or a
 * beginning of an id that only one run has. Throws `RUN_UNKNOWN` with the nearest id, or `RUN_AMBIGUOUS` with all that fit (exit 3).
 */
export function findRun(nameOrPath: string, outDir: string): string {
  const ids = new Map(runFolders(outDir).map((folder) => [runIdOf(folder), folder]));
  const byId = ids.get(nameOrPath);
  const byPath = asRunFolder(nameOrPath);
  if (byId !== undefined && byPath !== null && resolve(byId) !== resolve(byPath)) {
    throw ambiguous(nameOrPath, [byPath, byId]);
  }
  const exact = byId ?? byPath;
  if (exact !== null) return exact;

  const fitting = nameOrPath === '' ? [] : [...ids.keys()].filter((id) => id.startsWith(nameOrPath));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return ids.get(only) ?? join(outDir, only);
  if (fitting.length > 1) throw ambiguous(nameOrPath, fitting);
  throw unknown(nameOrPath, outDir, [...ids.keys()]);
}

/** Folders of all runs in `outDir` and its `reference`, oldest id first; none when `outDir` does not exist. */
export function runFolders(outDir: string): string[] {
  const within = (parent: string) =>
    isFolder(parent)
      ? readdirSync(parent)
          .map((name) => join(parent, name))
          .filter(hasRun)
      : [];
  return [...within(outDir), ...within(join(outDir, referenceFolder))].sort((a, b) =>
    runIdOf(a) < runIdOf(b) ? -1 : 1,
  );
}

/** Writes `run.json` whole: keys in the order of the object, two blanks of indent. Throws `RUN_NOT_FINITE` before it would write a NaN as null. */
export function writeRun(folder: string, run: Run): void {
  const path = join(folder, runFile);
  try {
    writeFileAtomic(path, serialiseRun(run));
  } catch (error) {
    throw diskError(error, path);
  }
}

/** The bytes of `run.json`: the projected cases behind the others. */
export function serialiseRun(run: Run): string {
  const text = JSON.stringify(
    storedRun(run),
    (key, value: unknown) => {
      // JSON knows no NaN or infinity and would write null, which here means "not known, for the reason given".
      if (typeof value === 'number' && !Number.isFinite(value)) {
        throw new DynoError('RUN_NOT_FINITE', `"${key}" of the run is ${value}: a defect of Dyno; please report it.`);
      }
      return value;
    },
    2,
  );
  return `${text}\n`;
}

/** A run as it stands in its file. */
export function storedRun({ projected = [], ...run }: Run) {
  return { ...run, cases: [...run.cases, ...projected] };
}

/** The inverse of `storedRun`. */
function runOf(stored: ReturnType<typeof storedRun>): Run {
  const projected = stored.cases.filter((one) => one.provenance === 'projected');
  const cases = stored.cases.filter((one) => one.provenance !== 'projected');
  return { ...stored, cases, ...(projected.length === 0 ? {} : { projected }) };
}

/** Reads `run.json`. Throws `RUN_NOT_SUMMARISED` when it is missing, `RUN_CORRUPT` when it is no JSON, `RESULT_TOO_NEW`. */
export function readRun(folder: string): Run {
  const path = join(folder, runFile);
  const remedy = `Rebuild it with \`dyno results recompute ${runIdOf(folder)}\`.`;
  if (!existsSync(path)) {
    throw new InputError(
      'RUN_NOT_SUMMARISED',
      `${folder} has no ${runFile}: the run was cut off, or is still going on. ${remedy}`,
    );
  }
  let run: unknown;
  try {
    run = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new DynoError('RUN_CORRUPT', `${path} is not readable as JSON. ${remedy}`, { cause: error });
  }
  const version = typeof run === 'object' && run !== null && 'schemaVersion' in run ? run.schemaVersion : null;
  checkVersion(version, path);
  if (typeof run !== 'object' || run === null || !('cases' in run && Array.isArray(run.cases))) {
    throw new DynoError('RUN_CORRUPT', `Expected ${path} to hold a list of cases, got none. ${remedy}`);
  }
  return runOf(run as ReturnType<typeof storedRun>);
}

function hasRun(folder: string): boolean {
  return isFolder(folder) && [eventsFile, runFile, resumeFile].some((name) => existsSync(join(folder, name)));
}

/** The run's folder that a path names, by itself or by its `run.json` or `events.jsonl`; null when it names none. */
function asRunFolder(path: string): string | null {
  if (path === '') return null;
  if (hasRun(path)) return path;
  const isFileOfRun = [runFile, eventsFile].includes(basename(path)) && existsSync(path);
  return isFileOfRun ? dirname(path) : null;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function ambiguous(name: string, candidates: readonly string[]): InputError {
  return new InputError(
    'RUN_AMBIGUOUS',
    `"${name}" may mean ${list(candidates)}. Write more of the one that you mean.`,
  );
}

function unknown(name: string, outDir: string, ids: readonly string[]): InputError {
  const looked = name.includes(sep) ? 'is not the folder of a run' : `is not a run in ${outDir}`;
  if (ids.length === 0)
    return new InputError(
      'RUN_UNKNOWN',
      `"${name}" ${looked}; there are no runs yet. Measure one with \`dyno bench\`.`,
    );
  const near = nearest(name, ids);
  const hint = near === null ? `The newest are ${list(ids.slice(-3).reverse())}.` : `Did you mean "${near}"?`;
  return new InputError('RUN_UNKNOWN', `"${name}" ${looked}. ${hint} \`dyno results list\` shows all.`);
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${name}"`);
  return shown.join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');
}
