import { invalidFile, problemLine } from '../kernel/checked-file.ts';
import { nearest } from '../kernel/nearest.ts';
import type { Path } from '../kernel/value-path.ts';
import { axisDefaults, axisNames } from './axes.ts';
import type { Target } from './device.ts';
import { expandMatrix } from './expand.ts';
import { type LoadedSuite, suiteError } from './load-suite.ts';
import type { RequestedProfile } from './requested-profile.ts';
import { writtenScenarios } from './settle-scenarios.ts';

/** What this machine and this installation know: names in a suite are checked against it. */
export interface Known {
  readonly backends: readonly string[];
  /** Names of the hub. */
  readonly workloads: readonly string[];
  /** Cores that this process may use: what `threads: auto` stands for. */
  readonly availableCores: number;
  /** What the cases are planned for; left out: this machine, with nothing to adapt to. */
  readonly targets?: readonly Target[];
  /** What `--profile` asked for beside this machine. */
  readonly requested?: readonly RequestedProfile[];
}

/** Backends and workloads that nobody knows, each with the name that was probably meant. */
export function checkNames(suite: LoadedSuite, known: Known): void {
  const lines: string[] = [];
  const check = (what: string, name: string, names: readonly string[], path: Path): void => {
    if (names.includes(name)) return;
    const near = nearest(name, names);
    const hint = near === null ? '' : ` Did you mean "${near}"?`;
    const message = `expected a known ${what}, got ${JSON.stringify(name)}.${hint} Known: ${names.join(', ')}`;
    lines.push(problemLine(suite.where(path, 'value'), path, message));
  };
  for (const [index, workload] of suite.value.workloads.entries()) {
    if (typeof workload === 'string') check('workload', workload, known.workloads, ['workloads', index]);
    else if ('hub' in workload) check('workload', workload.hub, known.workloads, ['workloads', index, 'hub']);
    if (typeof workload !== 'string' && known.workloads.includes(workload.name)) {
      const path: Path = ['workloads', index, 'name'];
      const message = `expected a name that no workload of the hub has, got "${workload.name}"`;
      lines.push(problemLine(suite.where(path, 'value'), path, message));
    }
  }
  const { matrix = {} } = suite.value;
  const listed = Array.isArray(matrix.backend) ? matrix.backend : [matrix.backend ?? axisDefaults.backend];
  for (const [index, name] of listed.entries()) {
    check(
      'backend',
      name,
      known.backends,
      Array.isArray(matrix.backend) ? ['matrix', 'backend', index] : ['matrix', 'backend'],
    );
  }
  for (const [group, { backend = [] }] of (matrix.zip ?? []).entries()) {
    for (const [index, name] of backend.entries())
      check('backend', name, known.backends, ['matrix', 'zip', group, 'backend', index]);
  }
  for (const list of ['include', 'exclude'] as const) {
    for (const [index, { backend }] of (matrix[list] ?? []).entries()) {
      if (backend !== undefined) check('backend', backend, known.backends, ['matrix', list, index, 'backend']);
    }
  }
  if (lines.length > 0) throw invalidFile(suite.file ?? '--model', { what: 'suite', code: 'SUITE' }, lines);
}

/** An `exclude` that removes nothing from the suite as it is written is a mistake, which would show as cases too many an hour later. */
export function checkExcludes(suite: LoadedSuite, known: Known): void {
  const { matrix = {}, workloads } = suite.value;
  if (matrix.exclude === undefined) return;
  const expansions = workloads.flatMap((one) => {
    const workload = typeof one === 'string' ? one : one.name;
    return writtenScenarios(suite.value).map(({ kind }) =>
      expandMatrix(matrix, { workload, scenario: kind, availableCores: known.availableCores }),
    );
  });
  for (const [index, entry] of matrix.exclude.entries()) {
    if (expansions.some(({ removed }) => (removed[index] ?? 0) > 0)) continue;
    // With `auto` it depends on the machine: on another one the entry may be right.
    if (entry.threads !== undefined && JSON.stringify([matrix.threads, matrix.zip]).includes('"auto"')) continue;
    const unlisted = axisNames.filter(
      (axis) =>
        entry[axis] !== undefined &&
        matrix[axis] === undefined &&
        !matrix.zip?.some((group) => group[axis] !== undefined),
    );
    const why =
      unlisted.length > 0
        ? `: the matrix does not list ${unlisted.join(', ')}`
        : ': no combination of the matrix has these values';
    throw suiteError(
      suite,
      ['matrix', 'exclude', index],
      `expected an entry that removes something, got one that removes nothing${why}`,
    );
  }
}
