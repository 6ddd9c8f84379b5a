import { rmSync } from 'node:fs';
import { absentHardware, restsOnOwnResults } from '../../analysis/requested-profiles.ts';
import { availableCores } from '../../kernel/available-cores.ts';
import { cacheFolder } from '../../kernel/cache-folder.ts';
import { type ExitCode, errorText } from '../../kernel/errors.ts';
import { benchLine, shellWords } from '../../kernel/shell-words.ts';
import { serialiseRun } from '../../results/result-folder.ts';
import type { Run } from '../../results/run.ts';
import type { OwnEvidence } from '../../roofline/own-evidence.ts';
import { loadPlugins } from '../../runner/plugins.ts';
import type { HeldPowerLimit } from '../../runner/power-limit.ts';
import { type ResumeFile, removeResumeFile } from '../../runner/resume-file.ts';
import type { PlanDescription } from '../../suite/describe-plan.ts';
import type { Plan } from '../../suite/plan.ts';
import type { BenchOptions } from '../bench-options.ts';
import { benchTable } from '../bench-table.ts';
import type { CaseProjections } from '../case-projections.ts';
import { keptProjection, limitOf, type OpenRun, openRun, planOf, pluginsOf, projectionOf } from '../open-run.ts';
import { progressLines } from '../progress-lines.ts';
import type { Streams } from '../streams.ts';
import { strictDoubts } from '../strict-doubts.ts';
import { untilSignal } from '../until-signal.ts';

/** `dyno bench`: plans, measures, prints the table, writes the report. */
export async function benchCommand(options: BenchOptions, streams: Streams): Promise<ExitCode> {
  if (options.dryRun) return printPlan(await planOf(options), options, streams);

  const progress = progressLines(streams, options.json === true);
  const { runPlan } = await import('../../runner/run-plan.ts');
  // The signal is listened to before the folder is there: from then on there is something to leave in order.
  const limits: HeldPowerLimit[] = [];
  let isSetBack = true;
  const { outcome, signal } = await untilSignal(async (abort) => {
    const opened = await openRun(options);
    const limit = await heldLimit(opened, streams);
    limits.push(...limit);
    const computed = await projectionsOf(opened, streams);
    for (const line of profileLines(opened.plan, computed !== null, computed?.own != null))
      streams.stderr.write(`${line}\n`);
    if (!opened.resumed && options.json !== true) {
      const { planLine } = await import('../plan-text.ts');
      streams.stderr.write(`${planLine(await described(opened.plan, options))}\n`);
    }
    const run = await runPlan({
      ...opened,
      cacheFolder: cacheFolder(),
      command: process.argv.slice(2),
      failFast: options.failFast === true,
      onProgress: progress.onProgress,
      signal: abort,
      ...(limit[0] === undefined ? {} : { powerLimit: limit[0] }),
      ...(computed === null ? {} : { projections: computed.projections }),
    });
    return { ...opened, run };
  }).finally(async () => {
    progress.end();
    const [limit] = limits;
    if (limit !== undefined) {
      isSetBack = await (await import('../power-limit-option.ts')).endPowerLimit(limit, streams);
    }
  });
  const { run, folder, resumed } = outcome;
  if (run === null) {
    streams.stderr.write('Stopped before anything was measured.\n');
    if (!resumed) rmSync(folder, { recursive: true, force: true });
    return isSetBack ? (signal === 'SIGTERM' ? 143 : 130) : 4;
  }
  if (run.status !== 'interrupted') removeResumeFile(folder);
  await printRun(run, folder, options, streams);
  const code = exitCode(run, signal, options, streams);
  // A machine that is not as it was is worse than whatever the run came to.
  return isSetBack ? code : 4;
}

/**
 * The power limit that was asked for, set; none where none was. Says of a limit that another run set that figures are taken under it. Of a new run whose
 * limit cannot be set, nothing is left.
 */
