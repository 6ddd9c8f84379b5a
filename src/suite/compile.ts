import { isDeepStrictEqual } from 'node:util';
import { canonicalJson, sha256 } from '../kernel/content-hash.ts';
import { InputError } from '../kernel/errors.ts';
import { type Path, pathText } from '../kernel/value-path.ts';
import { type AxisName, axesOf, axesOfKey, axisNames, caseId } from './axes.ts';
import { plainTarget } from './device.ts';
import { expandMatrix, matrixSize } from './expand.ts';
import { checkExcludes, checkNames, type Known } from './known-names.ts';
import { type LoadedSuite, loadSuite, suiteError } from './load-suite.ts';
import { type ModelRequest, suiteForModel } from './model-suite.ts';
import { settleOperator } from './operator-schema.ts';
import { applyOverrides, namesBackend, type Overrides } from './overrides.ts';
import type { AxisOrigin, Limits, Plan, PlannedCase, Policy, ScenarioSettings, WorkloadRequest } from './plan.ts';
import { settleHubImages, settleLimits, settlePolicy, settleWorkload } from './settle.ts';
import { settleScenarios } from './settle-scenarios.ts';
import { coresForInference } from './unfit.ts';

/** More cases than this are a mistake in a matrix: at 5 s each they would take 14 hours. */
const maxCases = 10_000;

/** One suite after phase 4. */
interface Expanded {
  readonly suite: LoadedSuite;
  readonly workloads: readonly WorkloadRequest[];
  /** Not keyed yet: `key` is empty. */
  readonly cases: readonly PlannedCase[];
  readonly policy: Policy;
  readonly limits: Limits;
  readonly gate: Plan['gate'];
}

/**
 * Suites → one plan, in phases: (1) read and checked, (2) options put in, (3) defaults filled in, (4) expanded, (5) merged,
 * (6) keyed and doubles removed. Suites that are run together must agree on policy, limits and gate.
 * Throws `SUITE_*`, `OVERRIDE_INVALID`, `SUITES_DISAGREE`, all with exit code 3.
 */
export function compileSuites(paths: readonly string[], overrides: Overrides, known: Known): Plan {
  const loaded = paths.map(loadSuite); // 1
  for (const suite of loaded) if (matrixSize(suite.value.matrix ?? {}) <= maxCases) checkExcludes(suite, known);
  return compile(loaded, overrides, known);
}

/** The plan of `dyno bench --model FILE [--shape …]`, through the same phases. Throws `MODEL_NOT_FOUND`, `SHAPE_INVALID`, `OVERRIDE_INVALID`. */
export function planForModel(request: ModelRequest, overrides: Overrides, known: Known): Plan {
  return compile([suiteForModel(request, known.workloads)], overrides, known);
}

function compile(loaded: readonly LoadedSuite[], overrides: Overrides, known: Known): Plan {
  const named = namesBackend(overrides);
  const expanded = loaded.map((one) => {
    const suite = applyOverrides(one, overrides, loaded); // 2
    checkNames(suite, known);
    return expand(suite, known, named); // 3, 4
  });
  const merged = merge(expanded); // 5
  return { ...merged, profiles: known.requested ?? [], cases: keyed(merged.cases, merged.workloads) }; // 6
}

function expand(suite: LoadedSuite, known: Known, backendRequired: boolean): Expanded {
  const { policy, timeLimitSeconds } = settlePolicy(suite.value.policy);
  const scenarios = settleScenarios(suite.value, suite.folder);
  const matrix = suite.value.matrix ?? {};
  const workloads = suite.value.workloads.map((one): WorkloadRequest => {
    if (typeof one === 'string') return { name: one, kind: 'hub', definition: null };
    if ('hub' in one) {
      return { name: one.name, kind: 'hub_images', definition: null, images: settleHubImages(one, suite.folder) };
    }
    const { name, model } = one;
    if (typeof model === 'string') {
      return { name, kind: 'own', definition: settleWorkload({ ...one, model }, suite.folder) };
    }
    return { name, kind: 'operator', definition: null, operator: settleOperator(model) };
  });

  const { targets = [plainTarget] } = known;
  const size = matrixSize(matrix) * workloads.length * scenarios.length * targets.length;
  if (size > maxCases)
    throw suiteError(suite, ['matrix'], `expected at most ${maxCases} cases, got ${size}; list fewer values`);
  const cases = targets.flatMap(({ profile, device }) =>
    workloads.flatMap(({ name: workload }) =>
      scenarios.flatMap(({ scenario, scope }) => {
        const availableCores = coresForInference(scenario, known.availableCores);
        const use = { workload, scenario: scenario.kind, availableCores, device };
        const { combinations, stated } = expandMatrix(matrix, use);
        return combinations.map((values, index) => {
          const axes = axesOf(values);
          const unnamed = { workload, axes, scenario, scope, profile };
          const origin = (axis: AxisName): AxisOrigin => {
            // What follows from the other axes was not taken from what the suite says of it.
            if ((axis === 'hygiene' || axis === 'layout') && axes[axis] !== values[axis]) return 'default';
            if (stated[index]?.includes(axis)) return isOption(suite, axis) ? 'option' : 'suite';
            const adapts = device !== null && values.backend === device.backend && device.axes[axis] !== undefined;
            return adapts ? `profile ${device.id}` : 'default';
          };
          const axisOrigins = originsOf(origin);
          const { device: asked } = suite.value;
          const where = asked === undefined ? {} : { device: asked };
          const providerOptions = device?.providerOptions?.[axes.backend];
          return {
            ...{ id: caseId(unnamed), key: '', ...unnamed },
            ...(providerOptions === undefined ? {} : { providerOptions }),
            ...{ ...where, axisOrigins, timeLimitSeconds, backendRequired },
          };
        });
      }),
    ),
  );
  if (cases.length === 0) {
    throw suiteError(suite, ['matrix'], 'expected at least one case, got none: "exclude" removes every combination');
  }
  return { suite, workloads, cases, policy, limits: settleLimits(suite.value.limits), gate: suite.value.gate ?? null };
}

