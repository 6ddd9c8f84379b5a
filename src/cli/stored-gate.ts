import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runDifferences } from '../analysis/compare-runs.ts';
import { machineDifferences, machineFacts } from '../analysis/machine-facts.ts';
import { type Acknowledgement, readAcknowledgements } from '../gate/acknowledgements.ts';
import type { RowReason } from '../gate/decision.ts';
import { engineReadings } from '../gate/engine-readings.ts';
import type { AskedGate } from '../gate/gate-context.ts';
import { type GatePlan, gatePlanOf, readGateFile } from '../gate/gate-file.ts';
import type { Difference, Fact } from '../gate/gate-report.ts';
import { git } from '../gate/git.ts';
import { type MetricRule, ruledMetrics } from '../gate/metric-rules.ts';
import { alignedRuns, storedScenarios } from '../gate/stored-arms.ts';
import type { StoredRuns, StoredScenario } from '../gate/stored-runs.ts';
import { InputError } from '../kernel/errors.ts';
import { readRun } from '../results/result-folder.ts';
import type { Run } from '../results/run.ts';
import { givenNames } from './given-options.ts';
import { refuseOtherMachines } from './same-machine.ts';

export interface StoredGateRequest {
  /** Folders of the two runs. */
  readonly base: string;
  readonly head: string;
  readonly asked: AskedGate;
  /** Files that were named on the command line, as paths from here; undefined: what the runs keep of their suite. */
  readonly suite?: string | undefined;
  readonly acknowledgements?: string | undefined;
  /** Compare runs of other machines or policies, too. */
  readonly allowMismatch: boolean;
  /** The day on which it is judged. */
  readonly date: Date;
}

export interface StoredGateEnd {
  readonly runs: StoredRuns;
  /** Rules that fit no figure. */
  readonly unused: readonly MetricRule[];
}

/**
 * Reads two runs of `dyno bench` for the gate. Throws `SAME_RUN`, `RUN_INTERRUPTED`, `FINGERPRINT_DIFFERS`, `PLAN_DIFFERS`, `USAGE` for options of
 * a measurement (all exit 3), and what reading runs, suites and acknowledgements throws.
 */
export function storedGate(request: StoredGateRequest): StoredGateEnd {
  refuseMeasuring(request.asked);
  const [base, head] = [completeRun(request.base), completeRun(request.head)];
  if (base.runId === head.runId && base.startedAt === head.startedAt) {
    throw new InputError(
      'SAME_RUN',
      `--base and --head: expected two runs, got ${base.runId} twice: a run never differs from itself. Measure again, and name the new run as --head.`,
    );
  }
  if (!request.allowMismatch) refuseOtherMachines(base, head);

  const { plan, rulesFrom } = judgingPlan(request.suite, head);
  const { limits, alpha } = plan.settings;
  const aligned = alignedRuns(base, head);
  const { metrics, unused } = ruledMetrics(engineReadings(aligned.base), engineReadings(aligned.head), plan.rules);
  const scenarios = storedScenarios(aligned, limits);
  const acknowledgements = accepted(request, head);
  const commits = acknowledgements.flatMap(({ until }) => (until.kind === 'commit' ? [until.commit] : []));
  const runs: StoredRuns = {
    base: { name: base.runId, commit: base.environment.git.commit },
    head: { name: head.runId, commit: head.environment.git.commit },
    context: {
      suite: head.suite.name,
      date: request.date.toISOString().slice(0, 10),
      acknowledgements,
      baseContains: Object.fromEntries(commits.map((commit) => [commit, contains(base, commit)])),
      environment: [...shownFacts(head), { name: 'judged by', value: rulesFrom }],
      differences: differencesOf(base, head, scenarios),
      asked: request.asked,
    },
    settings: { metrics, alpha, droppedShare: limits.droppedShare },
    doubts: overlap(base, head),
    scenarios,
  };
  return { runs, unused };
}

/** Of a run that was cut off, the cases that it has may be those that were quick. */
function completeRun(folder: string): Run {
  const run = readRun(folder);
  if (run.status !== 'interrupted') return run;
  throw new InputError(
    'RUN_INTERRUPTED',
    `${run.runId}: expected a run that was measured to its end, got one that was interrupted. Go on with it by \`dyno bench --resume ${run.runId}\`.`,
  );
}

