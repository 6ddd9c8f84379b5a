import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import { recordOf, type Surroundings, surroundingsOf } from '../gate/arm-environment.ts';
import { decide } from '../gate/decide.ts';
import type { AskedGate, GateContext } from '../gate/gate-context.ts';
import { looksWithin } from '../gate/gate-file.ts';
import { checkGoesOn, GateLog, readGateLog, type StoredGate, type VersionRecord } from '../gate/gate-log.ts';
import type { Difference, Fact } from '../gate/gate-report.ts';
import { type GateSuite, readGateSuite } from '../gate/gate-suite.ts';
import { git } from '../gate/git.ts';
import { type MeasureRound, measureTrial, type RoundOptions, roundMeasurer } from '../gate/measure-round.ts';
import { type MetricRule, ruledMetrics } from '../gate/metric-rules.ts';
import { isNewSuite, withNewSuite } from '../gate/new-suite.ts';
import type { Arm } from '../gate/pair.ts';
import { commandProbe, engineProbe, type Probe } from '../gate/probe.ts';
import { watchMachine } from '../gate/processor-conditions.ts';
import { flaggedScenarios, reportOfLog } from '../gate/report-of-log.ts';
import { ruleDifferences, rulesOf } from '../gate/rule-differences.ts';
import { type RoundStart, runSession, type SessionEnd, type SessionRequest } from '../gate/session.ts';
import { setUp } from '../gate/set-up.ts';
import { type GateSettings, quickSettings } from '../gate/settings.ts';
import { makeWorktrees, type SourceVersion, type Worktree, type Worktrees } from '../gate/worktrees.ts';
import { DynoError, errorText } from '../kernel/errors.ts';
import { temporaryFolderError } from '../kernel/temporary-folder.ts';
import type { WatchedGpus } from './gpu-watch.ts';

export interface PairedGateRequest {
  readonly base: SourceVersion;
  readonly head: SourceVersion;
  /** What was asked for; kept in the log, so that the gate can be gone on with. */
  readonly asked: AskedGate;
  /** Folder of the gate, which is there: its log is begun in it, or gone on with. */
  readonly folder: string;
  /** The day on which it is judged. */
  readonly date: Date;
  /** What is measured next, where that is not what a verdict takes. */
  readonly decide?: SessionRequest['decide'] | undefined;
  readonly surveys: MachineSurveys;
  /** Tells more of rows that changed, once there is a verdict; writes what it finds into the log. */
  readonly explain?: Explain | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnGateProgress | undefined;
}

export type PlanSettings = Omit<GateSettings, 'metrics'>;

/** What is told of the machine and of what differs beside the code. */
export interface MachineSurveys {
  /** Before anything is written into the worktrees: they tell what was committed. */
  differences(worktrees: Worktrees, suite: string): readonly Difference[];
  /** `environment`: of the measured processes. */
  gpuWatch(environment: Surroundings['environment']): Promise<WatchedGpus | null>;
  environment(gpus: WatchedGpus | null): Promise<readonly Fact[]>;
}

export interface ExplainRequest {
  readonly worktrees: Worktrees;
  readonly suite: GateSuite;
  readonly probe: Probe;
  readonly surroundings: Surroundings;
  /** All that was measured. */
  readonly stored: StoredGate;
  /** Those with a row that changed. */
  readonly scenarios: readonly string[];
  readonly log: Pick<GateLog, 'note'>;
  readonly signal?: AbortSignal | undefined;
}

export type Explain = (request: ExplainRequest) => Promise<void>;

export type GateProgress =
  | { readonly type: 'checkout' }
  | { readonly type: 'suite'; readonly suite: GateSuite }
  | { readonly type: 'set-up'; readonly arm: Arm; readonly steps: number }
  | { readonly type: 'trial'; readonly arm: Arm }
  | {
      readonly type: 'rows';
      readonly settings: GateSettings;
      readonly unused: readonly MetricRule[];
      readonly done: number;
    }
  | ({ readonly type: 'round' } & RoundStart)
  | { readonly type: 'process'; readonly arm: Arm }
  | { readonly type: 'explain'; readonly scenarios: readonly string[] }
  | { readonly type: 'unexplained'; readonly code: string; readonly message: string };

export type OnGateProgress = (progress: GateProgress) => void;

export interface PairedGateEnd extends SessionEnd {
  /** The log as it stands now, from which the report follows. */
  readonly stored: StoredGate;
}

