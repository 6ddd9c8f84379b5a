import { nearest } from '../kernel/nearest.ts';
import type { Problem } from '../kernel/schema-problems.ts';
import type { Path } from '../kernel/value-path.ts';
import { augmentProblems } from './augment-schema.ts';
import { axisDefaults, axisNames } from './axes.ts';
import { calibrationProblems } from './calibration-schema.ts';
import { impossibleAxes } from './impossible-axes.ts';
import { operatorProblems } from './operator-schema.ts';
import type { Policy } from './plan.ts';
import type { SuiteFile } from './schema.ts';
import { settleLimits, settlePolicy } from './settle.ts';
import { writtenScenarios } from './settle-scenarios.ts';
import type { OwnWorkloadFile } from './workload-schema.ts';

/** What is wrong with a suite that fits its schema: rules that span several keys. */
export function consistencyProblems(suite: SuiteFile): Problem[] {
  return [
    ...workloadProblems(suite),
    ...matrixProblems(suite),
    ...scenarioProblems(suite),
    ...policyProblems(suite),
    ...limitProblems(suite),
  ];
}

function workloadProblems(suite: SuiteFile): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [index, workload] of suite.workloads.entries()) {
    const name = typeof workload === 'string' ? workload : workload.name;
    const at: Path = typeof workload === 'string' ? ['workloads', index] : ['workloads', index, 'name'];
    if (seen.has(name)) problems.push(problem(at, `expected each workload once, got "${name}" twice`));
    seen.add(name);
    if (typeof workload === 'string') continue;
    if ('hub' in workload) continue;
    const path: Path = ['workloads', index];
    if (typeof workload.model === 'string') problems.push(...ownWorkloadProblems(workload, path));
    else problems.push(...operatorWorkloadProblems(workload, suite, path));
  }
  return problems;
}

/** An operator is all of its workload, and one backend runs it. */
function operatorWorkloadProblems(workload: OwnWorkloadFile, suite: SuiteFile, at: Path): Problem[] {
  const { name: _name, model, ...others } = workload;
  const problems = Object.keys(others).map((key) =>
    problem([...at, key], `expected an operator without "${key}": it has its own data, and nothing follows it`, 'key'),
  );
  if (typeof model === 'string') return problems;
  const { backend } = suite.matrix ?? {};
  const backends = Array.isArray(backend) ? backend : [backend ?? axisDefaults.backend];
  if (backends.some((one) => one !== 'operators')) {
    const came = backends.join(', ');
    problems.push(
      problem([...at, 'model'], `expected "backend: operators" in the matrix beside an operator, got ${came}`),
    );
  }
  return [...problems, ...operatorProblems(model, [...at, 'model'])];
}

function ownWorkloadProblems(workload: OwnWorkloadFile, at: Path): Problem[] {
  const problems: Problem[] = [];
  const { data, calibration, preprocess, postprocess, metric } = workload;
  if (data?.kind === 'images' && preprocess === undefined) {
    problems.push(
      problem(
        [...at, 'data'],
        'expected "preprocess" beside images, got nothing: say how an image becomes a tensor',
        'key',
      ),
    );
  }
  if (data?.kind !== 'images' && preprocess !== undefined) {
    problems.push(
      problem([...at, 'preprocess'], 'expected images as data, got none: only images are preprocessed', 'key'),
    );
  }
  if (metric !== undefined && data?.labels === undefined) {
    problems.push(problem([...at, 'metric'], 'expected "labels" in "data" beside a metric, got nothing', 'key'));
  }
  const measured = metric ?? (data?.labels === undefined ? null : 'top1');
  if (measured !== null && postprocess !== undefined && postprocess.kind !== 'classify') {
    const message = `expected "classify" for the metric ${measured}, got "${postprocess.kind}"`;
    problems.push(problem([...at, 'postprocess', 'kind'], message));
  }
  if (measured === 'top5' && postprocess?.kind === 'classify' && (postprocess.top_k ?? 5) < 5) {
    problems.push(
      problem([...at, 'postprocess', 'top_k'], `expected at least 5 for the metric top5, got ${postprocess.top_k}`),
    );
  }
  if (postprocess?.kind === 'detect' && postprocess.objectness === true && postprocess.activation === 'softmax') {
    const message = 'expected activation "none" or "sigmoid" beside it, got "softmax"';
    problems.push(problem([...at, 'postprocess', 'objectness'], message, 'key'));
  }
  if (preprocess !== undefined) problems.push(...preprocessProblems(preprocess, [...at, 'preprocess']));
  if (calibration !== undefined) problems.push(...calibrationProblems(calibration, data, [...at, 'calibration']));
  return problems;
}

type ResizeFile = NonNullable<OwnWorkloadFile['preprocess']>['resize'];

