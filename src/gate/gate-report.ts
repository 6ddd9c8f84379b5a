import type { Decision, Row, Verdict } from './decision.ts';
import type { OperatorExplanation } from './operator-changes.ts';
import type { GateSettings } from './settings.ts';
import type { Settled, SettledRow } from './settle.ts';
import type { StageChange } from './stage-changes.ts';

/** All that the gate tells, in whatever form. Plain data: equal reports give equal bytes in every form. */
export interface GateReport {
  /** Name of the suite; comments of one suite on one pull request are one comment. */
  readonly suite: string;
  readonly base: ReportedVersion;
  readonly head: ReportedVersion;
  readonly settings: GateSettings;
  /** Of two stored runs: they hold what the machine did between them. Left out where base and head took turns. */
  readonly measured?: 'one after the other';
  readonly decision: Decision;
  readonly settled: Settled;
  /** The machine, as it is to be shown: `CPU`, `GPU`, `driver` … */
  readonly environment: readonly Fact[];
  /** What differs between the versions or their machines beside the code. */
  readonly differences: readonly Difference[];
  /** Stages of the work by scenario, for the rows that are flagged. */
  readonly stages: Readonly<Record<string, readonly StageChange[]>>;
  /** What profiles of both versions say of the flagged rows, by scenario. Left out where none was taken. */
  readonly operators?: Readonly<Record<string, OperatorExplanation>>;
}

export interface ReportedVersion {
  /** As it was asked for: a ref, a run, `working tree`. */
  readonly name: string;
  /** null: not a commit, such as a working tree. */
  readonly commit: string | null;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface Difference {
  readonly what: string;
  /** null: that version has none. */
  readonly base: string | null;
  readonly head: string | null;
}

/** What a row ends as: its verdict, or that its change was accepted. */
export type Ending = Verdict | 'accepted';

/** What stands first; everything before `pass` is shown open, the rest is folded away where a form can do that. */
export const endings: readonly Ending[] = ['regressed', 'invalid', 'inconclusive', 'improved', 'accepted', 'pass'];

export function endingOf({ row, accepted }: SettledRow): Ending {
  return accepted === null ? row.verdict : 'accepted';
}

/** Rows in the order in which they are told: gating ones first within each ending, else as in the settings. */
export function orderedRows({ settled }: Pick<GateReport, 'settled'>): SettledRow[] {
  const rank = (one: SettledRow) => 2 * endings.indexOf(endingOf(one)) + (one.row.metric.role === 'gating' ? 0 : 1);
  return [...settled.rows].sort((a, b) => rank(a) - rank(b));
}

/** Whether a row stands open: all but those that passed, and those that cannot fail and did not get worse. */
export function isOpen(one: SettledRow): boolean {
  const ending = endingOf(one);
  return ending !== 'pass' && (one.row.metric.role === 'gating' || ending === 'regressed');
}

/** Gating rows by how they ended; those that no row has are 0. */
export function countsOf({ settled }: Pick<GateReport, 'settled'>): Readonly<Record<Ending, number>> {
  const counts: Record<Ending, number> = {
    regressed: 0,
    invalid: 0,
    inconclusive: 0,
    improved: 0,
    accepted: 0,
    pass: 0,
  };
  for (const one of settled.rows) if (one.row.metric.role === 'gating') counts[endingOf(one)] += 1;
  return counts;
}

/** The verdict as a sentence. */
export function headline(report: GateReport): string {
  const counts = countsOf(report);
  const gating = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const of = (count: number) => (gating === 1 ? 'the one row' : `${count} of ${gating} rows`);
  const verb = (count: number, one: string, many: string) => (count === 1 ? one : many);
  switch (report.settled.verdict) {
    case 'regressed':
      return `Regressed: ${of(counts.regressed)} ${verb(counts.regressed, 'is', 'are')} worse by more than the margin.`;
    case 'invalid':
      return `Invalid: what was measured of ${of(counts.invalid)} says nothing about the code.`;
    case 'inconclusive':
      return `Inconclusive: of ${of(counts.inconclusive)} the data cannot tell whether ${verb(counts.inconclusive, 'it is', 'they are')} worse.`;
    case 'improved':
      return `Improved: ${of(counts.improved)} ${verb(counts.improved, 'is', 'are')} better by more than the margin, and none is worse${butAccepted(counts)}.`;
    case 'pass': {
      if (gating === 1 && counts.accepted === 1) return 'Pass: what the one row changed by was accepted.';
      return `Pass: ${gating === 1 ? 'the one row is not' : `none of ${gating} rows is`} worse by more than the margin${butAccepted(counts)}.`;
    }
    case 'nothing':
      return report.settled.rows.length === 0
        ? 'Nothing was compared: there is no row that both versions have.'
        : 'Nothing was judged: no pair was measured, or no row is there to gate.';
  }
}

function butAccepted({ accepted }: Readonly<Record<Ending, number>>): string {
  return accepted > 0 ? `, but for what was accepted (${accepted})` : '';
}

/** `2 regressed · 1 inconclusive · 9 pass`, of gating rows, and how many are for information. */
export function countsText(report: GateReport): string {
  const counts = countsOf(report);
  const parts = endings.flatMap((ending) => (counts[ending] > 0 ? [`${counts[ending]} ${ending}`] : []));
  const informational = report.settled.rows.filter(({ row }) => row.metric.role === 'informational').length;
  return [...parts, ...(informational > 0 ? [`${informational} for information`] : [])].join(' · ');
}

/** `main (1a2b3c4)`. */
export function versionText({ name, commit }: ReportedVersion): string {
  if (commit === null) return name;
  const short = commit.slice(0, 7);
  return commit.startsWith(name) ? short : `${name} (${short})`;
}

/** The stage whose figures are shown: the second one where there is one. */
export function shownStage(row: Row) {
  return row.confirm ?? row.look;
}

/** Stages of a scenario; none where nothing is known of it, whatever it is called. */
export function stagesOf({ stages }: Pick<GateReport, 'stages'>, scenario: string): readonly StageChange[] {
  return Object.hasOwn(stages, scenario) ? (stages[scenario] ?? []) : [];
}

/** What profiles say of a scenario; null where none was taken. */
export function operatorsOf(
  { operators = {} }: Pick<GateReport, 'operators'>,
  scenario: string,
): OperatorExplanation | null {
  return Object.hasOwn(operators, scenario) ? (operators[scenario] ?? null) : null;
}