/**
 * Measures two versions of a repository against each other: checks both out, sets them up, tries each once, and runs pairs of fresh processes until the
 * decision asks for no more. Nothing of it is left behind but the log. Rejects with `AbortError` when `signal` was aborted before the first round;
 * with what the parts throw: exit 3 for what was asked for or written wrongly, 4 for a version that cannot be set up or measured.
 */
export async function pairedGate(request: PairedGateRequest): Promise<PairedGateEnd> {
  const { base, head, asked, signal, onProgress = () => {} } = request;
  const began = performance.now();
  onProgress({ type: 'checkout' });
  const worktrees = makeWorktrees(base, head);
  let gpus: WatchedGpus | null = null;
  let newSuite: string | null = null;
  try {
    // Setting both up may take minutes.
    checkGoesOn(request.folder, worktrees);
    const suite = readGateSuite(worktrees.head.folder, asked);
    onProgress({ type: 'suite', suite });
    const differences = request.surveys.differences(worktrees, suite.path);
    const rulesOfBase = rulesOf(worktrees.base, suite.path);
    if (isNewSuite(suite, worktrees.base)) newSuite = suite.path;
    const surroundings = surroundingsOf(suite.plan.environment, suite.plan.cpus);
    for (const arm of ['base', 'head'] as const) {
      const { setup } = suite.plan;
      if (setup.length > 0) onProgress({ type: 'set-up', arm, steps: setup.length });
      await setUp(worktrees[arm], setup, surroundings, signal);
    }
    gpus = await request.surveys.gpuWatch(surroundings.environment);
    const options: RoundOptions = {
      folders: { base: worktrees.base.folder, head: worktrees.head.folder },
      probe: probeOf(suite, asked, worktrees),
      surroundings,
      timeoutSeconds: suite.plan.timeoutSeconds,
      watch: watchMachine(gpus, '/proc', surroundings.cpus),
      signal,
    };
    return await measured(request, { worktrees, suite, differences, rulesOfBase, gpus, options, began });
  } catch (error) {
    throw placed(newSuite === null ? error : withNewSuite(error, newSuite), worktrees);
  } finally {
    await gpus?.close();
    worktrees.remove();
  }
}

interface Ready {
  readonly worktrees: Worktrees;
  readonly suite: GateSuite;
  readonly differences: readonly Difference[];
  /** null: base has no suite of that name. */
  readonly rulesOfBase: readonly MetricRule[] | null;
  readonly gpus: WatchedGpus | null;
  readonly options: RoundOptions;
  /** When the gate began, on the clock of `performance`. */
  readonly began: number;
}

async function measured(request: PairedGateRequest, ready: Ready): Promise<PairedGateEnd> {
  const { asked, folder, signal, onProgress = () => {} } = request;
  const { worktrees, suite, options } = ready;
  const plan = planSettings(request, suite);
  onProgress({ type: 'trial', arm: 'base' });
  const ofBase = await measureTrial('base', plan.seed, options);
  onProgress({ type: 'trial', arm: 'head' });
  const ofHead = await measureTrial('head', plan.seed, options);
  const { metrics, unused } = ruledMetrics(ofBase, ofHead, suite.plan.rules);
  const rules = { base: ready.rulesOfBase, head: suite.plan.rules };
  const differences = [...ruleDifferences(ofBase, ofHead, rules), ...ready.differences];
  const context = await contextOf(request, { ...ready, differences });
  const log = GateLog.open(folder, {
    type: 'gate',
    schemaVersion: 1,
    settings: { ...plan, metrics },
    base: versionRecord(worktrees.base),
    head: versionRecord(worktrees.head),
    surroundings: recordOf(options.surroundings),
  });
  try {
    // Of one that was gone on with, the rows are those that it was begun with.
    const { settings } = log.start;
    log.note({ type: 'context', ...withVariables(context, folder, log) });
    onProgress({ type: 'rows', settings, unused, done: log.pairs.length });
    const budget = asked.timeBudgetSeconds ?? suite.plan.budgetSeconds;
    const now = () => performance.now() / 1e3;
    const end = await runSession({
      settings,
      measureRound: told(roundMeasurer(options), onProgress),
      log,
      decide: request.decide ?? decide,
      now,
      // What checking out, setting up and trying took is part of it.
      budgetSeconds: budget === null ? null : Math.max(0, budget - (now() - ready.began / 1e3)),
      signal,
      onRound: (round) => onProgress({ type: 'round', ...round }),
    });
    log.note({ type: 'end', reason: end.reason, failing: end.failing });
    if (asked.explain && end.reason !== 'stopped' && request.explain !== undefined) {
      const { probe, surroundings } = options;
      const stored = readGateLog(folder);
      await explained(request.explain, { worktrees, suite, probe, surroundings, stored, log, signal }, onProgress);
    }
    return { ...end, stored: readGateLog(folder) };
  } finally {
    log.close();
  }
}

