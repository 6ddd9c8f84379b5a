import type { Acknowledgement } from './acknowledgements.ts';
import type { Difference, Fact } from './gate-report.ts';
import type { OperatorExplanation } from './operator-changes.ts';
import type { SessionEnd } from './session.ts';
import type { Today } from './settle.ts';

/**
 * What a report tells beside the verdict of `decide`, and what was asked for. Written into the log at each start of the gate, so that the report
 * follows from the log alone: the day, and which commits the base contains, are those of the measurement and not of whoever reads it later.
 */
export interface GateContext {
  /** Name of the suite; comments of one suite on one pull request are one comment. */
  readonly suite: string;
  /** The day in UTC, such as `2026-12-01`. */
  readonly date: string;
  readonly acknowledgements: readonly Acknowledgement[];
  /** Whether base contains the commits that acknowledgements end with; null: the repository does not know the commit. */
  readonly baseContains: Readonly<Record<string, boolean | null>>;
  readonly environment: readonly Fact[];
  readonly differences: readonly Difference[];
  readonly asked: AskedGate;
}

/** The options of a gate as they were given, null for those that were not: `--resume` goes on with them. */
export interface AskedGate {
  readonly command: 'gate' | 'aa';
  readonly base: string;
  readonly head: string;
  /** Path of the suite within head's repository. */
  readonly suite: string | null;
  readonly quick: boolean;
  readonly rounds: number | null;
  readonly timeBudgetSeconds: number | null;
  readonly seed: number | null;
  readonly mergeBase: boolean;
  /** Path of the file within head's repository. */
  readonly acknowledgements: string | null;
  readonly explain: boolean;
}

/** Line of the log: the context from here on. */
export interface ContextLine extends GateContext {
  readonly type: 'context';
}

/** Line of the log: what profiles of both versions say of a flagged scenario. */
export interface ExplainedLine extends OperatorExplanation {
  readonly type: 'explained';
  readonly scenario: string;
}

/** Line of the log: why measuring ended. Absent: the process was killed. */
export interface EndLine extends Pick<SessionEnd, 'reason' | 'failing'> {
  readonly type: 'end';
}

/** Line of the log: what was thrown on the way to a verdict. The only line where it came before the first round. */
export interface FailureLine {
  readonly type: 'failure';
  readonly schemaVersion: number;
  readonly code: string;
  readonly message: string;
  readonly exitCode: number;
  readonly suite: string;
  readonly base: { readonly name: string; readonly commit: string | null };
  readonly head: { readonly name: string; readonly commit: string | null };
}

/** What `settle` is to know of the day, from a context. */
export function todayOf({ date, baseContains }: Pick<GateContext, 'date' | 'baseContains'>): Today {
  return {
    date,
    baseContains: (commit) => (Object.hasOwn(baseContains, commit) ? (baseContains[commit] ?? null) : null),
  };
}

/** A context as it is written: JSON has no infinity, so that the accepted share of "any" is null. */
export function storedContext(context: GateContext): object {
  const acknowledgements = context.acknowledgements.map((one) => ({
    ...one,
    accepted: Number.isFinite(one.accepted) ? one.accepted : null,
  }));
  return { type: 'context', ...context, acknowledgements };
}

/** The inverse, of a line that was read. */
export function contextOf({ type: _, ...line }: Readonly<Record<string, unknown>>): GateContext {
  const stored = line as unknown as GateContext;
  const acknowledgements = stored.acknowledgements.map((one) => ({
    ...one,
    accepted: (one.accepted as number | null) ?? Number.POSITIVE_INFINITY,
  }));
  return { ...stored, acknowledgements };
}
