import { problemLine } from '../kernel/checked-file.ts';
import { InputError } from '../kernel/errors.ts';
import { checkValue, type Problem } from '../kernel/schema-problems.ts';
import { describeValue, type Path, pathText } from '../kernel/value-path.ts';
import { parseYamlValue } from '../kernel/yaml-source.ts';
import { axisNames } from './axes.ts';
import { consistencyProblems } from './consistency.ts';
import { type LoadedSuite, missingFiles } from './load-suite.ts';
import { type SuiteFile, suiteSchema } from './schema.ts';

/** Options of the command line that change a suite, as they were typed: lists separated by commas. */
export interface Overrides {
  readonly workload?: string | undefined;
  readonly backend?: string | undefined;
  readonly batchSize?: string | undefined;
  readonly precision?: string | undefined;
  readonly fusion?: string | undefined;
  readonly threads?: string | undefined;
  readonly spinning?: string | undefined;
  readonly scenario?: string | undefined;
  readonly scope?: string | undefined;
  readonly quick?: boolean | undefined;
  readonly maxTime?: string | undefined;
  /** Each `a.b=value`; applied last, in this order. */
  readonly set?: readonly string[] | undefined;
}

/** One value that an option puts into a suite. */
interface Assignment {
  /** The option as typed, for errors. */
  readonly option: string;
  readonly path: Path;
  readonly value: unknown;
}

const axisOptions = {
  backend: ['--backend', 'backend'],
  batch_size: ['--batch-size', 'batchSize'],
  precision: ['--precision', 'precision'],
  threads: ['--threads', 'threads'],
  spinning: ['--spinning', 'spinning'],
  fusion: ['--fusion', 'fusion'],
} as const;

/**
 * The suite with the options in it, checked again as a whole. Throws `OVERRIDE_INVALID` that names the option when what it says does
 * not fit. An axis that is overridden leaves its `zip` group, and an `include` entry with another value of it, or for a workload
 * or scenario that is no longer there, is dropped; so is such an `exclude` entry.
 */
export function applyOverrides(suite: LoadedSuite, overrides: Overrides): LoadedSuite {
  const assignments: Assignment[] = [];
  let value: unknown = suite.value;
  const assign = (assignment: Assignment): void => {
    value = assigned(value, assignment);
    assignments.push(assignment);
  };
  for (const assignment of optionAssignments(suite.value, overrides)) assign(assignment);
  if (assignments.length > 0) value = { ...(value as SuiteFile), ...withoutConflicts(value as SuiteFile, overrides) };
  for (const text of overrides.set ?? []) assign(parseSet(text));
  if (assignments.length === 0) return suite;

  const origin = originOf(suite, assignments);
  const checked = checkValue(suiteSchema, value);
  if (!checked.fits) throw overrideError(checked.problems, origin);
  const problems = [...consistencyProblems(checked.value), ...missingFiles(checked.value, suite.folder)];
  if (problems.length > 0) throw overrideError(problems, origin);
  return { ...suite, value: checked.value, where: origin };
}

/** Whether `--backend`, or a `--set` of that axis, names the backend. */
export function namesBackend(overrides: Overrides): boolean {
  return overrides.backend !== undefined || (overrides.set ?? []).some((text) => /^\s*matrix\.backend\s*=/.test(text));
}

function optionAssignments(suite: SuiteFile, overrides: Overrides): Assignment[] {
  const assignments: Assignment[] = [];
  if (overrides.quick === true) {
    // How long and how often is what --quick decides; seed, order and what else is measured stay the suite's.
    const { seed, order, sampling_hertz, bare_loop, max_time, time_limit } = suite.policy ?? {};
    const kept = Object.entries({ seed, order, sampling_hertz, bare_loop, max_time, time_limit }).filter(
      ([, set]) => set !== undefined,
    );
    assignments.push({ option: '--quick', path: ['policy'], value: { preset: 'smoke', ...Object.fromEntries(kept) } });
  }
  if (overrides.workload !== undefined) {
    const own = new Map(suite.workloads.flatMap((one) => (typeof one === 'string' ? [] : [[one.name, one] as const])));
    const names = splitList('--workload', overrides.workload);
    const value = names.map((name) => own.get(name) ?? name);
    assignments.push({ option: `--workload ${overrides.workload}`, path: ['workloads'], value });
  }
  for (const axis of axisNames) {
    const [option, key] = axisOptions[axis];
    const text = overrides[key];
    if (text === undefined) continue;
    const value = splitList(option, text).map((item) => (/^-?\d+(\.\d+)?$/.test(item) ? Number(item) : item));
    assignments.push({ option: `${option} ${text}`, path: ['matrix', axis], value });
  }
  return [...assignments, ...scenarioAssignments(suite, overrides), ...timeAssignments(overrides)];
}

function scenarioAssignments(suite: SuiteFile, overrides: Overrides): Assignment[] {
  const { scenario, scope } = overrides;
  if (scenario === undefined && scope === undefined) return [];
  const written = (suite.scenarios ?? ['single_stream' as const]).map((entry) =>
    typeof entry === 'string' ? { kind: entry } : entry,
  );
  // A scenario that the suite has keeps the scope that it has there.
  const chosen: readonly { readonly kind: unknown; readonly scope?: unknown }[] =
    scenario === undefined
      ? written
      : splitList('--scenario', scenario).flatMap((kind) => {
          const known = written.filter((entry) => entry.kind === kind);
          return known.length > 0 ? known : [{ kind }];
        });
  const value = scope === undefined ? chosen : chosen.map(({ kind }) => ({ kind, scope }));
  const option = [
    scenario === undefined ? '' : `--scenario ${scenario}`,
    scope === undefined ? '' : `--scope ${scope}`,
  ];
  return [{ option: option.filter((text) => text !== '').join(' '), path: ['scenarios'], value }];
}

