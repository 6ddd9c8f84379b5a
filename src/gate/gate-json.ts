import type { Acknowledgement } from './acknowledgements.ts';
import type { Decision, Dropped, OneSided, Row, RowReason, StageResult, SuiteShift, Verdict } from './decision.ts';
import { gateExitCode } from './exit-code.ts';
import type { Difference, Fact, GateReport, ReportedVersion } from './gate-report.ts';
import type { Metric } from './metric.ts';
import type { OperatorChange, OperatorExplanation } from './operator-changes.ts';
import type { GateSettings } from './settings.ts';
import type { AcknowledgementState, Settled, SettledRow } from './settle.ts';
import type { StageChange } from './stage-changes.ts';

/** Of the JSON below. A field that is added leaves it; one that goes or changes its meaning raises it. */
export const gateSchemaVersion = 1;

/**
 * What `--format json` writes: shares are fractions (0.05 is 5 %), times seconds, sizes bytes. Rows are in the order of the suite. What is not
 * known is null; so is what has no number, such as the accepted share of an acknowledgement of any change.
 */
export interface GateJson {
  readonly schemaVersion: typeof gateSchemaVersion;
  /** With what was accepted; `nothing`: there was no row to judge. */
  readonly verdict: Decision['verdict'];
  readonly exitCode: number;
  readonly suite: string;
  /** Of two stored runs; left out where base and head took turns. */
  readonly measured?: 'one after the other' | undefined;
  readonly base: ReportedVersion;
  readonly head: ReportedVersion;
  readonly rows: readonly GateJsonRow[];
  readonly removed: readonly OneSided[];
  readonly added: readonly OneSided[];
  readonly shift: SuiteShift | null;
  readonly multiplicity: Decision['multiplicity'];
  /** `done`, or what the gate would have measured next when it was ended. */
  readonly next: Decision['next'];
  readonly acknowledgements: readonly GateJsonAcknowledgement[];
  readonly environment: readonly Fact[];
  readonly differences: readonly Difference[];
  /** By scenario, the stage that explains most first. */
  readonly stages: Readonly<Record<string, readonly StageChange[]>>;
  /** By scenario, what profiles of both versions say; a difference below its `noise` says nothing. */
  readonly operators: Readonly<Record<string, OperatorExplanation>>;
  readonly settings: Omit<GateSettings, 'metrics'>;
}

export interface GateJsonRow extends Metric {
  readonly verdict: Verdict;
  /** Its change was accepted: it fails nothing. */
  readonly accepted: boolean;
  readonly reasons: readonly RowReason[];
  readonly chosen: boolean;
  readonly exact: { readonly base: number; readonly head: number } | null;
  readonly look: GateJsonStage | null;
  readonly confirm: GateJsonStage | null;
}

/** As `StageResult`; `dropped` with a count for each reason. */
export type GateJsonStage = Omit<StageResult, 'dropped' | 'rounds'> & {
  readonly rounds?: StageResult['rounds'] | undefined;
  readonly dropped: readonly Dropped[];
};

export interface GateJsonAcknowledgement {
  readonly scenario: string;
  readonly metric: string;
  /** null: any share. */
  readonly accepted: number | null;
  readonly until: string;
  readonly reason: string;
  readonly state: AcknowledgementState;
}