/** A verdict does not need its explanation: what goes wrong with that is told, and the verdict stands. */
async function explained(
  explain: Explain,
  request: Omit<ExplainRequest, 'scenarios'>,
  onProgress: OnGateProgress,
): Promise<void> {
  const scenarios = flaggedScenarios(reportOfLog(request.stored).settled);
  if (scenarios.length === 0) return;
  onProgress({ type: 'explain', scenarios });
  try {
    await explain({ ...request, scenarios });
  } catch (error) {
    if (request.signal?.aborted) return;
    // A fault of ours among them: the verdict is there, and has taken its time.
    const code = error instanceof DynoError ? error.code : 'EXPLANATION_FAILED';
    onProgress({ type: 'unexplained', code, message: errorText(error) });
  }
}

/** What the suite says, with `--quick`, `--rounds` and `--seed` in it. Of one version against itself, rounds are what is measured, and not the last look. */
function planSettings({ asked }: PairedGateRequest, { plan }: GateSuite): PlanSettings {
  const { looks, confirmRounds } = asked.quick ? quickSettings : plan.settings;
  return {
    ...plan.settings,
    confirmRounds,
    looks: asked.command === 'aa' ? looks : looksWithin(looks, asked.rounds ?? undefined),
    seed: asked.seed ?? plan.settings.seed,
  };
}

function probeOf({ path, plan }: GateSuite, { quick }: AskedGate, worktrees: Worktrees): Probe {
  if (plan.command !== null) return commandProbe(plan.command);
  // Not --quick, which would also replace the windows that a suite was given for its gate.
  return engineProbe({ suite: path, inRepository: true, words: quick ? ['--policy', 'smoke'] : [] }, worktrees);
}

async function contextOf(request: PairedGateRequest, { suite, differences, gpus }: Ready): Promise<GateContext> {
  const { asked, date, surveys } = request;
  const { acknowledgements } = suite;
  const commits = acknowledgements.flatMap(({ until }) => (until.kind === 'commit' ? [until.commit] : []));
  return {
    suite: suite.name,
    date: date.toISOString().slice(0, 10),
    acknowledgements,
    baseContains: Object.fromEntries(commits.map((commit) => [commit, contains(request.base, commit)])),
    environment: await surveys.environment(gpus),
    differences,
    asked,
  };
}

const otherVariables: Fact = {
  name: 'variables of the environment',
  value: 'changed when the gate was gone on with, for both versions alike',
};

/** With the variables of a sitting that had others than the first one told, by all that follow, too. */
function withVariables(context: GateContext, folder: string, { hasOtherVariables }: GateLog): GateContext {
  const before = readGateLog(folder).context?.environment ?? [];
  const isTold = hasOtherVariables || before.some(({ name }) => name === otherVariables.name);
  return isTold ? { ...context, environment: [...context.environment, otherVariables] } : context;
}

/** Whether a version has a commit in its history; null where the repository does not know it. */
function contains({ repository, commit: version }: SourceVersion, commit: string): boolean | null {
  const known = git(repository, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{commit}`]);
  if (!known.ok) return null;
  return git(repository, ['merge-base', '--is-ancestor', known.stdout.trim(), version]).ok;
}

function versionRecord({ version, content, changedFiles }: Worktree): VersionRecord {
  const { kind, name, commit } = version;
  return kind === 'commit'
    ? { name, commit, content, changedFiles }
    : { name, commit: null, content, changedFiles, checkedOut: commit };
}

function told(measure: MeasureRound, onProgress: OnGateProgress): MeasureRound {
  return (arm, ask) => {
    onProgress({ type: 'process', arm });
    return measure(arm, ask);
  };
}

/** An error without the folders of the worktrees, which are gone when it is read. */
function placed(thrown: unknown, { root, base, head }: Worktrees): unknown {
  const error = temporaryFolderError(thrown, dirname(root));
  if (!(error instanceof DynoError)) return error;
  const message = error.message.replaceAll(base.folder, '<base>').replaceAll(head.folder, '<head>');
  return new DynoError(error.code, message, { cause: error.cause, exitCode: error.exitCode });
}
