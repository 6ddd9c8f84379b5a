import { nearest } from '../kernel/nearest.ts';
import type { Acknowledgement } from './acknowledgements.ts';
import { worseBounds } from './change.ts';
import type { Decision, GateVerdict, Row, Verdict } from './decision.ts';
import { rowKey } from './metric.ts';

/** A row with the acknowledgement that keeps it from failing the gate; what was found of it stays as it is. */
export interface SettledRow {
  readonly row: Row;
  readonly accepted: Acknowledgement | null;
}

/**
 * `used`: keeps a row from failing, or from being in doubt. `exceeded`: the row is worse by more than was accepted. `unused`: the row does not need it.
 * `undecided`: what is known of the row does not tell whether it needs it.
 * `expired`: its date is past, or the base contains its commit. `commit-unknown`: whether it does cannot be told, so that it does not hold.
 * `removed`: head no longer has the metric. `unknown`: neither version has it.
 */
export type AcknowledgementState =
  | 'used'
  | 'exceeded'
  | 'unused'
  | 'undecided'
  | 'expired'
  | 'commit-unknown'
  | 'removed'
  | 'unknown';

export interface AcknowledgementOutcome {
  readonly entry: Acknowledgement;
  readonly state: AcknowledgementState;
  /** The row that an unknown one may have meant. */
  readonly suggestion: string | null;
}

/** What the gate says in the end: the decision with what was accepted. */
export interface Settled {
  readonly verdict: GateVerdict;
  readonly rows: readonly SettledRow[];
  /** One for every entry, in the order of the file. */
  readonly acknowledgements: readonly AcknowledgementOutcome[];
}

export interface Today {
  /** The day in UTC, such as `2026-12-01`. */
  readonly date: string;
  /** Whether the base contains a commit; null where the repository does not know it. */
  baseContains(commit: string): boolean | null;
}

/**
 * Applies what was accepted: a regressed row whose change is not shown to be worse than its acknowledgement allows fails nothing. As the gate
 * itself does with a margin, the near end of an interval is compared and not its middle, so that noise around an accepted change raises no alarm.
 * A row in doubt, whose accepted change lies about its margin, passes as with a margin of what was accepted: where the whole interval lies below that.
 */
export function settle(decision: Decision, entries: readonly Acknowledgement[], today: Today): Settled {
  const rows = new Map(decision.rows.map((row) => [rowKey(row.metric), row]));
  const removed = new Set(decision.removed.map(rowKey));
  const acknowledgements = entries.map((entry): AcknowledgementOutcome => {
    const row = rows.get(rowKey(entry));
    if (removed.has(rowKey(entry))) return { entry, state: 'removed', suggestion: null };
    if (row === undefined) return { entry, state: 'unknown', suggestion: similarRow(entry, decision.rows) };
    return { entry, state: expiry(entry, today) ?? needOf(entry, row), suggestion: null };
  });
  const used = new Map(
    acknowledgements.flatMap(({ entry, state }) => (state === 'used' ? [[rowKey(entry), entry] as const] : [])),
  );
  return {
    verdict: used.size === 0 ? decision.verdict : verdictWithout(decision.rows, used),
    rows: decision.rows.map((row) => ({ row, accepted: used.get(rowKey(row.metric)) ?? null })),
    acknowledgements,
  };
}

function expiry({ until }: Acknowledgement, today: Today): 'expired' | 'commit-unknown' | null {
  // ISO dates are in the order of their letters.
  if (until.kind === 'date') return today.date > until.date ? 'expired' : null;
  const contains = today.baseContains(until.commit);
  if (contains === null) return 'commit-unknown';
  return contains ? 'expired' : null;
}

function needOf(entry: Acknowledgement, row: Row): 'used' | 'exceeded' | 'unused' | 'undecided' {
  const isInDoubt = row.metric.role === 'gating' && (row.verdict === 'inconclusive' || row.verdict === 'invalid');
  if (isInDoubt) return isWithin(entry.accepted, row) ? 'used' : 'undecided';
  if (row.verdict !== 'regressed') return 'unused';
  const least = leastWorse(row);
  return least === null || least > entry.accepted ? 'exceeded' : 'used';
}

/**
 * Whether an inconclusive row is shown to be no worse than was accepted, at a look that was planned, by its fresh processes where there are any. Of two
 * runs whose rows all moved together nothing is shown.
 */
function isWithin(accepted: number, { metric, verdict, reasons, look, confirm }: Row): boolean {
  const stage = confirm !== null && confirm.look > 0 ? confirm : look;
  if (verdict !== 'inconclusive' || stage === null || stage.look === 0 || stage.change === null) return false;
  if (reasons.some(({ code }) => code === 'SUITE_SHIFT')) return false;
  const { high } = worseBounds(stage.change, metric.better);
  return high !== null && high <= accepted && (stage.selfNoise ?? 0) <= accepted;
}

/** By how much a row is worse at least, as both of its stages show; of an exact metric, by how much it is. Null where that cannot be told. */
function leastWorse({ metric, exact, look, confirm }: Row): number | null {
  if (exact !== null) {
    const [small, large] = exact.base < exact.head ? [exact.base, exact.head] : [exact.head, exact.base];
    // How many times as much has a meaning above 0 only: from there on, "any" alone accepts a change.
    return small > 0 ? large / small - 1 : Number.POSITIVE_INFINITY;
  }
  const lows = [look, confirm].flatMap((stage) => {
    const low = stage?.change == null ? null : worseBounds(stage.change, metric.better).low;
    return low === null ? [] : [low];
  });
  return lows.length === 0 ? null : Math.min(...lows);
}

/** The worst of what is left first; a row whose change was accepted counts as passed. Rows for information alone are nothing to pass by. */
function verdictWithout(rows: readonly Row[], used: ReadonlyMap<string, Acknowledgement>): GateVerdict {
  const left = rows
    .filter(({ metric }) => metric.role === 'gating')
    .map(({ metric, verdict }) => (used.has(rowKey(metric)) ? 'pass' : verdict));
  const order: readonly Verdict[] = ['regressed', 'invalid', 'inconclusive', 'improved', 'pass'];
  return order.find((verdict) => left.includes(verdict)) ?? 'nothing';
}

function similarRow(entry: Acknowledgement, rows: readonly Row[]): string | null {
  const named = (one: { scenario: string; metric: string }) => `${one.metric} of ${one.scenario}`;
  return nearest(
    named(entry),
    rows.map(({ metric }) => named(metric)),
  );
}
