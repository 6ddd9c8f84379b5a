import type { VariantSettings } from '../compress/variant.ts';
import { canonicalJson } from '../kernel/content-hash.ts';
import type { Cause, Reason } from '../results/events.ts';
import { runTask } from './child-task.ts';
import type { History } from './history.ts';
import type { ProbeAnswer, VariantAnswer, VariantJob } from './job.ts';
import { skipForTime } from './max-time.ts';
import { prepareSeconds, type ReadyCase } from './prepare.ts';
import { variantText } from './progress.ts';
import type { RunContext } from './run-context.ts';
import { variantSettings } from './variant-settings.ts';
import { inWorkFolder } from './work-folder.ts';

/** Cases that load the same files. */
interface Group {
  readonly settings: VariantSettings;
  readonly cases: readonly ReadyCase[];
}

/**
 * Makes every variant once that the toggles of the cases ask for, each in a process of its own, and hands the cases on with the models that
 * they load; those that load the models as they are stay as they are. A case whose model has nothing to quantise, or nothing for the passes
 * of `fusion: graph` to join, is skipped; where a variant cannot be made, its cases fail.
 */
export async function prepareVariants(
  context: RunContext,
  history: History,
  ready: readonly ReadyCase[],
  probes: ProbeAnswer['probes'],
): Promise<ReadyCase[]> {
  const groups = new Map<string, Group>();
  /** What becomes of each case, by its key. */
  const settled = new Map<string, ReadyCase>();
  for (const one of ready) {
    const { axes } = one.case;
    const settings = variantSettings(axes, probes[axes.backend]);
    if (settings === null) {
      settled.set(one.case.key, one);
      continue;
    }
    const name = `${one.case.workload} ${canonicalJson(settings)}`;
    groups.set(name, { settings, cases: [...(groups.get(name)?.cases ?? []), one] });
  }
  for (const [index, group] of [...groups.values()].entries()) {
    if (context.stopped()) break;
    for (const one of await prepareGroup(context, history, group, { done: index, of: groups.size })) {
      settled.set(one.case.key, one);
    }
  }
  return ready.flatMap(({ case: { key } }) => settled.get(key) ?? []);
}

async function prepareGroup(
  context: RunContext,
  history: History,
  { settings, cases }: Group,
  progress: { readonly done: number; readonly of: number },
): Promise<ReadyCase[]> {
  const { log, onProgress, signal } = context;
  const [first] = cases;
  if (first === undefined) return [];
  if (context.outOfTime(0)) {
    skipForTime(
      context,
      cases.map(({ case: planned }) => planned),
    );
    return [];
  }
  const { workload: name } = first.case;
  const what = `variant ${name} ${variantText(settings)}`;
  onProgress({ type: 'variant', workload: name, settings, ...progress });
  const outcome = await makeVariant(first, settings, context);
  if (signal.aborted) return [];
  if ('cause' in outcome) {
    if (outcome.cause.code === 'NOTHING_TO_QUANTIZE') skipNothingToQuantize(cases, outcome.cause, context);
    else failAll(cases, outcome.cause, what, context);
    return [];
  }
  const { workload, record } = outcome.answer;
  const known = cases.map(({ case: { key } }) => history.variants.get(key));
  if (known.some((before) => before !== undefined && before !== record.sha256)) {
    failAll(cases, changed(name), what, context);
    return [];
  }
  const keys = cases.filter((_, index) => known[index] === undefined).map(({ case: { key } }) => key);
  if (keys.length > 0) log.append({ type: 'variant.prepared', keys, variant: record });
  const pointless = record.fused > 0 ? [] : cases.filter(({ case: { axes } }) => axes.fusion === 'graph');
  skipNothingToFuse(pointless, context);
  return cases.filter((one) => !pointless.includes(one)).map((one) => ({ ...one, workload, variant: record }));
}

function makeVariant({ case: planned, source }: ReadyCase, settings: VariantSettings, context: RunContext) {
  const { plan, plugins, cacheFolder, signal, folder } = context;
  const request = plan.workloads.find(({ name }) => name === planned.workload);
  if (request === undefined) throw new Error(`The workload ${planned.workload} is not in the plan.`);
  const job: VariantJob = {
    plugins,
    request,
    workload: source,
    settings,
    cacheFolder,
    deadlineSeconds: prepareSeconds,
  };
  return inWorkFolder(folder, ({ environment }) =>
    runTask<VariantJob, VariantAnswer>('runner/variant-process.js', job, {
      environment,
      signal,
      overdueRemedy: 'Making a variant of a model may take 10 minutes: is the model very large, or the machine busy?',
    }),
  );
}

function failAll(cases: readonly ReadyCase[], cause: Cause, what: string, { log, fail }: RunContext): void {
  for (const { case: planned } of cases) log.append({ type: 'case.failed', key: planned.key, cause });
  fail(what, cause);
}

function changed(workload: string): Cause {
  return {
    code: 'MODEL_CHANGED',
    message: `What is made of the model of ${workload} has changed since the run was started. Figures of the two may not be mixed: start a new run.`,
    exitCode: null,
    signal: null,
    stderrTail: '',
  };
}

function skipNothingToQuantize(cases: readonly ReadyCase[], { message }: Cause, context: RunContext): void {
  skipAll(
    cases,
    { code: 'NOTHING_TO_QUANTIZE', need: 'operators or weights that can be converted', have: 'none' },
    message,
    context,
  );
}

function skipNothingToFuse(cases: readonly ReadyCase[], context: RunContext): void {
  const [first] = cases;
  if (first === undefined) return;
  const message = `The passes over the graph of ${first.case.workload} find nothing to join: fusion graph would measure the same graph as fusion off.`;
  skipAll(cases, { code: 'NOTHING_TO_FUSE', need: 'operators that a pass joins', have: 'none' }, message, context);
}

function skipAll(cases: readonly ReadyCase[], reason: Reason, message: string, { log, onProgress }: RunContext): void {
  for (const { case: planned } of cases) {
    log.append({ type: 'case.skipped', key: planned.key, reason, message });
    onProgress({ type: 'skipped', case: planned, message });
  }
}
