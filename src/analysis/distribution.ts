import type { Case } from '../results/run.ts';
import { ecdfPoints } from '../stats/ecdf.ts';
import { poolSamples, type ReadSamples } from './pool-samples.ts';

/** Empirical distribution of latencies: `fraction[i]` of all `count` queries took at most `seconds[i]`. */
export interface Distribution {
  readonly count: number;
  readonly seconds: readonly number[];
  readonly fraction: readonly number[];
}

/**
 * Distribution of a case's latency over its finished rounds (response time; offline, where there is none, service time of a batch),
 * thinned for drawing to at most `maxPoints` that keep its tail. null for a case that was not measured.
 */
export async function caseDistribution(
  one: Case,
  readSamples: ReadSamples,
  maxPoints = 400,
): Promise<Distribution | null> {
  if (one.latency === null && one.serviceLatency === null) return null;
  const files = one.rounds.flatMap(({ status, samples }) => (status === 'ok' ? (samples ?? []) : []));
  const pool = await poolSamples(files, readSamples);
  const sorted = (one.latency === null ? pool.service : pool.response).sort();
  const points = ecdfPoints(sorted, maxPoints);
  return {
    count: sorted.length,
    seconds: points.map(({ value }) => value),
    fraction: points.map(({ share }) => share),
  };
}