function originsOf(origin: (axis: AxisName) => AxisOrigin): PlannedCase['axisOrigins'] {
  const { batch_size, ...others } = Object.fromEntries(axisNames.map((axis) => [axis, origin(axis)])) as Record<
    AxisName,
    AxisOrigin
  >;
  return { ...others, batchSize: batch_size };
}

/** Whether an option of the command line put an axis into the suite. */
function isOption({ where }: LoadedSuite, axis: AxisName): boolean {
  return where(['matrix', axis], 'value').startsWith('--');
}

function merge(expanded: readonly Expanded[]): Omit<Plan, 'profiles'> {
  const [first, ...others] = expanded;
  if (first === undefined) throw new InputError('SUITE_NOT_FOUND', 'Expected at least one suite, got none.');
  const workloads = [...first.workloads];
  for (const other of others) {
    for (const part of ['policy', 'limits', 'gate'] as const) {
      const difference = firstDifference(first[part], other[part], [part]);
      if (difference !== null) throw disagreement(first.suite, other.suite, difference);
    }
    for (const workload of other.workloads) {
      const same = workloads.find(({ name }) => name === workload.name);
      if (same === undefined) workloads.push(workload);
      else if (!isDeepStrictEqual(same, workload))
        throw disagreement(first.suite, other.suite, `workload "${workload.name}"`);
    }
  }
  const suites = expanded.map(({ suite }) => suite);
  return {
    suite: {
      name: [...new Set(suites.map(({ value }) => value.name))].join('+'),
      file: first.suite.file === null ? null : suites.map(({ file }) => file).join(', '),
      sha256: suites.length === 1 ? first.suite.sha256 : sha256(suites.map((suite) => suite.sha256).join('\n')),
    },
    workloads,
    cases: expanded.flatMap(({ cases }) => cases),
    policy: first.policy,
    limits: first.limits,
    gate: first.gate,
  };
}

/** The cases with their keys, each key once; the first one stays. */
function keyed(cases: readonly PlannedCase[], workloads: readonly WorkloadRequest[]): PlannedCase[] {
  const byKey = new Map<string, PlannedCase>();
  for (const planned of cases) {
    const request = workloads.find(({ name }) => name === planned.workload);
    const key = caseKey(planned, request);
    if (!byKey.has(key)) byKey.set(key, { ...planned, key });
  }
  return [...byKey.values()];
}

/** Hash of what defines a case. Paths are left out: the same case of two checkouts, or of two versions of a model, is to be compared. */
function caseKey(planned: PlannedCase, request: WorkloadRequest | undefined): string {
  const { workload, axes, providerOptions, scope, profile } = planned;
  const { definition = null, operator, images } = request ?? {};
  const own = definition && {
    ...definition,
    model: null,
    data: definition.data && { kind: definition.data.kind },
    calibration: undefined,
  };
  const scenario = withoutFile(planned.scenario);
  const key = { workload, definition: own, axes: axesOfKey(axes), scenario, scope, profile };
  const more = {
    ...(operator && { operator }),
    ...(images && { hub: images.workload }),
    ...(providerOptions && { providerOptions }),
  };
  return sha256(canonicalJson({ ...key, ...more }));
}

/** A trace is what is in its file, wherever that lies. */
function withoutFile(scenario: ScenarioSettings): unknown {
  if (scenario.kind !== 'replay') return scenario;
  const { file: _file, ...trace } = scenario.trace;
  return { ...scenario, trace };
}

function disagreement(first: LoadedSuite, other: LoadedSuite, what: string): InputError {
  return new InputError(
    'SUITES_DISAGREE',
    `${first.file} and ${other.file}: expected suites that are run together to agree, got a different ${what}. ` +
      'Run them one by one, or give both the same value with --set.',
  );
}

/** Settings of a plan by their keys in a suite, where the two differ by more than their spelling. */
const keyInSuite: Readonly<Record<string, string>> = {
  minSeconds: 'min_duration',
  maxSeconds: 'max_duration',
  cooldownSeconds: 'cooldown',
  maxTimeSeconds: 'max_time',
  seconds: 'max',
};

function writtenKey(key: string): string {
  return keyInSuite[key] ?? key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Where two settings differ first, such as `policy.rounds (1 and 5)`; null when they are equal. */
function firstDifference(a: unknown, b: unknown, path: Path): string | null {
  if (isDeepStrictEqual(a, b)) return null;
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null && !Array.isArray(a)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      // The gate's settings are kept as they are written.
      const written = path[0] === 'gate' ? key : writtenKey(key);
      const found = firstDifference(field(a, key), field(b, key), [...path, written]);
      if (found !== null) return found;
    }
  }
  return `${pathText(path)} (${JSON.stringify(a) ?? 'nothing'} and ${JSON.stringify(b) ?? 'nothing'})`;
}

function field(value: object, key: string): unknown {
  return (value as Record<string, unknown>)[key];
}