function refuseMeasuring({ quick, rounds, timeBudgetSeconds, seed, mergeBase }: AskedGate): void {
  const names = givenNames({
    ...{ '--quick': quick, '--rounds': rounds, '--time-budget': timeBudgetSeconds, '--seed': seed },
    '--merge-base': mergeBase,
  });
  if (names.length === 0) return;
  throw new InputError(
    'USAGE',
    `${names.join(', ')}: of stored runs nothing is measured. Leave it out, or name git refs as --base and --head.`,
  );
}

/** By what rows are judged: a suite that was named, or else what head's run keeps of its own. */
function judgingPlan(suite: string | undefined, head: Run): { plan: GatePlan; rulesFrom: string } {
  if (suite !== undefined) return { plan: readGateFile(suite), rulesFrom: `the gate section of ${suite}` };
  const plan = gatePlanOf(head.gate ?? {}, (path) => `${['gate', ...path].join('.')} of the run ${head.runId}`);
  return {
    plan,
    rulesFrom:
      head.gate === undefined
        ? 'the defaults, as the run of head keeps no gate section'
        : 'the gate section that the run of head keeps',
  };
}

/** Named ones, or those beside the suite, named or that of head's run. */
function accepted({ suite, acknowledgements }: StoredGateRequest, head: Run): readonly Acknowledgement[] {
  if (acknowledgements !== undefined) return readAcknowledgements(acknowledgements);
  const beside = suite ?? head.suite.file;
  if (beside === null) return [];
  const path = join(dirname(beside), 'acknowledgements.yaml');
  return existsSync(path) ? readAcknowledgements(path) : [];
}

/** Whether the commit that base was measured at contains another one; null where this repository knows one of them not. */
function contains({ environment }: Run, commit: string): boolean | null {
  const { commit: measured } = environment.git;
  if (measured === null) return null;
  const known = (one: string) => git('.', ['cat-file', '-e', `${one}^{commit}`]).ok;
  if (!known(measured) || !known(commit)) return null;
  return git('.', ['merge-base', '--is-ancestor', commit, measured]).ok;
}

/** The machine in a line; what neither helps nor is known is left out. */
function shownFacts(run: Run): Fact[] {
  return machineFacts(run).filter(
    ({ name, value }) => name !== 'instruction sets' && value !== 'none' && value !== 'not known',
  );
}

/** Fields around the cases that the facts of the machine tell already, or that name the run alone. */
const toldAlready = [
  ...['host', 'git.commit', 'os.', 'cpu.', 'memory.', 'cgroup.', 'virtualization'],
  ...['versions.node', 'versions.v8', 'versions.onnxruntime-node'],
].map((path) => `environment.${path}`);

function differencesOf(base: Run, head: Run, scenarios: readonly StoredScenario[]): Difference[] {
  const around = runDifferences(base, head).filter(({ field }) => !toldAlready.some((path) => field.startsWith(path)));
  const suites = base.suite.sha256 === head.suite.sha256 ? [] : [suiteDifference(base, head)];
  return [
    ...[...machineDifferences(base, head), ...around].map(({ field, base: a, candidate: b }) => ({
      what: field,
      base: a,
      head: b,
    })),
    ...suites,
    ...scenarios.flatMap(failedCase),
  ];
}

/** A case that failed in both versions has no rows, and one that failed in one of them has none with figures. */
function failedCase({ scenario, base, head }: StoredScenario): Difference[] {
  if (base?.outcome !== 'failed' && head?.outcome !== 'failed') return [];
  const told = (arm: StoredScenario['base']) =>
    arm === null ? null : arm.outcome === 'failed' ? `failed (${arm.code})` : 'measured';
  return [{ what: `case ${scenario}`, base: told(base), head: told(head) }];
}

function suiteDifference({ suite: base }: Run, { suite: head }: Run): Difference {
  const told = ({ name, sha256 }: Run['suite']) => `${name} (${sha256.slice(0, 12)})`;
  return { what: 'suite file', base: told(base), head: told(head) };
}

/** Two runs of one host at one time. */
function overlap(base: Run, head: Run): RowReason[] {
  if (base.environment.host !== head.environment.host || base.finishedAt === null || head.finishedAt === null)
    return [];
  if (base.startedAt >= head.finishedAt || head.startedAt >= base.finishedAt) return [];
  const times = ({ startedAt, finishedAt }: Run) => `${startedAt} to ${finishedAt}`;
  return [{ code: 'RUNS_OVERLAP', need: null, have: `base ${times(base)}, head ${times(head)}` }];
}
