import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { availableCores } from '../kernel/available-cores.ts';
import { InputError } from '../kernel/errors.ts';
import { createRunFolder, findRun, newRunId } from '../results/result-folder.ts';
import { loadPlugins, resolvePlugin } from '../runner/plugins.ts';
import { type ResumeFile, readResumeFile, writeResumeFile } from '../runner/resume-file.ts';
import { compileSuites, planForModel } from '../suite/compile.ts';
import type { Plan } from '../suite/plan.ts';
import type { BenchOptions } from './bench-options.ts';
import { resultPlaces } from './own-results.ts';
import { powerLimitWatts } from './power-limit-option.ts';
import { requestedProfiles } from './requested-profiles.ts';

/** A run that is about to be begun or gone on with. */
export interface OpenRun extends ResumeFile {
  readonly folder: string;
  readonly resumed: boolean;
}

/** A new run with its folder, or the one that `--resume` names with the plan it was started with. */
export async function openRun(options: BenchOptions): Promise<OpenRun> {
  if (options.resume !== undefined) {
    const folder = findRun(options.resume, options.out);
    return { folder, resumed: true, ...resumedPlan(options, folder) };
  }
  const watts = limitOf(options);
  const plan = await planOf(options);
  const kept: ResumeFile = {
    plan,
    plugins: pluginsOf(options),
    ...(watts === undefined ? {} : { powerLimitWatts: watts }),
    ...projectionOf(plan, options),
  };
  const folder = createRunFolder(options.out, options.runId ?? newRunId(new Date(), kept.plan.suite.name));
  try {
    writeResumeFile(folder, kept);
  } catch (error) {
    // Nothing is in it yet, and without its plan it could never be resumed.
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return { folder, resumed: false, ...kept };
}

/** The plan of the suites, of `--model`, or of the run to be resumed; names are checked against the plug-ins that are there. */
export async function planOf(options: BenchOptions): Promise<Plan> {
  if (options.resume !== undefined) return resumedPlan(options, findRun(options.resume, options.out)).plan;
  const { backends, workloads } = await loadPlugins(pluginsOf(options));
  const { targets, requested } = requestedProfiles(options, backends.names());
  const known = {
    backends: backends.names(),
    workloads: workloads.names(),
    availableCores: availableCores(),
    targets,
    requested,
  };
  const { suites, model, shape = [] } = options;
  if (model !== undefined) {
    if (suites.length > 0) {
      throw new InputError(
        'USAGE',
        `--model benches one model without a suite, but ${suites.join(', ')} was given too. Leave one out.`,
      );
    }
    return planForModel({ model, shapes: shape }, options, known);
  }
  if (shape.length > 0) {
    throw new InputError(
      'USAGE',
      '--shape belongs to --model; in a suite write `shapes` or `dimensions` at the workload.',
    );
  }
  return compileSuites(suites.length === 0 ? ['suites/default.yaml'] : suites, options, known);
}

/** What hardware of the plan that is not here is projected by. Throws `OPTION_INVALID` for a `--stack` or `--results` that nothing can be made of, `RUN_*` for runs that are none. */
export function projectionOf(
  { profiles }: Plan,
  { stack, results, out, profiles: folder }: BenchOptions,
): Pick<ResumeFile, 'projection'> {
  if (stack !== undefined) checkStacks(stack, profiles);
  if (results !== undefined && profiles.length === 0) {
    throw new InputError(
      'OPTION_INVALID',
      `--results ${results.join(',')}: expected a --profile of other hardware beside it, got none: they are what such hardware is projected with.`,
    );
  }
  if (profiles.every(({ present }) => present)) return {};
  const where = folder === undefined ? {} : { profiles: resolve(folder) };
  const own = results === undefined ? {} : { results: resultPlaces(results, out) };
  return { projection: { stacks: stack === undefined ? null : [...new Set(stack)], ...where, ...own } };
}

/** What the run that `--resume` names was started with. */
export function keptProjection(run: string, { out }: BenchOptions): Pick<ResumeFile, 'projection'> {
  const { projection } = readResumeFile(findRun(run, out));
  return projection === undefined ? {} : { projection };
}

/** Watts of the power limit that a new run, or the one that `--resume` names, sets; undefined where none was asked for. */
export function limitOf({ powerLimit, resume, out }: BenchOptions): number | undefined {
  return resume === undefined ? powerLimitWatts(powerLimit) : readResumeFile(findRun(resume, out)).powerLimitWatts;
}

function checkStacks(stacks: readonly string[], profiles: Plan['profiles']): void {
  if (stacks.includes('')) {
    throw new InputError(
      'OPTION_INVALID',
      `--stack: expected names of stacks separated by commas, such as mlperf, got ${JSON.stringify(stacks.join(','))}.`,
    );
  }
  if (profiles.length > 0) return;
  throw new InputError(
    'OPTION_INVALID',
    `--stack ${stacks.join(',')}: expected a --profile of other hardware beside it, got none: a stack is what such hardware is projected with. What is measured here runs on --backend.`,
  );
}

/** Modules of the plug-ins that `--plugin` names. */
export function pluginsOf({ plugin = [] }: BenchOptions): string[] {
  return plugin.map((nameOrPath) => resolvePlugin(nameOrPath, process.cwd()));
}

/** Options that make a plan: a run that is resumed has its plan already. */
const planOptions: readonly (readonly [string, (options: BenchOptions) => unknown])[] = [
  ['suites', ({ suites }) => suites[0]],
  // "local" is the default of the option.
  ['--profile', ({ profile }) => profile.find((id) => id !== 'local')],
  ['--model', ({ model }) => model],
  ['--shape', ({ shape }) => shape],
  ['--workload', ({ workload }) => workload],
  ['--backend', ({ backend }) => backend],
  ['--batch-size', ({ batchSize }) => batchSize],
  ['--precision', ({ precision }) => precision],
  ['--fusion', ({ fusion }) => fusion],
  ['--layout', ({ layout }) => layout],
  ['--hygiene', ({ hygiene }) => hygiene],
  ['--threads', ({ threads }) => threads],
  ['--spinning', ({ spinning }) => spinning],
  ['--scenario', ({ scenario }) => scenario],
  ['--scope', ({ scope }) => scope],
  ['--rate', ({ rate }) => rate],
  ['--concurrency', ({ concurrency }) => concurrency],
  ['--trace', ({ trace }) => trace],
  ['--policy', ({ policy }) => policy],
  ['--set', ({ set }) => set],
  ['--quick', ({ quick }) => quick],
  ['--max-time', ({ maxTime }) => maxTime],
  ['--stack', ({ stack }) => stack],
  ['--results', ({ results }) => results],
  ['--power-limit', ({ powerLimit }) => powerLimit],
  ['--run-id', ({ runId }) => runId],
];

function resumedPlan(options: BenchOptions, folder: string): ResumeFile {
  const names = planOptions.filter(([, given]) => given(options) !== undefined).map(([name]) => name);
  if (names.length > 0) {
    throw new InputError(
      'USAGE',
      `--resume goes on with the plan that the run was started with: leave out ${names.join(', ')}, or start a new run.`,
    );
  }
  const kept = readResumeFile(folder);
  // A plug-in may have moved since.
  return options.plugin === undefined ? kept : { ...kept, plugins: pluginsOf(options) };
}
