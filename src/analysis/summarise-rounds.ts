import type { RoundEnergy } from '../results/energy.ts';
import type { Reason } from '../results/events.ts';
import type { Round, SteadyState } from '../results/run.ts';
import type { Measured, ScenarioSnapshot } from '../results/snapshot.ts';
import type { Attempt } from './case-history.ts';
import { percentileOrReason } from './latency-summary.ts';
import type { PooledSamples, RoundSamples } from './pool-samples.ts';
import type { Reasons } from './reasons.ts';

/** What is known of the rounds that ended well, each list in their order. */
export interface FinishedRounds {
  readonly pool: PooledSamples;
  readonly energies: readonly (RoundEnergy | Reason)[];
  readonly steadyStates: readonly (SteadyState | Reason)[];
}

/** All attempts at the rounds of a case. Only those that ended well have a summary. */
export function summariseRounds(
  attempts: readonly Attempt[],
  { pool, energies, steadyStates }: FinishedRounds,
  scenario: ScenarioSnapshot,
  reasons: Reasons,
): Round[] {
  let finishedBefore = 0;
  return attempts.map(({ round, order, seed, end }, index) => {
    const path = `rounds.${index}`;
    if (order === null) reasons.withhold(`${path}.order`, 'NOT_STARTED');
    if (seed === null) reasons.withhold(`${path}.seed`, 'NOT_STARTED');
    if (end.samples === null) reasons.withhold(`${path}.samples`, 'NOT_WRITTEN');
    if (end.telemetry === null) reasons.withhold(`${path}.telemetry`, 'NOT_SAMPLED');
    const energy = energies[finishedBefore];
    const steady = steadyStates[finishedBefore];
    const samples = end.status === 'ok' ? pool.rounds[finishedBefore++] : undefined;
    return {
      arm: 'run',
      round,
      order,
      seed,
      status: end.status,
      samples: end.samples,
      telemetry: end.telemetry,
      summary:
        end.status === 'ok' && samples !== undefined && energy !== undefined && steady !== undefined
          ? {
              ...summariseRound(end.measured, samples, scenario, `${path}.summary`, reasons),
              energy: 'code' in energy ? reasons.because(`${path}.summary.energy`, energy) : energy,
              steadyState: 'code' in steady ? reasons.because(`${path}.summary.steadyState`, steady) : steady,
            }
          : reasons.withhold(`${path}.summary`, end.status === 'failed' ? 'ROUND_FAILED' : 'ROUND_INTERRUPTED'),
    };
  });
}

/** Percentiles and mean are of the response time; offline, where there is none, of the service time of a batch. */
function summariseRound(
  measured: Measured,
  samples: RoundSamples,
  scenario: ScenarioSnapshot,
  path: string,
  reasons: Reasons,
): Omit<NonNullable<Round['summary']>, 'energy' | 'steadyState'> {
  const { times } = samples;
  return {
    queries: samples.queries,
    p50: percentileOrReason(times, 'p50', `${path}.p50`, reasons),
    p90: percentileOrReason(times, 'p90', `${path}.p90`, reasons),
    mean: times.count > 0 ? times.mean : reasons.withhold(`${path}.mean`, 'NO_SAMPLES', 1, 0),
    throughput: samples.hasBareLoop
      ? reasons.withhold(`${path}.throughput`, 'BARE_LOOP_IN_WINDOW')
      : (throughputOf(samples, scenario) ??
        reasons.withhold(`${path}.throughput`, 'TOO_FEW_SAMPLES', 2, samples.queries)),
    windowSeconds: measured.windowSeconds,
    windowStart: measured.windowStart,
    distinctItems: measured.distinctItems,
    clockRatioError:
      measured.clockRatioError ??
      reasons.withhold(`${path}.clockRatioError`, 'WINDOW_TOO_SHORT', 1, measured.windowSeconds),
    rssBeforeLoadBytes: measured.memory.rssBeforeLoadBytes ?? reasons.withhold(`${path}.rssBeforeLoadBytes`, 'NO_PROC'),
    warmup: measured.warmup,
    peakRssBytes: measured.memory.peakRssBytes ?? reasons.withhold(`${path}.peakRssBytes`, 'NO_PROC'),
  };
}

/**
 * Items that were completed per second of the window as it was, from its start to the last completion, never its nominal length.
 * Where load arrives by a schedule, (N − 1) / N of them: the time to the last completion holds N − 1 gaps between queries and no
 * more (MLPerf LoadGen's rule for its server scenario); null for a single query, which has no rate. Elsewhere all of them, LoadGen's rule for
 * offline: for a single stream it is 1 / (mean response time + mean gap between two queries), and the gap is part of what a user gets.
 */
export function throughputOf(
  { queries, items, lastCompleted }: RoundSamples,
  { kind }: ScenarioSnapshot,
): number | null {
  if (kind !== 'server' && kind !== 'replay') return items / lastCompleted;
  return queries < 2 ? null : (items * (queries - 1)) / queries / lastCompleted;
}