/** The answer as data. Every field has its place, so that equal reports become equal bytes whatever the order in which they were put together. */
export function gateJson(report: GateReport): GateJson {
  const { decision, settled, settings, suite, base, head } = report;
  const { seed, looks, alpha, confirmRounds, limits } = settings;
  return {
    schemaVersion: gateSchemaVersion,
    verdict: settled.verdict,
    exitCode: gateExitCode({ verdict: settled.verdict }),
    suite,
    ...(report.measured === undefined ? {} : { measured: report.measured }),
    base: { name: base.name, commit: base.commit },
    head: { name: head.name, commit: head.commit },
    rows: settled.rows.map(rowJson),
    removed: decision.removed.map(sided),
    added: decision.added.map(sided),
    shift: decision.shift && { rows: decision.shift.rows, of: decision.shift.of, worse: decision.shift.worse },
    multiplicity: {
      rows: decision.multiplicity.rows,
      chosen: decision.multiplicity.chosen,
      confirmed: decision.multiplicity.confirmed,
    },
    next:
      decision.next.kind === 'done'
        ? { kind: 'done' }
        : { kind: decision.next.kind, scenarios: decision.next.scenarios, rounds: decision.next.rounds },
    acknowledgements: acknowledgementsJson(settled),
    environment: report.environment.map(({ name, value }) => ({ name, value })),
    differences: report.differences.map(({ what, base, head }) => ({ what, base, head })),
    stages: Object.fromEntries(
      Object.entries(report.stages)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([scenario, stages]) => [
          scenario,
          stages.map(({ stage, base, head, difference }) => ({ stage, base, head, difference })),
        ]),
    ),
    operators: Object.fromEntries(
      Object.entries(report.operators ?? {})
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([scenario, explanation]) => [scenario, operatorsJson(explanation)]),
    ),
    settings: {
      seed,
      looks,
      alpha,
      confirmRounds,
      limits: {
        stealShare: limits.stealShare,
        throttledPeriods: limits.throttledPeriods,
        foreignCpuShare: limits.foreignCpuShare,
        smClockDifference: limits.smClockDifference,
        powerCapShare: limits.powerCapShare,
        idleUtilisation: limits.idleUtilisation,
        droppedShare: limits.droppedShare,
      },
    },
  };
}

/** The same as the text of a file. */
export function gateJsonText(report: GateReport): string {
  return `${JSON.stringify(gateJson(report), null, 2)}\n`;
}

function operatorsJson({ operators, warnings }: OperatorExplanation): OperatorExplanation {
  const time = (one: OperatorChange['base']) =>
    one && { seconds: one.seconds, share: one.share, count: one.count, providers: one.providers };
  return {
    operators: operators.map(({ operator, node, base, head, difference, noise }) => ({
      ...{ operator, node, base: time(base), head: time(head), difference, noise },
    })),
    warnings,
  };
}

function rowJson({ row, accepted }: SettledRow): GateJsonRow {
  const { scenario, metric, unit, better, margin, floor, role, kind } = row.metric;
  return {
    ...{ scenario, metric, unit, better, margin, floor, role, kind },
    verdict: row.verdict,
    accepted: accepted !== null,
    reasons: row.reasons.map(({ code, need, have }) => ({ code, need, have })),
    chosen: row.chosen,
    exact: row.exact && { base: row.exact.base, head: row.exact.head },
    look: stageJson(row.look),
    confirm: stageJson(row.confirm),
  };
}

function stageJson(result: Row['look']): GateJsonStage | null {
  if (result === null) return null;
  const { stage, look, pairs, rounds, attempted, dropped, base, head, change, method, level, attained } = result;
  const { outliers, contaminated, pairedT, minimumDetectable, selfNoise, pValue, adjusted } = result;
  const bounds = (one: StageResult['change']) => one && { value: one.value, low: one.low, high: one.high };
  return {
    ...{ stage, look, pairs },
    ...(rounds === undefined ? {} : { rounds: { base: rounds.base, head: rounds.head } }),
    ...{ attempted, base, head },
    change: bounds(change),
    ...{ method, level, attained, outliers, contaminated },
    pairedT: bounds(pairedT),
    ...{ minimumDetectable, selfNoise, pValue, adjusted },
    dropped: dropped.map(({ code, count, need, have }) => ({ code, count, need, have })),
  };
}

function acknowledgementsJson({ acknowledgements }: Settled): GateJsonAcknowledgement[] {
  return acknowledgements.map(({ entry, state }) => ({
    scenario: entry.scenario,
    metric: entry.metric,
    accepted: Number.isFinite(entry.accepted) ? entry.accepted : null,
    until: untilJson(entry),
    reason: entry.reason,
    state,
  }));
}

function untilJson({ until }: Acknowledgement): string {
  return until.kind === 'date' ? until.date : until.commit;
}

function sided({ scenario, metric }: OneSided): OneSided {
  return { scenario, metric };
}
