import type { IdenticalArms } from '../analysis/identical-arms.ts';
import type { Reason } from '../results/events.ts';
import type { ForeignLoad } from '../runner/foreign-load.ts';
import type { SamplerCost } from '../runner/sampler-cost.ts';
import type { TimerAnswer } from '../runner/timer-job.ts';

/** How late the load generator let queries go that were due at a steady mean rate. Seconds. */
export interface ArrivalPrecision {
  readonly targetRate: number;
  readonly queries: number;
  readonly p50: number;
  /** null: too few queries. */
  readonly p99: number | null;
  readonly worst: number;
  /** Share of the queries that were sent more than `limitSeconds` late. */
  readonly lateShare: number;
  readonly limitSeconds: number;
}

/** What `dyno doctor --measure` finds. What could not be measured is null, with the reason by its name. */
export interface MeasuredMachine {
  readonly seconds: number;
  readonly cores: {
    readonly logical: number;
    /** Cores that this process may run on, and what the container's quota leaves of them. */
    readonly allowed: number;
    readonly available: number;
    readonly governor: string | null;
  };
  readonly timers: TimerAnswer | null;
  readonly arrivals: ArrivalPrecision | null;
  readonly sampler: SamplerCost | null;
  /** Of the median latency, and of the throughput. */
  readonly noise: { readonly p50: IdenticalArms; readonly throughput: IdenticalArms } | null;
  /** While the noise was measured. */
  readonly foreignLoad: ForeignLoad | null;
  readonly reasons: Readonly<Record<string, Reason & { readonly message: string }>>;
}
