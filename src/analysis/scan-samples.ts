import { DynoError } from '../kernel/errors.ts';
import type { SealedFile } from '../results/events.ts';
import type { Columns } from '../results/segment-file.ts';

/** Reads columns of a sealed file of the run: all, or at least the named ones. For what is no longer than a round lasts: telemetry. */
export type ReadSamples = (file: SealedFile, columnNames?: readonly string[]) => Promise<Columns>;

/** Reads a sealed file of the run a stretch of rows at a time, in order: all columns, or those of the named ones that the file has. */
export type ReadChunks = (file: SealedFile, columnNames?: readonly string[]) => AsyncIterable<Columns>;

/** Reads the files of a run. */
export interface SampleReader {
  readonly columns: ReadSamples;
  readonly chunks: ReadChunks;
}

/**
 * A stretch of the rows of one round, those of a bare loop included (`kind`). Times are seconds from the start of the window; the
 * stages are lengths. `started` is `sent` in files of older versions, which had no queue.
 */
export interface SampleChunk {
  readonly rows: number;
  readonly items: Int32Array;
  readonly kind: Int32Array;
  readonly scheduled: Float64Array;
  readonly sent: Float64Array;
  readonly started: Float64Array;
  readonly completed: Float64Array;
  readonly preprocess: Float64Array;
  readonly inference: Float64Array;
  readonly postprocess: Float64Array;
}

/** Takes in the rows of one round. A chunk's arrays are valid during the call alone: what is needed later is to be copied. */
export interface SampleVisitor {
  visit(chunk: SampleChunk): void;
}

/**
 * Shows all visitors the rows of one round, once, in the order in which they were recorded, which is the order of completion. Holds
 * one stretch of them at a time, so that memory does not grow with the file. Throws `SAMPLES_CORRUPT` when a column or rows are missing, and
 * what `readChunks` throws.
 */
export async function scanSamples(
  file: SealedFile,
  readChunks: ReadChunks,
  visitors: readonly SampleVisitor[],
): Promise<void> {
  let rows = 0;
  for await (const columns of readChunks(file, columnNames)) {
    const chunk = sampleChunk(columns, file);
    rows += chunk.rows;
    for (const visitor of visitors) visitor.visit(chunk);
  }
  if (rows !== file.rows) throw corrupt(file, `${file.rows} rows`, `${rows}`);
}

const columnNames = [
  'items',
  'kind',
  'scheduled',
  'sent',
  'started',
  'completed',
  'preprocess',
  'inference',
  'postprocess',
] as const;

function sampleChunk(columns: Columns, file: SealedFile): SampleChunk {
  const rows = columns.kind?.length ?? 0;
  const integers = (name: 'items' | 'kind'): Int32Array => {
    const column = columns[name];
    if (column instanceof Int32Array && column.length === rows) return column;
    throw corrupt(file, `an int32 column "${name}" of ${rows} rows`, found(column));
  };
  const times = (name: Exclude<(typeof columnNames)[number], 'items' | 'kind'>): Float64Array => {
    const column = columns[name];
    if (column instanceof Float64Array && column.length === rows) return column;
    throw corrupt(file, `a float64 column "${name}" of ${rows} rows`, found(column));
  };
  const sent = times('sent');
  return {
    rows,
    items: integers('items'),
    kind: integers('kind'),
    scheduled: times('scheduled'),
    sent,
    started: columns.started === undefined ? sent : times('started'),
    completed: times('completed'),
    preprocess: times('preprocess'),
    inference: times('inference'),
    postprocess: times('postprocess'),
  };
}

function found(column: Float64Array | Int32Array | undefined): string {
  if (column === undefined) return 'none';
  return `${column instanceof Int32Array ? 'int32' : 'float64'} of ${column.length} rows`;
}

function corrupt({ file }: SealedFile, expected: string, got: string): DynoError {
  return new DynoError(
    'SAMPLES_CORRUPT',
    `Expected ${file} to have ${expected}, got ${got}. Restore the file from a copy of the run.`,
  );
}
