import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import type { RunEvent, SealedFile } from '../../src/results/events.ts';
import { sealedFiles, sealToParquet } from '../../src/results/parquet.ts';
import { queryColumns } from '../../src/results/record.ts';
import { writeRun } from '../../src/results/result-folder.ts';
import { SegmentWriter } from '../../src/results/segment-file.ts';
import { generator, uniform } from '../../src/stats/random.ts';
import {
  plan,
  plannedCase,
  preparedEvent,
  roundFinished,
  roundStarted,
  runFinished,
  startedEvent,
} from '../analysis/run-fixture.ts';

/** Writes a run of two cases into `parent/id` as a bench would: sealed samples and a summarised `run.json`. Returns its folder. */
export async function storeRun(parent: string, id: string, queries: number, median = 0.01): Promise<string> {
  const folder = join(parent, id);
  mkdirSync(join(folder, 'samples'), { recursive: true });
  const cases = [plannedCase('a'), plannedCase('b', { axes: { ...plannedCase('b').axes, fusion: 'off' } })];
  const events: RunEvent[] = [{ ...startedEvent(plan(cases)), runId: id }, preparedEvent()];
  for (const [index, { key }] of cases.entries()) {
    const sealed = await storeSamples(folder, `${index}`, queries, median * (1 + index / 10));
    events.push(roundStarted(key), roundFinished(key, 0, sealed, { queries, items: queries }));
  }
  events.push(runFinished());
  const run = await summariseRun(events, sealedFiles(folder));
  writeRun(folder, run);
  return folder;
}

async function storeSamples(folder: string, name: string, queries: number, median: number): Promise<SealedFile> {
  const random = generator(queries);
  const segment = join(folder, 'samples', `${name}.segments`);
  const writer = new SegmentWriter(segment, queryColumns);
  let now = 0;
  for (let query = 0; query < queries; query++) {
    const latency = median * (0.95 + 0.1 * uniform(random));
    writer.append([query, 1, query % 10, 0, now, now, now, now + latency, latency * 0.2, latency * 0.7, latency * 0.1]);
    now += latency;
  }
  writer.close();
  return sealToParquet(segment, join(folder, 'samples', `${name}.parquet`));
}
