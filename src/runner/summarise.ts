import { summariseRun } from '../analysis/summarise-run.ts';
import { readEvents } from '../results/event-log.ts';
import { sealedFiles } from '../results/parquet.ts';
import { writeRun } from '../results/result-folder.ts';
import type { Run } from '../results/run.ts';

/** Writes `run.json` from the events and samples of a run, and returns it. */
export async function summarise(folder: string): Promise<Run> {
  const run = await summariseRun(readEvents(folder), sealedFiles(folder));
  writeRun(folder, run);
  return run;
}
