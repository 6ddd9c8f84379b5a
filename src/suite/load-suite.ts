import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { invalidFile, problemLine, readCheckedFile } from '../kernel/checked-file.ts';
import { InputError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import { packageFile } from '../kernel/package-root.ts';
import type { Problem } from '../kernel/schema-problems.ts';
import type { Path } from '../kernel/value-path.ts';
import { consistencyProblems } from './consistency.ts';
import { type SuiteFile, suiteSchema } from './schema.ts';
import { writtenScenarios } from './settle-scenarios.ts';

/** A suite on its way to a plan: its text checked, later with overrides in it, and where each part of it came from. */
export interface LoadedSuite {
  readonly value: SuiteFile;
  /** Path as the user wrote it; null for the suite that `--model` stands for. */
  readonly file: string | null;
  readonly sha256: string;
  /** Absolute folder that its paths are relative to. */
  readonly folder: string;
  /** What to name in an error about a place in the suite: `file:line:column`, or an option. */
  where(path: Path, part: 'key' | 'value'): string;
}

const kind = { what: 'suite', code: 'SUITE' } as const;

/**
 * Reads and checks one suite: the schema, what spans several keys, and whether the files that it names exist.
 * Throws `SUITE_NOT_FOUND`, `SUITE_UNREADABLE` or `SUITE_INVALID` with all problems of the file.
 */
export function loadSuite(nameOrPath: string): LoadedSuite {
  const file = findSuite(nameOrPath);
  const checked = readCheckedFile(file, suiteSchema, kind);
  const folder = dirname(resolve(file));
  const problems = [...consistencyProblems(checked.value), ...missingFiles(checked.value, folder)];
  if (problems.length > 0) {
    const lines = problems.map(({ path, part, message }) => problemLine(checked.where(path, part), path, message));
    throw invalidFile(file, kind, lines);
  }
  return { value: checked.value, file, sha256: checked.sha256, folder, where: checked.where };
}

/** A path as given, else `suites/NAME.yaml` of this folder, else of the package. */
function findSuite(nameOrPath: string): string {
  if (existsSync(nameOrPath) || isAbsolute(nameOrPath)) return nameOrPath;
  const candidates = [
    join('suites', `${nameOrPath}.yaml`),
    packageFile('suites', `${nameOrPath}.yaml`),
    packageFile(nameOrPath),
  ];
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  const names = packagedSuites();
  const near = nearest(nameOrPath, names);
  const hint = near === null ? '' : ` Did you mean "${near}"?`;
  throw new InputError(
    'SUITE_NOT_FOUND',
    `Expected the path of a suite, or the name of one that comes with Dyno (${names.join(', ')}), got ${JSON.stringify(nameOrPath)}: there is no such file.${hint}`,
  );
}

/** Names of the suites in the package, such as `default` and `self/overhead`; those of `tco/` are studies. */
function packagedSuites(): string[] {
  return readdirSync(packageFile('suites'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml') && !path.startsWith('tco'))
    .map((path) => path.slice(0, -'.yaml'.length).replaceAll('\\', '/'))
    .sort();
}

/** What the workloads of the user's own and the scenarios name and is not there. */
export function missingFiles(suite: SuiteFile, folder: string): Problem[] {
  const problems: Problem[] = [];
  const expectPath = (path: Path, written: string, base: string, what: 'file' | 'folder'): void => {
    const absolute = resolve(base, written);
    const status = statSync(absolute, { throwIfNoEntry: false });
    if (status !== undefined && status.isDirectory() === (what === 'folder')) return;
    const came = status === undefined ? 'nothing' : status.isDirectory() ? 'a folder' : 'a file';
    problems.push({ path, part: 'value', message: `expected a ${what}, got ${came} at ${absolute}` });
  };
  type Folders = { readonly folder: string; readonly inputs?: Readonly<Record<string, string>> | undefined };
  const expectInputs = (at: Path, { folder: outer, inputs = {} }: Folders): void => {
    for (const [input, inner] of Object.entries(inputs)) {
      expectPath([...at, 'inputs', input], inner, resolve(folder, outer), 'folder');
    }
  };
  for (const [index, scenario] of writtenScenarios(suite).entries()) {
    if (scenario.kind === 'replay') expectPath(['scenarios', index, 'trace'], scenario.trace, folder, 'file');
  }
  for (const [index, workload] of suite.workloads.entries()) {
    if (typeof workload === 'string') continue;
    const at: Path = ['workloads', index];
    if ('hub' in workload) {
      const { folder: images, labels, truth } = workload.data;
      expectPath([...at, 'data', 'folder'], images, folder, 'folder');
      if (labels !== undefined) expectPath([...at, 'data', 'labels'], labels, folder, 'file');
      if (truth !== undefined) expectPath([...at, 'data', 'truth'], truth, folder, 'file');
      continue;
    }
    if (typeof workload.model === 'string') expectPath([...at, 'model'], workload.model, folder, 'file');
    const { data, calibration } = workload;
    if (calibration !== undefined) {
      expectPath([...at, 'calibration', 'folder'], calibration.folder, folder, 'folder');
      expectInputs([...at, 'calibration'], calibration);
    }
    if (data === undefined) continue;
    expectPath([...at, 'data', 'folder'], data.folder, folder, 'folder');
    if (data.labels !== undefined) expectPath([...at, 'data', 'labels'], data.labels, folder, 'file');
    expectInputs([...at, 'data'], data);
  }
  return problems;
}

/** An error about one place of a suite. */
export function suiteError(suite: LoadedSuite, path: Path, message: string): InputError {
  return new InputError('SUITE_INVALID', problemLine(suite.where(path, 'value'), path, message));
}
