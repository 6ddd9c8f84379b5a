import { resolveProfile } from '../../hardware/profile.ts';
import { availableCores } from '../../kernel/available-cores.ts';
import { cacheFolder } from '../../kernel/cache-folder.ts';
import { type ExitCode, InputError } from '../../kernel/errors.ts';
import { createRunFolder, findRun, newRunId, serialiseRun } from '../../results/result-folder.ts';
import type { Run } from '../../results/run.ts';
import { loadPlugins, resolvePlugin } from '../../runner/plugins.ts';
import { type ResumeFile, readResumeFile, removeResumeFile, writeResumeFile } from '../../runner/resume-file.ts';
import { compileSuites, planForModel } from '../../suite/compile.ts';
import type { Overrides } from '../../suite/overrides.ts';
import type { Plan } from '../../suite/plan.ts';
import { benchTable } from '../bench-table.ts';
import { progressLines } from '../progress-lines.ts';
import type { Streams } from '../streams.ts';
import { untilSignal } from '../until-signal.ts';

/** Options as typed; those that change the suite are the suite's to read. */
export interface BenchOptions extends Overrides {
  readonly suites: readonly string[];
  readonly profile: readonly string[];
  readonly model?: string;
  readonly shape?: readonly string[];
  readonly dryRun?: boolean;
  readonly runId?: string;
  readonly resume?: string;
  readonly out: string;
  readonly failFast?: boolean;
  readonly requireHardware?: boolean;
  readonly strict?: boolean;
  readonly plugin?: readonly string[];
  readonly report: boolean;
  readonly json?: boolean;
}

/** `dyno bench`: plans, measures, prints the table, writes the report. */
export async function benchCommand(options: BenchOptions, streams: Streams): Promise<ExitCode> {
  for (const id of options.profile) resolveProfile(id);
  if (options.dryRun) return printPlan(await planOf(options), options, streams);

  const { folder, resumed, plan, plugins } = await openRun(options);
  const progress = progressLines(streams, options.json === true);
  const { runPlan } = await import('../../runner/run-plan.ts');
  const { outcome: run, signal } = await untilSignal((abort) =>
    runPlan({
      plan,
      folder,
      resume: resumed,
      plugins,
      cacheFolder: cacheFolder(),
      command: process.argv.slice(2),
      failFast: options.failFast === true,
      onProgress: progress.onProgress,
      signal: abort,
    }),
  );
  progress.end();
  if (run.status !== 'interrupted') removeResumeFile(folder);
  await printRun(run, folder, options, streams);
  return exitCode(run, signal, options, streams);
}

interface OpenRun {
  readonly folder: string;
  readonly resumed: boolean;
  readonly plan: Plan;
  readonly plugins: readonly string[];
}

/** A new run with its folder, or the one that `--resume` names with the plan it was started with. */
async function openRun(options: BenchOptions): Promise<OpenRun> {
  if (options.resume !== undefined) {
    const folder = findRun(options.resume, options.out);
    return { folder, resumed: true, ...readResumeFile(folder) };
  }
  const plan = await planOf(options);
  const folder = createRunFolder(options.out, options.runId ?? newRunId(new Date(), plan.suite.name));
  const kept: ResumeFile = { plan, plugins: pluginsOf(options) };
  writeResumeFile(folder, kept);
  return { folder, resumed: false, ...kept };
}

/** The plan of the suites, or of `--model`, with the options in it; names are checked against the plug-ins that are there. */
async function planOf(options: BenchOptions): Promise<Plan> {
  const { backends, workloads } = await loadPlugins(pluginsOf(options));
  const known = {
    backends: backends.names(),
    workloads: workloads.names(),
    availableCores: availableCores(),
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

function pluginsOf({ plugin = [] }: BenchOptions): string[] {
  return plugin.map((nameOrPath) => resolvePlugin(nameOrPath, process.cwd()));
}

/** `--dry-run`: the plan, how long it will take, which percentiles it will support. */
async function printPlan(plan: Plan, options: BenchOptions, { stdout }: Streams): Promise<ExitCode> {
  const { describePlan } = await import('../../suite/describe-plan.ts');
  const { workloads } = await loadPlugins(pluginsOf(options));
  const description = describePlan(plan, {
    multiplyAdds: Object.fromEntries(workloads.all().map(({ name, model }) => [name, model.multiplyAdds])),
    words: process.argv.slice(3).filter((word) => word !== '--dry-run' && word !== '--json'),
  });
  if (options.json) stdout.write(`${JSON.stringify(description, null, 2)}\n`);
  else stdout.write((await import('../plan-text.ts')).planText(description));
  return 0;
}

/** The answer: the table or the result itself; then where both are. */
async function printRun(run: Run, folder: string, options: BenchOptions, { stdout, stderr }: Streams): Promise<void> {
  if (options.json) {
    stdout.write(serialiseRun(run));
  } else {
    const { answerOf } = await import('../../analysis/answer.ts');
    stdout.write(`${answerOf(run).text}\n\n${benchTable(run)}`);
  }
  stderr.write(`result  ${folder}\n`);
  if (run.status === 'interrupted') {
    stderr.write(
      `The run was interrupted; what was measured is kept. Go on with: npm run bench -- --resume ${run.runId}\n`,
    );
  } else if (options.report) {
    const { writeReport } = await import('../../report/write-report.ts');
    stderr.write(`report  ${await writeReport([folder])}\n`);
  }
}

function exitCode(
  run: Run,
  signal: 'SIGINT' | 'SIGTERM' | null,
  { strict }: BenchOptions,
  { stderr }: Streams,
): ExitCode {
  if (signal !== null) return signal === 'SIGINT' ? 130 : 143;
  const failed = run.cases.filter(({ status }) => status === 'failed');
  const measured = run.cases.filter(({ status }) => status === 'ok');
  if (failed.length > 0) {
    if (measured.length > 0) return 5;
    // Nothing was measured: was it what was given, or the engine?
    return failed.every(({ cause }) => cause?.exitCode === 3) ? 3 : 4;
  }
  if (strict && measured.some(({ verdicts }) => Object.values(verdicts).some((verdict) => verdict !== 'valid'))) {
    stderr.write('--strict: not every verdict is "valid"; a verdict that is not judged yet is none.\n');
    return 2;
  }
  return 0;
}
