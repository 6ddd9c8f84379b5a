import type { Dropped, RowReason } from './decision.ts';
import { contextOf, type GateContext, storedContext } from './gate-context.ts';
import type { ReportedVersion } from './gate-report.ts';
import type { Metric } from './metric.ts';
import type { Failed } from './pair.ts';
import type { Differing } from './reading.ts';

/**
 * Two stored runs as the gate judges them: plain data, from which the answer follows alone. It is the only line of the log of such a gate, so that
 * what is shown later is what was shown first, whatever became of the runs.
 */
export interface StoredRuns {
  readonly base: ReportedVersion;
  readonly head: ReportedVersion;
  readonly context: GateContext;
  readonly settings: StoredSettings;
  /** What speaks against both runs as a whole, such as that they overlapped. */
  readonly doubts: readonly RowReason[];
  readonly scenarios: readonly StoredScenario[];
}

export interface StoredSettings {
  /** Rows in the order in which they are shown. */
  readonly metrics: readonly Metric[];
  /** Chance of a false alarm of one row, both sides together. There is one look. */
  readonly alpha: number;
  /** Share of a row's rounds that may be void before it is invalid. */
  readonly droppedShare: number;
}

/** A case of both runs, or of one: null where the other has no such case. */
export interface StoredScenario {
  readonly scenario: string;
  readonly base: StoredArm | Failed | null;
  readonly head: StoredArm | Failed | null;
}

/** What one run has of a case. */
export interface StoredArm {
  readonly outcome: 'measured';
  /** By metric what the whole case has; figures that are the same in each process are these alone. */
  readonly figures: Readonly<Record<string, number | null>>;
  /** Rounds that ended well, in the order in which they were measured; a metric that a round does not tell is not in it. */
  readonly rounds: readonly StoredRound[];
  /** SHA-256 of the answers; null: none were told. */
  readonly outputs: string | null;
  /** Of head, against base: where they answered otherwise, of how many items. Left out where that is not known. */
  readonly differing?: Differing;
  /** Seconds of each stage of the work. */
  readonly stages: Readonly<Record<string, number>>;
  /** Why none of its figures is to be judged; null: nothing does. */
  readonly invalid: RowReason | null;
}

/** One fresh process. */
export interface StoredRound {
  readonly values: Readonly<Record<string, number>>;
  /** Why it does not count; null: it does. */
  readonly dropped: Omit<Dropped, 'count'> | null;
}

/** As it is written: the accepted share of "any" is no JSON. */
export function storedRunsLine(runs: StoredRuns): object {
  return { ...runs, context: storedContext(runs.context) };
}

/** The inverse, of a line that was read. */
export function storedRunsOf(line: Readonly<Record<string, unknown>>): StoredRuns {
  const stored = line as unknown as StoredRuns;
  return { ...stored, context: contextOf(stored.context as unknown as Readonly<Record<string, unknown>>) };
}
