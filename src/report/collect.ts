import { caseDistribution } from '../analysis/distribution.ts';
import { caseTelemetry } from '../analysis/telemetry.ts';
import { caseTimeline } from '../analysis/timeline.ts';
import { sealedFiles } from '../results/parquet.ts';
import { readRun } from '../results/result-folder.ts';
import type { ReportInput, ReportRun } from './input.ts';

/** Points of a line that a chart can show on the widest screen. */
const pointsOfDistribution = 400;
const pointsOfTelemetry = 150;

/**
 * Reads runs from their folders and thins their samples for drawing, one case and one stretch of rows at a time, so that memory does
 * not grow with their number. Throws what reading a run throws (`RUN_NOT_SUMMARISED`, `SAMPLES_CORRUPT` …).
 */
export async function collectReport(runFolders: readonly string[]): Promise<ReportInput> {
  const runs: ReportRun[] = [];
  for (const folder of runFolders) runs.push(await collectRun(folder));
  return { runs };
}

async function collectRun(folder: string): Promise<ReportRun> {
  const run = readRun(folder);
  const files = sealedFiles(folder);
  const distributions: Record<string, ReportRun['distributions'][string]> = {};
  const telemetry: Record<string, ReportRun['telemetry'][string]> = {};
  const timelines: Record<string, ReportRun['timelines'][string]> = {};
  for (const one of run.cases) {
    const distribution = await caseDistribution(one, files.chunks, pointsOfDistribution);
    if (distribution !== null) distributions[one.key] = distribution;
    const sampled = await caseTelemetry(one, run.environment.cpu.logicalCores, files.columns, pointsOfTelemetry);
    if (sampled !== null) telemetry[one.key] = sampled;
    const timeline = await caseTimeline(one, files.chunks);
    if (timeline !== null) timelines[one.key] = timeline;
  }
  return { run, distributions, telemetry, timelines };
}
