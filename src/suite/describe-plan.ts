import { benchLine } from '../kernel/shell-words.ts';
import { percentileShares, samplesNeeded } from '../stats/percentile.ts';
import { sampleSize } from '../stats/sample-size.ts';
import { type ScheduledLoad, samplesOfRound, scheduledLoad, windowOf } from './estimate-load.ts';
import {
  caseSeconds,
  estimateAssumption,
  planSeconds,
  querySeconds,
  roundsInTime,
  searchSeconds,
  serviceSeconds,
  type TimeRange,
} from './estimate-time.ts';
import type { Limits, Plan, PlannedCase } from './plan.ts';
import { type Unfit, unfitOf } from './unfit.ts';

type PercentileName = NonNullable<Limits['latency']>['percentile'];

const percentileNames = Object.keys(percentileShares) as PercentileName[];

/** What `--dry-run` says: plain JSON. */
export interface PlanDescription {
  readonly plan: Plan;
  readonly cases: readonly CaseDescription[];
  readonly time: TimeRange & { readonly assumption: string };
  readonly percentiles: readonly PercentileDescription[];
  /** What MLPerf asks of a window, and whether the policy's are shorter: figures of those are no results of MLPerf. */
  readonly mlperf: { readonly minSeconds: number; readonly isShorter: boolean };
  /** Rounds of every case for which `max_time` leaves room, on a slow and on a fast machine; null: there is no limit. */
  readonly roundsInTime: { readonly slow: number; readonly fast: number } | null;
}

export interface CaseDescription {
  readonly id: string;
  /** Of one item; null: not known before the model is read, so that `time` is as wide as the window. */
  readonly multiplyAdds: number | null;
  /** Of its rounds, and of the search for its rate; none where it will be skipped. */
  readonly time: TimeRange;
  /** Samples that the case has at least, all rounds together, when no window reaches its maximum. */
  readonly samples: number;
  /** Whether its windows may reach `max_duration` with fewer queries than `min_queries`. */
  readonly mayEndEarly: boolean;
  /** Whether its queries come faster than even a fast machine is estimated to serve them. */
  readonly isTooFast: boolean;
  /** Percentiles of latency that those samples support; null: latency is not defined under its scenario (offline). */
  readonly supported: readonly PercentileName[] | null;
  /** Why it will be skipped on this machine; null: it will be run. */
  readonly skipped: Unfit | null;
}

export interface PercentileDescription {
  readonly name: PercentileName;
  readonly supported: boolean;
  readonly needs: number;
  /** Of the case with the fewest. */
  readonly has: number;
  /** The command that gets it; null when it is supported. */
  readonly command: string | null;
  /** Samples that pin down the share below it to `margin`, a twentieth of the tail above, at 99 % (MLPerf's rule). */
  readonly precise: { readonly samples: number; readonly margin: number };
}

export interface DescribeOptions {
  /** Multiply-adds of one item by workload; a workload that is missing is not known. */
  readonly multiplyAdds: Readonly<Record<string, number | null>>;
  /** What stands behind `bench` on the command line, without `--dry-run` and `--json`. */
  readonly words: readonly string[];
  /** Cores that this process may use. */
  readonly availableCores: number;
}

/** Least seconds of a window in all scenarios of MLPerf (`mlperf.conf` of LoadGen: min_duration = 600,000 ms). */
const mlperfSeconds = 600;

/** What a plan will take and what its figures will support: nothing is measured, no model is built. */
export function describePlan(plan: Plan, { multiplyAdds, words, availableCores }: DescribeOptions): PlanDescription {
  const { policy } = plan;
  const cases = plan.cases.map((planned) => describeCase(planned, known(planned, multiplyAdds), plan, availableCores));
  const has = fewestSamples(cases);
  const slowest = Math.max(
    ...plan.cases.map((planned) => {
      const operations = known(planned, multiplyAdds);
      const isKnown = operations !== null || scheduledLoad(planned.scenario) !== null;
      return isKnown ? querySeconds(planned, operations, policy).highSeconds : 0;
    }),
  );
  const percentiles = percentileNames.map((name): PercentileDescription => {
    const share = percentileShares[name];
    const needs = samplesNeeded(share);
    const supported = has >= needs;
    const { rounded, margin } = sampleSize(share);
    const command = supported ? null : commandFor(plan, needs, slowest, words);
    return { name, supported, needs, has, command, precise: { samples: rounded, margin } };
  });
  const times = cases.map(({ time }) => time);
  return {
    plan,
    cases,
    time: { ...planSeconds(plan, times), assumption: estimateAssumption },
    percentiles,
    mlperf: { minSeconds: mlperfSeconds, isShorter: policy.window.minSeconds < mlperfSeconds },
    roundsInTime: roundsInTime(plan, times),
  };
}

function describeCase(
  planned: PlannedCase,
  multiplyAdds: number | null,
  { policy, limits }: Plan,
  availableCores: number,
): CaseDescription {
  const query = querySeconds(planned, multiplyAdds, policy);
  const load = scheduledLoad(planned.scenario);
  const skipped = unfitOf(planned, availableCores);
  const window = windowOf(planned.scenario, policy.window);
  const rounds = skipped === null ? caseSeconds(query, { ...policy, window }) : { lowSeconds: 0, highSeconds: 0 };
  const search = skipped === null ? searchSeconds(planned, query, policy, limits) : rounds;
  const samples = policy.rounds * samplesOfRound(planned, policy);
  const service = serviceSeconds(planned, multiplyAdds);
  const isReplay = planned.scenario.kind === 'replay';
  const arriving = (of: ScheduledLoad) => (isReplay ? window.minQueries : of.expectedIn(window.maxSeconds));
  const wanted = (of: ScheduledLoad) => (isReplay ? of.queries : window.minQueries);
  return {
    id: planned.id,
    multiplyAdds,
    time: {
      lowSeconds: rounds.lowSeconds + search.lowSeconds,
      highSeconds: rounds.highSeconds + search.highSeconds,
    },
    samples,
    mayEndEarly:
      (load !== null && arriving(load) < wanted(load)) ||
      (service !== null && service.highSeconds * window.minQueries > policy.window.maxSeconds),
    isTooFast: service !== null && load !== null && service.lowSeconds * load.lowRate > 1,
    supported:
      planned.scenario.kind === 'offline'
        ? null
        : percentileNames.filter((name) => samples >= samplesNeeded(percentileShares[name])),
    skipped,
  };
}

/** Of the cases that will be measured and have a latency; of all where none has. */
function fewestSamples(cases: readonly CaseDescription[]): number {
  const judged = cases.filter(({ supported, skipped }) => supported !== null && skipped === null);
  return Math.min(...(judged.length > 0 ? judged : cases).map(({ samples }) => samples));
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