async function heldLimit({ powerLimitWatts, resumed, folder }: OpenRun, streams: Streams): Promise<HeldPowerLimit[]> {
  const { leftLimitNotice, setPowerLimit } = await import('../power-limit-option.ts');
  if (powerLimitWatts === undefined) {
    streams.stderr.write(await leftLimitNotice());
    return [];
  }
  try {
    return [await setPowerLimit(powerLimitWatts, streams)];
  } catch (error) {
    if (!resumed) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** `--dry-run`: the plan, how long it will take, which percentiles it will support. */
async function printPlan(plan: Plan, options: BenchOptions, streams: Streams): Promise<ExitCode> {
  const { stdout } = streams;
  const description = await described(plan, options);
  const kept = options.resume === undefined ? projectionOf(plan, options) : keptProjection(options.resume, options);
  const watts = limitOf(options);
  const computed = await projectionsOf({ plan, plugins: pluginsOf(options), ...kept }, streams);
  const projected = computed?.projections.planned() ?? [];
  const own = computed?.own ?? null;
  const { limitText, plannedLimit } = await import('../power-limit-option.ts');
  const powerLimit = await plannedLimit(watts);
  if (options.json) {
    const { ownResultsAnswer } = await import('../own-results.ts');
    const beside = {
      ...(powerLimit === null ? {} : { powerLimit }),
      ...(projected.length === 0 ? {} : { projected }),
      ...(own === null ? {} : { results: ownResultsAnswer(own) }),
    };
    stdout.write(`${JSON.stringify({ ...description, ...beside }, null, 2)}\n`);
  } else {
    const first = profileLines(plan, computed !== null, own !== null).map((line) => `${line}\n`);
    stdout.write([...first, ...(first.length === 0 ? [] : ['\n'])].join(''));
    stdout.write((await import('../plan-text.ts')).planText(description) + limitText(powerLimit));
    const { projectedText } = await import('../projected-table.ts');
    if (projected.length > 0) stdout.write(`\n${projectedText(projected)}`);
  }
  return 0;
}

/**
 * What is computed beside the run for hardware that is not here; null where none was asked for. Says of results of one's own what they came to;
 * `own` is told, too.
 */
async function projectionsOf(
  { plan, plugins, projection }: ResumeFile,
  { stderr }: Streams,
): Promise<{ projections: CaseProjections; own: OwnEvidence | null } | null> {
  if (projection === undefined) return null;
  const { CaseProjections, projectionBasis, publishedNames } = await import('../case-projections.ts');
  const { workloads } = await loadPlugins(plugins);
  const { profiles, results, stacks } = projection;
  const basis = projectionBasis(profiles, results && { places: results, hub: workloads });
  const { own = null } = basis;
  if (own !== null) stderr.write((await import('../own-results.ts')).ownResultsText(own));
  return { projections: new CaseProjections(plan, basis, stacks, publishedNames(plan, workloads)), own };
}

/** What the plan will take and what its figures will support. */
async function described(plan: Plan, options: BenchOptions): Promise<PlanDescription> {
  const { describePlan } = await import('../../suite/describe-plan.ts');
  const { workloads } = await loadPlugins(pluginsOf(options));
  return describePlan(plan, {
    multiplyAdds: Object.fromEntries(workloads.all().map(({ name, model }) => [name, model.multiplyAdds])),
    words: process.argv.slice(3).filter((word) => word !== '--dry-run' && word !== '--json'),
    availableCores: availableCores(),
  });
}

/** What is to be said first of the profiles that were asked for: which variant a word meant, and which hardware is not here. */
function profileLines({ profiles, cases }: Plan, isProjected: boolean, hasOwn: boolean): string[] {
  const aliases = profiles.flatMap(({ alias }) => (alias === undefined ? [] : [`${alias}.`]));
  const measuredOn = [...new Set(cases.map(({ profile }) => profile))];
  return [...absentHardware(profiles, measuredOn, isProjected, hasOwn), ...aliases];
}

/** The answer: the table or the result itself; then where both are. */
async function printRun(run: Run, folder: string, options: BenchOptions, { stdout, stderr }: Streams): Promise<void> {
  if (options.json) {
    stdout.write(serialiseRun(run));
  } else {
    const { answerOf } = await import('../../analysis/answer.ts');
    // The command as it was typed: the result holds it without private paths.
    const typed = options.resume === undefined ? { ...run, command: process.argv.slice(2) } : run;
    const first = absentHardware(
      run.requestedProfiles ?? [],
      run.profiles,
      run.projected !== undefined,
      restsOnOwnResults(run),
    );
    const notice = first.length === 0 ? '' : `${first.join('\n')}\n\n`;
    stdout.write(`${notice}${answerOf(typed).text}\n\n${benchTable(typed)}`);
  }
  stderr.write(`result  ${folder}\n`);
  if (run.status === 'interrupted') {
    const words = ['--resume', run.runId, ...(options.out === 'results' ? [] : ['--out', options.out])];
    stderr.write(`The run was interrupted; what was measured is kept. Go on with: ${benchLine(words)}\n`);
  } else if (options.report && !nothingButBadInput(run)) {
    await printReport(folder, stderr);
  }
}

/** Whether every case failed for what was given: a report would have nothing but the message that is printed already. */
function nothingButBadInput({ cases }: Run): boolean {
  const begun = cases.filter(({ reasons }) => reasons.status?.code !== 'FAIL_FAST');
  const isBadInput = ({ status, cause }: Run['cases'][number]): boolean =>
    // Out of memory is no fault of what was given, even where it befell what loads it.
    status === 'failed' && cause?.exitCode === 3 && cause.memory === undefined;
  return begun.length > 0 && begun.every(isBadInput);
}

/** A report that cannot be written takes nothing from what was measured. */
async function printReport(folder: string, stderr: Streams['stderr']): Promise<void> {
  const { writeReport } = await import('../../report/write-report.ts');
  try {
    stderr.write(`report  ${await writeReport([folder])}\n`);
  } catch (error) {
    stderr.write(
      `The report could not be written: ${errorText(error)}\nWrite it elsewhere with: npx dyno report ${shellWords([folder])} --out FILE.html\n`,
    );
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
    return nothingButBadInput(run) ? 3 : 4;
  }
  // Time that ran out is no answer, while an absent backend is one.
  if (measured.length === 0 && run.cases.some(({ reasons }) => reasons.status?.code === 'MAX_TIME')) return 4;
  const doubts = strict === true ? strictDoubts(measured) : [];
  if (doubts.length > 0) {
    stderr.write(`--strict: not every verdict is "valid": ${doubts.join('; ')}.\n`);
    return 2;
  }
  return 0;
}