function dynamicProblems(resize: ResizeFile, mode: string, at: Path): Problem[] {
  if (mode !== 'dynamic') {
    return (['side', 'multiple'] as const)
      .filter((key) => resize[key] !== undefined)
      .map((key) => problem([...at, key], `expected mode "dynamic" beside it, got "${mode}"`, 'key'));
  }
  const { multiple = 1 } = resize;
  return (['width', 'height'] as const)
    .filter((key) => resize[key] % multiple !== 0)
    .map((key) => problem([...at, key], `expected a whole multiple of ${multiple} (multiple), got ${resize[key]}`));
}

function preprocessProblems(preprocess: NonNullable<OwnWorkloadFile['preprocess']>, at: Path): Problem[] {
  const problems: Problem[] = [];
  const { resize, normalize, color = 'rgb' } = preprocess;
  const mode = resize.mode ?? 'crop';
  if (resize.shorter_side !== undefined) {
    const longest = Math.max(resize.width, resize.height);
    const path = [...at, 'resize', 'shorter_side'];
    if (mode !== 'crop') problems.push(problem(path, `expected mode "crop" beside it, got "${mode}"`, 'key'));
    else if (resize.shorter_side < longest) {
      problems.push(
        problem(
          path,
          `expected at least ${longest}, so that ${resize.width}×${resize.height} can be cut from it, got ${resize.shorter_side}`,
        ),
      );
    }
  }
  if (resize.padding !== undefined && mode !== 'letterbox' && mode !== 'dynamic') {
    const expected = 'expected mode "letterbox" or "dynamic" beside it';
    problems.push(problem([...at, 'resize', 'padding'], `${expected}, got "${mode}"`, 'key'));
  }
  problems.push(...dynamicProblems(resize, mode, [...at, 'resize']));
  if (preprocess.augment !== undefined) problems.push(...augmentProblems(preprocess.augment, [...at, 'augment']));
  const channels = color === 'gray' ? 1 : 3;
  if (typeof normalize !== 'string' && normalize.kind === 'per_channel') {
    for (const key of ['mean', 'deviation'] as const) {
      if (normalize[key].length === channels) continue;
      const message = `expected ${channels} number${channels === 1 ? '' : 's'} for color "${color}", got ${normalize[key].length}`;
      problems.push(problem([...at, 'normalize', key], message));
    }
  }
  if (normalize === 'torchvision' && channels === 1) {
    problems.push(
      problem(
        [...at, 'normalize'],
        'expected another normalisation for color "gray", got "torchvision", which has three channels',
      ),
    );
  }
  return problems;
}

function matrixProblems(suite: SuiteFile): Problem[] {
  const { matrix = {} } = suite;
  const problems = impossibleAxes(matrix);
  const zipped = new Map<string, number>();
  for (const [index, group] of (matrix.zip ?? []).entries()) {
    const at: Path = ['matrix', 'zip', index];
    const axes = axisNames.filter((axis) => group[axis] !== undefined);
    const length = axes[0] === undefined ? 0 : group[axes[0]]?.length;
    if (axes.length < 2)
      problems.push(problem(at, `expected at least two axes that advance together, got ${axes.length}`));
    for (const axis of axes) {
      const path = [...at, axis];
      if (group[axis]?.length !== length) {
        problems.push(
          problem(path, `expected ${length} values as "${axes[0]}" of this group has, got ${group[axis]?.length}`),
        );
      }
      if (matrix[axis] !== undefined)
        problems.push(problem(path, `expected the axis once, got it here and in matrix.${axis}`, 'key'));
      const other = zipped.get(axis);
      if (other !== undefined)
        problems.push(problem(path, `expected the axis in one group, got it in zip[${other}] too`, 'key'));
      zipped.set(axis, index);
    }
  }
  const workloads = suite.workloads.map((workload) => (typeof workload === 'string' ? workload : workload.name));
  const scenarios = writtenScenarios(suite).map(({ kind }) => kind);
  for (const list of ['include', 'exclude'] as const) {
    for (const [index, entry] of (matrix[list] ?? []).entries()) {
      const at: Path = ['matrix', list, index];
      if (Object.keys(entry).length === 0) problems.push(problem(at, 'expected at least one axis, got an empty map'));
      const check = (key: 'workload' | 'scenario', known: readonly string[]): void => {
        const came = entry[key];
        if (came === undefined || known.includes(came)) return;
        const near = nearest(came, known);
        const hint = near === null ? `. Of this suite: ${known.join(', ')}` : `. Did you mean "${near}"?`;
        problems.push(problem([...at, key], `expected a ${key} of this suite, got "${came}"${hint}`));
      };
      check('workload', workloads);
      check('scenario', scenarios);
    }
  }
  return problems;
}

