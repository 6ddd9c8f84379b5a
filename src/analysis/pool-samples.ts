import type { SealedFile } from '../results/events.ts';
import { kindOfBareLoop, kindOfHarness } from '../results/record.ts';
import { QueryTimes, type Times } from './query-times.ts';
import { type ReadChunks, type SampleChunk, type SampleVisitor, scanSamples } from './scan-samples.ts';

/** The queries of all finished rounds of a case: each length of time over all of them, and what is told round by round. */
export interface PooledSamples {
  /** Completion − scheduled. */
  readonly response: Times;
  /** Completion − start of the service. */
  readonly service: Times;
  /** Start of the service − sent. */
  readonly queue: Times;
  /** Sent − scheduled. */
  readonly delay: Times;
  readonly preprocess: Times;
  readonly inference: Times;
  readonly postprocess: Times;
  /** Service times of the bare loop, where the case alternates with one. */
  readonly bare: Times;
  readonly rounds: readonly RoundSamples[];
}

/** The queries of one round. */
export interface RoundSamples {
  readonly queries: number;
  readonly items: number;
  /** Seconds from the start of the window to the completion of its last query. */
  readonly lastCompleted: number;
  readonly hasBareLoop: boolean;
  /** What the round is summarised by: response times, or service times where there are none. */
  readonly times: Times;
}

/** A finished round: its file, and who else wants to see its rows in the same pass. */
export interface RoundToPool {
  readonly file: SealedFile;
  readonly visitors: readonly SampleVisitor[];
}

/**
 * Passes over the samples of finished rounds, a stretch of rows at a time. Memory is bounded however many queries and rounds there are:
 * up to `keep` values of each length of time are kept, of more the percentiles are found by further passes (`OrderStatistics`).
 * `summarisedBy` is the length that a round is summarised by. Throws what `scanSamples` throws.
 */
export async function poolSamples(
  rounds: readonly RoundToPool[],
  readChunks: ReadChunks,
  summarisedBy: 'response' | 'service',
  keep?: number,
): Promise<PooledSamples> {
  const rows = rounds.reduce((sum, { file }) => sum + file.rows, 0);
  const ofQueries = (length: ConstructorParameters<typeof QueryTimes>[0]['length']) =>
    new QueryTimes({ length, kind: kindOfHarness, rows, keep });
  const pool = {
    response: ofQueries('response'),
    service: ofQueries('service'),
    queue: ofQueries('queue'),
    delay: ofQueries('delay'),
    preprocess: ofQueries('preprocess'),
    inference: ofQueries('inference'),
    postprocess: ofQueries('postprocess'),
    bare: new QueryTimes({ length: 'service', kind: kindOfBareLoop, rows, keep }),
  };
  const pooled = Object.values(pool);
  const samples: RoundSamples[] = [];
  for (const { file, visitors } of rounds) {
    const totals = new RoundTotals();
    const times = new QueryTimes({ length: summarisedBy, kind: kindOfHarness, rows: file.rows, keep });
    await scanSamples(file, readChunks, [...pooled, times, totals, ...visitors]);
    await finishPasses([file], readChunks, [times]);
    const { queries, items, lastCompleted, hasBareLoop } = totals;
    samples.push({ queries, items, lastCompleted, hasBareLoop, times });
  }
  await finishPasses(
    rounds.map(({ file }) => file),
    readChunks,
    pooled,
  );
  return { ...pool, rounds: samples };
}

/** Ends the first pass over the files, and passes over them again for as long as values are missing. */
export async function finishPasses(
  files: readonly SealedFile[],
  readChunks: ReadChunks,
  times: readonly QueryTimes[],
): Promise<void> {
  for (let pending = times; pending.length > 0; ) {
    for (const one of pending) one.endPass();
    pending = pending.filter(({ isPending }) => isPending);
    if (pending.length === 0) return;
    for (const file of files) await scanSamples(file, readChunks, pending);
  }
}

class RoundTotals implements SampleVisitor {
  queries = 0;
  items = 0;
  lastCompleted = 0;
  hasBareLoop = false;

  visit({ rows, kind, items, completed }: SampleChunk): void {
    for (let row = 0; row < rows; row++) {
      if (kind[row] === kindOfBareLoop) this.hasBareLoop = true;
      if (kind[row] !== kindOfHarness) continue;
      this.queries++;
      this.items += items[row] ?? 0;
      this.lastCompleted = Math.max(this.lastCompleted, completed[row] ?? Number.NaN);
    }
  }
}
