import { kindOfHarness } from '../results/record.ts';
import type { Case } from '../results/run.ts';
import { ecdfPointsOf, ecdfRanks } from '../stats/ecdf.ts';
import { finishPasses } from './pool-samples.ts';
import { QueryTimes } from './query-times.ts';
import { type ReadChunks, scanSamples } from './scan-samples.ts';

/** Empirical distribution of latencies: `fraction[i]` of all `count` queries took at most `seconds[i]`. */
export interface Distribution {
  readonly count: number;
  readonly seconds: readonly number[];
  readonly fraction: readonly number[];
}

/**
 * Distribution of a case's latency over its finished rounds (response time; offline, where there is none, service time of a batch),
 * thinned for drawing to at most `maxPoints` that keep its tail; at most `keep` values are held. null for a case that was not measured.
 */
export async function caseDistribution(
  one: Case,
  readChunks: ReadChunks,
  maxPoints = 400,
  keep?: number,
): Promise<Distribution | null> {
  if (one.latency === null && one.serviceLatency === null) return null;
  const files = one.rounds.flatMap(({ status, samples }) => (status === 'ok' ? (samples ?? []) : []));
  const times = new QueryTimes({
    length: one.latency === null ? 'service' : 'response',
    kind: kindOfHarness,
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    ranks: (count) => ecdfRanks(count, maxPoints),
    keep,
  });
  for (const file of files) await scanSamples(file, readChunks, [times]);
  await finishPasses(files, readChunks, [times]);
  const points = ecdfPointsOf(times.count, maxPoints, (rank) => times.at(rank));
  return {
    count: times.count,
    seconds: points.map(({ value }) => value),
    fraction: points.map(({ share }) => share),
  };
}