function scenarioProblems(suite: SuiteFile): Problem[] {
  return writtenScenarios(suite).flatMap((scenario, index): Problem[] => {
    if (scenario.kind !== 'server') return [];
    const { arrivals } = scenario;
    const ramp = typeof arrivals === 'object' && arrivals.kind === 'ramp' ? arrivals : null;
    const problems: Problem[] = [];
    if (ramp?.shape === 'exponential' && ramp.from === 0) {
      const at: Path = ['scenarios', index, 'arrivals', 'from'];
      problems.push(problem(at, 'expected more than 0 beside "exponential", got 0: nothing grows by a factor from 0'));
    }
    if (![scenario.rate].flat().includes('search')) return problems;
    // A search looks for the rate at which a limit is just kept: there must be one, and a rate that stays.
    const at: Path = ['scenarios', index, 'rate'];
    if (suite.limits?.latency === undefined) {
      const limit = 'limits: { latency: { percentile: p99, max: 20ms } }';
      problems.push(problem(at, `expected a latency limit beside "search", got none: write one such as ${limit}`));
    }
    if (ramp !== null) {
      const message = 'expected a number beside arrivals of kind "ramp", got "search": a ramp has no one rate';
      problems.push(problem(at, message));
    }
    return problems;
  });
}

/** Longer than anything worth measuring in one go, and well within what a timer can run (2³¹ − 1 ms, 24.8 days). */
const longestSeconds = 7 * 24 * 3600;

function tooLong(policy: Policy, timeLimitSeconds: number): Problem[] {
  const durations: readonly (readonly [Path, number | null])[] = [
    [['policy', 'warmup', 'min_duration'], policy.warmup.minSeconds],
    [['policy', 'warmup', 'max_duration'], policy.warmup.maxSeconds],
    [['policy', 'window', 'min_duration'], policy.window.minSeconds],
    [['policy', 'window', 'max_duration'], policy.window.maxSeconds],
    [['policy', 'cooldown'], policy.cooldownSeconds],
    [['policy', 'max_time'], policy.maxTimeSeconds],
    [['policy', 'time_limit'], timeLimitSeconds],
  ];
  return durations.flatMap(([path, seconds]) =>
    seconds === null || seconds <= longestSeconds
      ? []
      : [problem(path, `expected at most 7 days (168h, ${longestSeconds} s), got ${seconds} s`)],
  );
}

function policyProblems(suite: SuiteFile): Problem[] {
  const { policy, timeLimitSeconds } = settlePolicy(suite.policy);
  const problems = tooLong(policy, timeLimitSeconds);
  const { samplingHertz } = policy;
  if (samplingHertz !== 0 && samplingHertz < 0.1) {
    const message = `expected 0 (no sampling) or at least 0.1, got ${samplingHertz}`;
    problems.push(problem(['policy', 'sampling_hertz'], message));
  }
  const { minSeconds, maxSeconds } = policy.window;
  if (maxSeconds <= 0) problems.push(problem(['policy', 'window', 'max_duration'], 'expected more than 0, got 0 s'));
  if (minSeconds > maxSeconds) {
    const given = suite.policy?.window?.min_duration === undefined ? 'max_duration' : 'min_duration';
    const message = `expected min_duration (${minSeconds} s) of at most max_duration (${maxSeconds} s)`;
    problems.push(problem(['policy', 'window', given], `${message}, got more`));
  }
  const { warmup } = policy;
  if (warmup.minSeconds > warmup.maxSeconds) {
    const given = suite.policy?.warmup?.min_duration === undefined ? 'max_duration' : 'min_duration';
    const message = `expected min_duration (${warmup.minSeconds} s) of at most max_duration (${warmup.maxSeconds} s)`;
    problems.push(problem(['policy', 'warmup', given], `${message}, got more`));
  }
  if (timeLimitSeconds <= Math.max(minSeconds, policy.warmup.minSeconds)) {
    const given: Path =
      suite.policy?.time_limit === undefined ? ['policy', 'window', 'min_duration'] : ['policy', 'time_limit'];
    problems.push(
      problem(
        given,
        `expected time_limit (${timeLimitSeconds} s) above the durations of warm-up and window, got less: every case would fail`,
      ),
    );
  }
  if (policy.bareLoop !== 'none') {
    for (const [index, { kind, scope = 'request' }] of writtenScenarios(suite).entries()) {
      if (kind === 'single_stream' && scope === 'inference') continue;
      const at: Path = suite.scenarios === undefined ? ['policy', 'bare_loop'] : ['scenarios', index];
      const message = `expected single_stream with scope: inference beside bare_loop, got ${kind} with scope: ${scope}`;
      problems.push(problem(at, message));
    }
  }
  return problems;
}

function limitProblems(suite: SuiteFile): Problem[] {
  const { latency } = settleLimits(suite.limits);
  if (latency === null || latency.seconds > 0) return [];
  return [problem(['limits', 'latency', 'max'], 'expected a duration above 0, got 0 s: no case could keep it')];
}

function problem(path: Path, message: string, part: Problem['part'] = 'value'): Problem {
  return { path, part, message };
}