function timeAssignments({ maxTime }: Overrides): Assignment[] {
  if (maxTime === undefined) return [];
  const value = /^\d+(\.\d+)?$/.test(maxTime) ? Number(maxTime) : maxTime;
  return [{ option: `--max-time ${maxTime}`, path: ['policy', 'max_time'], value }];
}

/** `a.b=value`: a path of keys and positions, and a value in YAML. */
function parseSet(text: string): Assignment {
  const option = `--set ${text}`;
  const equals = text.indexOf('=');
  const keys = text.slice(0, Math.max(0, equals)).trim().split('.');
  if (equals === -1 || keys.some((key) => key === '')) {
    throw new InputError(
      'OVERRIDE_INVALID',
      `${option}: expected PATH=VALUE such as policy.rounds=5, got ${JSON.stringify(text)}.`,
    );
  }
  const { value, problem } = parseYamlValue(text.slice(equals + 1));
  if (problem !== null) throw new InputError('OVERRIDE_INVALID', `${option}: ${problem}.`);
  return { option, path: keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key)), value };
}

/** A copy with one value put in; maps on the way that are not there yet are made. */
function assigned(value: unknown, assignment: Assignment, depth = 0): unknown {
  const { path, option } = assignment;
  const step = path[depth];
  if (step === undefined) return assignment.value;
  if (step === '__proto__')
    throw new InputError('OVERRIDE_INVALID', `${option}: expected another key, got "__proto__".`);
  if (Array.isArray(value)) {
    if (typeof step === 'number' && step < value.length)
      return value.with(step, assigned(value[step], assignment, depth + 1));
    const place = pathText(path.slice(0, depth));
    throw new InputError(
      'OVERRIDE_INVALID',
      `${option}: expected a position from 0 to ${value.length - 1} of ${place}, got ${JSON.stringify(step)}.`,
    );
  }
  if (value !== undefined && (typeof value !== 'object' || value === null)) {
    const place = pathText(path.slice(0, depth));
    throw new InputError(
      'OVERRIDE_INVALID',
      `${option}: expected ${place} to be a map, got ${describeValue(value)}. Set ${place} itself.`,
    );
  }
  const map = (value ?? {}) as Record<string, unknown>;
  return { ...map, [step]: assigned(Object.hasOwn(map, step) ? map[step] : undefined, assignment, depth + 1) };
}

function withoutConflicts(suite: SuiteFile, overrides: Overrides): Pick<SuiteFile, 'matrix'> {
  if (suite.matrix === undefined) return {};
  const { zip, include, exclude, ...axes } = suite.matrix;
  const overridden = axisNames.filter((axis) => overrides[axisOptions[axis][1]] !== undefined);
  const workloads = suite.workloads.map((one) => (typeof one === 'string' ? one : one.name));
  const scenarios = (suite.scenarios ?? ['single_stream']).map((entry) =>
    typeof entry === 'string' ? entry : entry.kind,
  );
  const stays = (entry: NonNullable<typeof include>[number]): boolean =>
    (entry.workload === undefined || workloads.includes(entry.workload)) &&
    (entry.scenario === undefined || (scenarios as string[]).includes(entry.scenario)) &&
    overridden.every((axis) => entry[axis] === undefined || ([axes[axis]].flat() as unknown[]).includes(entry[axis]));

  const matrix: SuiteFile['matrix'] = { ...axes };
  for (const group of zip ?? []) {
    const left = axisNames.filter((axis) => group[axis] !== undefined && !overridden.includes(axis));
    const rest = Object.fromEntries(left.map((axis) => [axis, group[axis]]));
    if (left.length === 1) Object.assign(matrix, rest);
    else if (left.length > 1) matrix.zip = [...(matrix.zip ?? []), rest];
  }
  if (include?.some(stays) === true) matrix.include = include.filter(stays);
  if (exclude?.some(stays) === true) matrix.exclude = exclude.filter(stays);
  return { matrix };
}

/** What to name for a place: the last option that touched it, else the suite's file. */
function originOf(suite: LoadedSuite, assignments: readonly Assignment[]): LoadedSuite['where'] {
  return (path, part) => {
    const touched = assignments.findLast(
      (assignment) => isPrefix(assignment.path, path) || isPrefix(path, assignment.path),
    );
    return touched?.option ?? suite.where(path, part);
  };
}

function isPrefix(prefix: Path, path: Path): boolean {
  return prefix.length <= path.length && prefix.every((step, index) => step === path[index]);
}

function overrideError(problems: readonly Problem[], where: LoadedSuite['where']): InputError {
  const lines = problems.map(({ path, part, message }) => problemLine(where(path, part), path, message));
  return new InputError('OVERRIDE_INVALID', lines.join('\n'));
}

function splitList(option: string, text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.some((item) => item === '')) {
    throw new InputError(
      'OVERRIDE_INVALID',
      `${option}: expected values separated by commas such as "a,b", got ${JSON.stringify(text)}.`,
    );
  }
  return items;
}
