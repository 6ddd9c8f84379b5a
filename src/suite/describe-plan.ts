import { benchLine } from '../kernel/shell-words.ts';
import { samplesNeeded } from '../stats/percentile.ts';
import { caseSeconds, estimateAssumption, planSeconds, querySeconds, type TimeRange } from './estimate-time.ts';
import type { Limits, Plan, PlannedCase } from './plan.ts';

type PercentileName = NonNullable<Limits['latency']>['percentile'];

const percentiles = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p999', 0.999],
] as const satisfies readonly (readonly [PercentileName, number])[];

/** What `--dry-run` says: plain JSON. */
export interface PlanDescription {
  readonly plan: Plan;
  readonly cases: readonly CaseDescription[];
  readonly time: TimeRange & { readonly assumption: string };
  readonly percentiles: readonly PercentileDescription[];
}

export interface CaseDescription {
  readonly id: string;
  /** Of one item; null: not known before the model is read, so that `time` is as wide as the window. */
  readonly multiplyAdds: number | null;
  readonly time: TimeRange;
  /** Samples that the case has at least, all rounds together, when no window reaches its maximum. */
  readonly samples: number;
  /** Whether its windows may reach `max_duration` with fewer queries than `min_queries`. */
  readonly mayEndEarly: boolean;
  /** Percentiles of latency that those samples support; null: latency is not defined under its scenario (offline). */
  readonly supported: readonly PercentileName[] | null;
}

export interface PercentileDescription {
  readonly name: PercentileName;
  readonly supported: boolean;
  readonly needs: number;
  readonly has: number;
  /** The command that gets it; null when it is supported. */
  readonly command: string | null;
}

export interface DescribeOptions {
  /** Multiply-adds of one item by workload; a workload that is missing is not known. */
  readonly multiplyAdds: Readonly<Record<string, number | null>>;
  /** What stands behind `bench` on the command line, without `--dry-run` and `--json`. */
  readonly words: readonly string[];
}

/** What a plan will take and what its figures will support: nothing is measured, no model is built. */
export function describePlan(plan: Plan, { multiplyAdds, words }: DescribeOptions): PlanDescription {
  const { policy } = plan;
  const has = policy.rounds * policy.window.minQueries;
  const queries = plan.cases.map((planned) => querySeconds(planned, known(planned, multiplyAdds), policy));
  const times = queries.map((query) => caseSeconds(query, policy));
  const slowest = Math.max(
    ...plan.cases.map((planned, index) =>
      known(planned, multiplyAdds) === null ? 0 : (queries[index]?.highSeconds ?? 0),
    ),
  );
  const described = percentiles.map(([name, p]): PercentileDescription => {
    const needs = samplesNeeded(p);
    const supported = has >= needs;
    return { name, supported, needs, has, command: supported ? null : commandFor(plan, needs, slowest, words) };
  });
  const supported = described.filter((one) => one.supported).map(({ name }) => name);
  const cases = plan.cases.map((planned, index): CaseDescription => {
    const query = queries[index] ?? { lowSeconds: 0, highSeconds: 0 };
    return {
      id: planned.id,
      multiplyAdds: known(planned, multiplyAdds),
      time: times[index] ?? query,
      samples: has,
      // Of a workload that nobody knows, the estimate is as long as the window allows: it says nothing about this.
      mayEndEarly:
        known(planned, multiplyAdds) !== null &&
        query.highSeconds * policy.window.minQueries > policy.window.maxSeconds,
      supported: planned.scenario.kind === 'offline' ? null : supported,
    };
  });
  return { plan, cases, time: { ...planSeconds(plan, times), assumption: estimateAssumption }, percentiles: described };
}

function known(planned: PlannedCase, multiplyAdds: Readonly<Record<string, number | null>>): number | null {
  return multiplyAdds[planned.workload] ?? null;
}

/** The same command with a window that holds enough queries, also of the slowest case. */
function commandFor(
  { policy, cases }: Plan,
  needs: number,
  slowestQuerySeconds: number,
  words: readonly string[],
): string {
  const minQueries = Math.ceil(needs / policy.rounds);
  const sets = [`policy.window.min_queries=${minQueries}`];
  const windowSeconds = Math.ceil((minQueries * slowestQuerySeconds) / 10) * 10;
  if (windowSeconds > policy.window.maxSeconds) {
    sets.push(`policy.window.max_duration=${windowSeconds}s`);
    const limit = Math.min(...cases.map(({ timeLimitSeconds }) => timeLimitSeconds));
    if (windowSeconds * 1.2 > limit) sets.push(`policy.time_limit=${windowSeconds * 2}s`);
  }
  return benchLine([...words, ...sets.flatMap((set) => ['--set', set])]);
}
