import type { Reason } from '../results/events.ts';
import type { Metric } from './metric.ts';
import type { Stage } from './pair.ts';

/**
 * `pass`: not worse by the margin, which is shown and not only not disproved. `improved`: better by more than the margin. `regressed`:
 * worse by more than the margin in both stages. `inconclusive`: the data cannot tell. `invalid`: what was measured says nothing about the code.
 */
export type Verdict = 'pass' | 'improved' | 'regressed' | 'inconclusive' | 'invalid';

/** Of the whole gate; `nothing`: there was no row to judge. */
export type GateVerdict = Verdict | 'nothing';

/**
 * Why a row has its verdict, or why a pair was dropped.
 *
 * inconclusive: `TOO_FEW_PAIRS` (fewer than an interval takes, or than the first look has) · `MARGIN_IN_INTERVAL` (at the last look) ·
 * `MORE_ROUNDS` (at a look before the last; measuring ended early) · `NOISE_EXCEEDS_MARGIN` (need: margin, have: self-noise) ·
 * `NOT_CHOSEN` (among so many rows the finding may be luck) · `CONFIRM_PENDING` · `NOT_CONFIRMED` · `NOT_RUN_AGAIN` (an informational row)
 * · `NOT_DETERMINISTIC` (an exact metric differs between processes of one version)
 *
 * pass: `NOT_REPEATED` (fresh processes showed no change) · `BELOW_FLOOR` · `WITHIN_MARGIN` (an exact metric changed, by less than it may)
 *
 * invalid: `OUTPUTS_DIFFER` · `TOO_MANY_DROPPED` · `TOO_FEW_VALID_PAIRS` · `METRIC_MISSING`, with the codes of dropped pairs:
 * `BASE_FAILED` `HEAD_FAILED` `NO_VALUE` `NOT_POSITIVE` `CPU_STEAL` `CPU_THROTTLED` `FOREIGN_CPU` `GPU_THERMAL` `GPU_POWER_CAP` `GPU_CLOCKS`
 * `GPU_FOREIGN_PROCESS` `GPU_BUSY`
 *
 * of stored runs: `DESCRIPTIVE_ONLY` (too few rounds for an interval) · `NO_ROUND_FIGURES` (results keep it for a case as a whole) ·
 * `TOO_FEW_ROUNDS` (for a finding among so many rows) · `SUITE_SHIFT` (all rows moved together), all inconclusive; `RUNS_OVERLAP` · `CASE_INVALID` · `TOO_MANY_ROUNDS_DROPPED`
 *
 * any: `SIGN_INTERVAL` (outliers: the sign test's interval judges)
 */
export type RowReason = Reason;

/** What to do next. `rounds`: so many more of each scenario, then ask again; asking earlier is allowed. */
export type Next =
  | { readonly kind: 'measure'; readonly scenarios: readonly string[]; readonly rounds: number }
  | { readonly kind: 'confirm'; readonly scenarios: readonly string[]; readonly rounds: number }
  | { readonly kind: 'done' };

/** A figure with its interval; `low` and `high` are null where there are too few pairs for one. */
export interface Bounds {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** A row in one stage, at the look that decided it or else at its last one. */
export interface StageResult {
  readonly stage: Stage;
  /** Which look, counted from 1; 0 before the first one. The confirm stage has one. */
  readonly look: number;
  /** Valid pairs that were judged; of stored runs, the rounds of the one that has fewer. */
  readonly pairs: number;
  /** Rounds that were judged, of two stored runs, which have no pairs; left out elsewhere. */
  readonly rounds?: { readonly base: number; readonly head: number };
  /** Pairs measured so far, valid or not. */
  readonly attempted: number;
  readonly dropped: readonly Dropped[];
  /** Medians over the judged pairs, in the metric's unit. */
  readonly base: number | null;
  readonly head: number | null;
  /** head / base − 1 by the estimate of Hodges and Lehmann with the interval that judges; null without a valid pair. */
  readonly change: Bounds | null;
  /** `rank-sum`: rounds of two stored runs, which are no pairs. */
  readonly method: 'signed-rank' | 'sign' | 'rank-sum';
  /** Level of the interval: what it was asked to have, and what it has. */
  readonly level: number;
  readonly attained: number | null;
  /** Pairs that lie far from the others, and whether there are enough of them to judge by signs. */
  readonly outliers: number;
  readonly contaminated: boolean;
  /** The same change by the paired t interval: a cross-check, which judges nothing. */
  readonly pairedT: Bounds | null;
  /** Changes from here on would have been found in 4 of 5 gates, as a share. */
  readonly minimumDetectable: number | null;
  /** What the machine alone makes of two equal versions: 95 % of such estimates lie below, as a share. */
  readonly selfNoise: number | null;
  /** One-sided, that the change is beyond the margin. */
  readonly pValue: number | null;
  /** The same adjusted for all rows: Benjamini–Hochberg among gating rows in the first stage, Holm among the chosen ones in the second. */
  readonly adjusted: number | null;
}

export interface Dropped {
  readonly code: string;
  readonly count: number;
  /** Of the first of them: which limit, what was seen. */
  readonly need: string | number | null;
  readonly have: string | number | null;
}

export interface Row {
  readonly metric: Metric;
  readonly verdict: Verdict;
  readonly reasons: readonly RowReason[];
  /** The first stage says worse, and the adjusted p values leave it among the findings. */
  readonly chosen: boolean;
  /** null for exact metrics. */
  readonly look: StageResult | null;
  /** null unless it was run again. */
  readonly confirm: StageResult | null;
  /** An exact metric in both versions; null for sampled ones, and where a version has several values or none. */
  readonly exact: { readonly base: number; readonly head: number } | null;
}

/** Rows that one version alone has; they judge nothing and are named. */
export interface OneSided {
  readonly scenario: string;
  readonly metric: string;
}

/** All rows moved together: across machines the sign of another machine, here of a dependency that all share. */
export interface SuiteShift {
  /** Rows that moved so, of those that were compared. */
  readonly rows: number;
  readonly of: number;
  /** By how much they became worse in common, as a share; below 0: better. */
  readonly worse: number;
}

export interface Decision {
  readonly next: Next;
  readonly verdict: GateVerdict;
  /** In the order of the settings. */
  readonly rows: readonly Row[];
  readonly removed: readonly OneSided[];
  readonly added: readonly OneSided[];
  readonly shift: SuiteShift | null;
  /** Gating rows whose p values were adjusted together, how many were chosen, and how many of these failed again. */
  readonly multiplicity: { readonly rows: number; readonly chosen: number; readonly confirmed: number };
}
