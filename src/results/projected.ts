import type { Cause, Reason } from './events.ts';
import type { Case } from './run.ts';
import type { ScenarioSnapshot } from './snapshot.ts';

/** What was asked for in the words of published figures; null where a case has no counterpart among them. */
export interface ProjectionAsked {
  /** The name of the model among published figures, or that of the workload whose graph was counted. */
  readonly model: string;
  /** Whether its cost is that of the published model of this name, or counted from the workload's own graph; null: it is not known. */
  readonly cost: 'published' | 'graph' | null;
  readonly scenario: string | null;
  readonly precision: string;
  readonly unit: string | null;
}

/** SHA-256 of what a projection rests on: all published figures, the profile, the cost of the model (null: not known), and of the three with what was asked. */
export interface ProjectionInputs {
  readonly evidence: string;
  readonly profile: string;
  readonly cost: string | null;
  readonly sha256: string;
}

/** The figure with its interval, or why there is none and what would help. */
export type ProjectionOutcome =
  | {
      readonly value: number;
      readonly low: number;
      readonly high: number;
      /** Share of published figures that the interval is to hold. */
      readonly level: number;
      readonly unit: string;
      /** How near the nearest figures are that it rests on: `device`, `architecture`, `maker`, `none`. */
      readonly nearest: string;
      /** Devices that it rests on figures of this model of. */
      readonly modelDevices: number;
    }
  | { readonly refused: string; readonly code: string };

/** What a case would do on hardware that is not here, as the events tell it. */
export interface ProjectionRecord {
  readonly id: string;
  readonly key: string;
  /** Keys of the planned cases that it stands beside: they differ in axes that mean nothing on the target. */
  readonly beside: readonly string[];
  readonly profile: string;
  /** null: no stack has support, and none was named. */
  readonly stack: string | null;
  readonly asked: ProjectionAsked;
  readonly inputs: ProjectionInputs;
  readonly outcome: ProjectionOutcome;
}

type Ends = readonly [low: number, high: number];

/**
 * A case that nobody has measured: computed from the cost of the model, a profile and what was published of a stack, never from a figure of the
 * run. It has the keys of a measured case; what a projection does not tell is null, with its path in `reasons`. It is another type than `Case`, so
 * that nothing that works on measured cases can be given one.
 */
export interface ProjectedCase
  extends Omit<
    Case,
    | 'axes'
    | 'axisOrigins'
    | 'backend'
    | 'stack'
    | 'provenance'
    | 'status'
    | 'latency'
    | 'throughput'
    | 'rounds'
    | 'scope'
  > {
  readonly provenance: 'projected';
  /** `skipped`: refused, and `cause` says why and what would help. */
  readonly status: 'ok' | 'skipped';
  readonly cause: Cause | null;
  readonly backend: null;
  readonly stack: string | null;
  /** Those of the cases beside it that mean something on the target; the others are null: its stack decides. */
  readonly axes: {
    readonly backend: null;
    readonly batchSize: number | null;
    readonly precision: string;
    readonly fusion: null;
    readonly layout: null;
    readonly hygiene: null;
    readonly threads: null;
    readonly spinning: null;
  };
  readonly scenario: ScenarioSnapshot;
  /** Published figures are of the model alone, whatever the scope of the cases beside it. */
  readonly scope: 'inference';
  readonly beside: readonly string[];
  readonly latency: {
    readonly unit: 's';
    readonly count: null;
    readonly method: 'projected';
    readonly mean: null;
    readonly min: null;
    readonly max: null;
    readonly p50: null;
    readonly p90: number;
    readonly p95: null;
    readonly p99: null;
    readonly p999: null;
    readonly interval90: { readonly p90: Ends };
  } | null;
  readonly throughput: {
    readonly unit: 'items/s';
    readonly value: number;
    readonly ci95: null;
    readonly interval90: Ends;
  } | null;
  readonly rounds: readonly [];
  readonly projection: Omit<ProjectionRecord, 'id' | 'key' | 'beside' | 'stack' | 'profile'>;
  readonly reasons: Readonly<Record<string, Reason>>;
}
