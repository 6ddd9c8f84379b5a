import { problemLine } from '../kernel/checked-file.ts';
import { InputError } from '../kernel/errors.ts';
import { checkValue, type Problem } from '../kernel/schema-problems.ts';
import type { Path } from '../kernel/value-path.ts';
import { type Assignment, assigned, parseSet, splitList } from './assignment.ts';
import { axisNames } from './axes.ts';
import { consistencyProblems } from './consistency.ts';
import { type LoadedSuite, missingFiles } from './load-suite.ts';
import { type ScenarioOverrides, scenarioAssignments } from './scenario-overrides.ts';
import { type SuiteFile, suiteSchema } from './schema.ts';
import { writtenScenarios } from './settle-scenarios.ts';

/** Options of the command line that change a suite, as they were typed: lists separated by commas. */
export interface Overrides extends ScenarioOverrides {
  readonly workload?: string | undefined;
  readonly backend?: string | undefined;
  readonly batchSize?: string | undefined;
  readonly precision?: string | undefined;
  readonly fusion?: string | undefined;
  readonly threads?: string | undefined;
  readonly spinning?: string | undefined;
  readonly hygiene?: string | undefined;
  readonly layout?: string | undefined;
  /** A preset of the policy; what the suite states beside its preset stays. */
  readonly policy?: string | undefined;
  readonly quick?: boolean | undefined;
  readonly maxTime?: string | undefined;
  /** Each `a.b=value`; applied last, in this order. */
  readonly set?: readonly string[] | undefined;
}

const axisOptions = {
  backend: ['--backend', 'backend'],
  batch_size: ['--batch-size', 'batchSize'],
  precision: ['--precision', 'precision'],
  threads: ['--threads', 'threads'],
  spinning: ['--spinning', 'spinning'],
  hygiene: ['--hygiene', 'hygiene'],
  fusion: ['--fusion', 'fusion'],
  layout: ['--layout', 'layout'],
} as const;

/**
 * The suite with the options in it, checked again as a whole. Throws `OVERRIDE_INVALID` that names the option when what it says does
 * not fit. An axis that is overridden leaves its `zip` group, and an `include` entry with another value of it, or for a workload
 * or scenario that is no longer there, is dropped; so is such an `exclude` entry, and one all of which options ask for by name.
 * `together`: all suites of the run.
 */
export function applyOverrides(
  suite: LoadedSuite,
  overrides: Overrides,
  together: readonly LoadedSuite[] = [suite],
): LoadedSuite {
  const assignments: Assignment[] = [];
  let value: unknown = suite.value;
  const assign = (assignment: Assignment): void => {
    value = assigned(value, assignment);
    assignments.push(assignment);
  };
  const files = together.map(({ value: file }) => file);
  for (const assignment of optionAssignments(suite.value, overrides, files)) assign(assignment);
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

function optionAssignments(suite: SuiteFile, overrides: Overrides, together: readonly SuiteFile[]): Assignment[] {
  const assignments: Assignment[] = [];
  if (overrides.policy !== undefined) {
    const option = `--policy ${overrides.policy}`;
    if (overrides.quick === true) {
      const message = `${option}: expected it without --quick, which is a policy of its own (smoke), got both. Leave one out.`;
      throw new InputError('OVERRIDE_INVALID', message);
    }
    assignments.push({ option, path: ['policy', 'preset'], value: overrides.policy });
  }
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
  return [...assignments, ...scenarioAssignments(suite, overrides, together), ...timeAssignments(overrides)];
}

function timeAssignments({ maxTime }: Overrides): Assignment[] {
  if (maxTime === undefined) return [];
  const value = /^\d+(\.\d+)?$/.test(maxTime) ? Number(maxTime) : maxTime;
  return [{ option: `--max-time ${maxTime}`, path: ['policy', 'max_time'], value }];
}

function withoutConflicts(suite: SuiteFile, overrides: Overrides): Pick<SuiteFile, 'matrix'> {
  if (suite.matrix === undefined) return {};
  const { zip, include, exclude, ...axes } = suite.matrix;
  const overridden = axisNames.filter((axis) => overrides[axisOptions[axis][1]] !== undefined);
  const workloads = suite.workloads.map((one) => (typeof one === 'string' ? one : one.name));
  const scenarios = writtenScenarios(suite).map(({ kind }) => kind);
  const stays = (entry: NonNullable<typeof include>[number]): boolean =>
    (entry.workload === undefined || workloads.includes(entry.workload)) &&
    (entry.scenario === undefined || scenarios.includes(entry.scenario)) &&
    overridden.every((axis) => entry[axis] === undefined || ([axes[axis]].flat() as unknown[]).includes(entry[axis]));

  const isAskedFor = (entry: NonNullable<typeof exclude>[number]): boolean =>
    (entry.workload === undefined || overrides.workload !== undefined) &&
    (entry.scenario === undefined || overrides.scenario !== undefined) &&
    axisNames.every((axis) => entry[axis] === undefined || overridden.includes(axis));

  const matrix: SuiteFile['matrix'] = { ...axes };
  for (const group of zip ?? []) {
    const left = axisNames.filter((axis) => group[axis] !== undefined && !overridden.includes(axis));
    const rest = Object.fromEntries(left.map((axis) => [axis, group[axis]]));
    if (left.length === 1) Object.assign(matrix, rest);
    else if (left.length > 1) matrix.zip = [...(matrix.zip ?? []), rest];
  }
  if (include?.some(stays) === true) matrix.include = include.filter(stays);
  const excluded = exclude?.filter((entry) => stays(entry) && !isAskedFor(entry)) ?? [];
  if (excluded.length > 0) matrix.exclude = excluded;
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
