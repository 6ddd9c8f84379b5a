import type { StageSeconds } from '../engine/pipeline.ts';
import { kindOfHarness, queryColumns } from '../results/record.ts';
import type { SegmentWriter } from '../results/segment-file.ts';

/** Takes down one query. Times are seconds since the start of the window. */
export type RecordQuery = (
  query: number,
  scheduled: number,
  sent: number,
  started: number,
  completed: number,
  kind?: number,
) => void;

export interface RecordSource {
  readonly stages: StageSeconds;
  readonly itemsPerQuery: number;
  firstItem(query: number): number;
}

/** Appends a record a query to the segment file, between queries. */
export function queryRecorder(writer: SegmentWriter, { stages, itemsPerQuery, firstItem }: RecordSource): RecordQuery {
  // One array for every record: nothing is allocated for a query that the collector would have to clear up in the window.
  const row = new Float64Array(queryColumns.length);
  return (query, scheduled, sent, started, completed, kind = kindOfHarness) => {
    row[0] = query;
    row[1] = itemsPerQuery;
    row[2] = firstItem(query);
    row[3] = kind;
    row[4] = scheduled;
    row[5] = sent;
    row[6] = started;
    row[7] = completed;
    const harness = kind === kindOfHarness;
    row[8] = harness ? stages.preprocess : 0;
    row[9] = harness ? stages.inference : completed - started;
    row[10] = harness ? stages.postprocess : 0;
    writer.append(row);
    writer.flushIfDue(completed);
  };
}
