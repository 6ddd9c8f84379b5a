import { type AxisName, type AxisValues, axisDefaults, axisNames } from './axes.ts';
import type { Device } from './device.ts';
import type { CombinationFile, MatrixFile } from './schema.ts';

/** What a matrix is expanded for. */
export interface MatrixUse {
  readonly workload: string;
  readonly scenario: string;
  /** What `threads: auto` stands for. */
  readonly availableCores: number;
  /** What axes that the matrix does not state adapt to; null: to nothing. */
  readonly device?: Device | null;
}

export interface Expansion {
  readonly combinations: readonly AxisValues[];
  /** For each combination, the axes whose values the matrix states. */
  readonly stated: readonly (readonly AxisName[])[];
  /** For each `exclude` entry, how many combinations it removed. */
  readonly removed: readonly number[];
}

type Value = string | number;
type Combination = Readonly<Partial<Record<AxisName, Value>>>;

/**
 * The combinations of a matrix for one workload and one scenario, as a matrix of GitHub Actions is expanded:
 *
 * 1. product of all listed axes; the axes of a `zip` group count as one, whose values are taken position by position
 * 2. `exclude` removes the combinations that have all values of an entry
 * 3. `include` entries, one after the other: an entry is added to every combination of the product that has its values for the listed
 *    axes, there setting the axes that the matrix does not list; if there is none, it becomes a combination of its own, in which
 *    a listed axis that the entry leaves out has its first listed value
 * 4. an axis that has no value yet gets those that the device adapts to, if the combination is of the device's backend, else its default
 *
 * A matrix that lists no axis and has `include` is what `include` says. `threads: auto` is replaced first, entries included.
 */
export function expandMatrix(matrix: MatrixFile, use: MatrixUse): Expansion {
  const listed = listAxes(matrix, use);
  const includes = entriesFor(matrix.include, use);
  const excludes = (matrix.exclude ?? []).map((entry) => (appliesTo(entry, use) ? valuesOf(entry, use) : null));

  const whole = listed.length === 0 && includes.length > 0 ? [] : product(listed);
  const removed = excludes.map((entry) => (entry === null ? 0 : whole.filter((one) => has(one, entry)).length));
  const kept = whole.filter((one) => !excludes.some((entry) => entry !== null && has(one, entry)));
  const included = include(kept, includes, firstValues(listed));
  const completed = included.flatMap((one) => {
    const stated = axisNames.filter((axis) => one[axis] !== undefined);
    return complete(one, use).map((values) => ({ values, stated }));
  });
  return {
    combinations: completed.map(({ values }) => values),
    stated: completed.map(({ stated }) => stated),
    removed,
  };
}

/** Number of combinations of a matrix before `exclude`, without making them. */
export function matrixSize(matrix: MatrixFile): number {
  const axes = axisNames.map((axis) => (matrix[axis] === undefined ? 1 : asList(matrix[axis]).length));
  const groups = (matrix.zip ?? []).map((group) => Math.max(...axisNames.map((axis) => group[axis]?.length ?? 1)));
  return [...axes, ...groups].reduce((size, count) => size * count, 1) + (matrix.include?.length ?? 0);
}

/** The listed axes in the order in which they vary, each as its possible settings; a zip group stands where its first axis does. */
function listAxes(matrix: MatrixFile, use: MatrixUse): Combination[][] {
  const groups = matrix.zip ?? [];
  return axisNames.flatMap((axis) => {
    const values = matrix[axis];
    if (values !== undefined) return [asList<Value>(values).map((value) => ({ [axis]: settled(axis, value, use) }))];
    return groups
      .filter((group) => axisNames.find((name) => group[name] !== undefined) === axis)
      .map((group) => (group[axis] ?? []).map((_value, position) => settingAt(group, position, use)));
  });
}

function settingAt(group: NonNullable<MatrixFile['zip']>[number], position: number, use: MatrixUse): Combination {
  const pairs = axisNames.flatMap((axis) => {
    const value = group[axis]?.[position];
    return value === undefined ? [] : [[axis, settled(axis, value, use)] as const];
  });
  return Object.fromEntries(pairs);
}

function product(axes: readonly (readonly Combination[])[]): Combination[] {
  return axes.reduce<Combination[]>(
    (all, settings) => all.flatMap((one) => settings.map((setting) => ({ ...one, ...setting }))),
    [{}],
  );
}

function include(product: readonly Combination[], entries: readonly Combination[], first: Combination): Combination[] {
  const extended = [...product];
  const added: Combination[] = [];
  for (const entry of entries) {
    const asListed: Combination = Object.fromEntries(Object.entries(entry).filter(([axis]) => axis in first));
    // Compared with the combination as the product had it: what an earlier entry added may be set anew.
    const matches = product.flatMap((one, index) => (has(one, asListed) ? [index] : []));
    for (const index of matches) extended[index] = { ...extended[index], ...entry };
    if (matches.length === 0) added.push({ ...first, ...entry });
  }
  return [...extended, ...added];
}

function firstValues(axes: readonly (readonly Combination[])[]): Combination {
  return Object.assign({}, ...axes.map((settings) => settings[0] ?? {})) as Combination;
}

function has(combination: Combination, values: Combination): boolean {
  return axisNames.every((axis) => values[axis] === undefined || combination[axis] === values[axis]);
}

function entriesFor(entries: readonly CombinationFile[] | undefined, use: MatrixUse): Combination[] {
  return (entries ?? []).filter((entry) => appliesTo(entry, use)).map((entry) => valuesOf(entry, use));
}

function appliesTo(entry: CombinationFile, use: MatrixUse): boolean {
  return (entry.workload ?? use.workload) === use.workload && (entry.scenario ?? use.scenario) === use.scenario;
}

function valuesOf(entry: CombinationFile, use: MatrixUse): Combination {
  const pairs = axisNames.flatMap((axis) =>
    entry[axis] === undefined ? [] : [[axis, settled(axis, entry[axis], use)] as const],
  );
  return Object.fromEntries(pairs);
}

function complete(combination: Combination, use: MatrixUse): AxisValues[] {
  const { device = null } = use;
  const backend = combination.backend ?? device?.axes.backend?.[0] ?? axisDefaults.backend;
  const adapted = device !== null && device.backend === backend ? device.axes : {};
  const whole = axisNames.reduce<Combination[]>(
    (all, axis) =>
      combination[axis] === undefined
        ? all.flatMap((one) =>
            (adapted[axis] ?? [axisDefaults[axis]]).map((value) => ({ ...one, [axis]: settled(axis, value, use) })),
          )
        : all,
    [combination],
  );
  return whole.map((one) => Object.fromEntries(axisNames.map((axis) => [axis, one[axis]])) as unknown as AxisValues);
}

function settled(axis: AxisName, value: Value, use: MatrixUse): Value {
  return axis === 'threads' && value === 'auto' ? use.availableCores : value;
}

function asList<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}
