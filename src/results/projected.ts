import type { ProjectionRecord } from './projection-record.ts';

type Ends = readonly [low: number, high: number];

/** What a projected case has in another way than a measured one; all else is null in it, with its reason. */
export interface ProjectedParts {
  readonly provenance: 'projected';
  /** `skipped`: refused, and `cause` says why and what would help. */
  readonly status: 'ok' | 'skipped';
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
}
