import { DynoError } from '../kernel/errors.ts';
import type { SealedFile } from '../results/events.ts';
import { kindOfBareLoop, kindOfHarness } from '../results/record.ts';
import type { Columns } from '../results/segment-file.ts';

/** Reads columns of a sealed file of the run: all, or at least the named ones. */
export type ReadSamples = (file: SealedFile, columnNames?: readonly string[]) => Promise<Columns>;

/** The queries of all finished rounds of a case. Arrays of seconds with one value a query, unsorted, round after round. */
export interface PooledSamples {
  readonly response: Float64Array;
  readonly service: Float64Array;
  readonly delay: Float64Array;
  readonly preprocess: Float64Array;
  readonly inference: Float64Array;
  readonly postprocess: Float64Array;
  /** Service times of the bare loop, where the case alternates with one. */
  readonly bare: Float64Array;
  readonly rounds: readonly RoundSamples[];
}

/** Which queries of the pool are one round's: from `start`, `queries` of them. */
export interface RoundSamples {
  readonly start: number;
  readonly queries: number;
  readonly items: number;
  /** Seconds from the start of the window to the completion of its last query. */
  readonly lastCompleted: number;
  readonly hasBareLoop: boolean;
}

/**
 * Reads the samples of finished rounds, one file at a time, into arrays that are allocated once. Response time is completion −
 * scheduled, service time completion − sent, issue delay sent − scheduled.
 */
export async function poolSamples(files: readonly SealedFile[], readSamples: ReadSamples): Promise<PooledSamples> {
  const capacity = files.reduce((sum, { rows }) => sum + rows, 0);
  const all = (): Float64Array => new Float64Array(capacity);
  const pool = {
    response: all(),
    service: all(),
    delay: all(),
    preprocess: all(),
    inference: all(),
    postprocess: all(),
    bare: all(),
  };
  const rounds: RoundSamples[] = [];
  let end = 0;
  let bareEnd = 0;
  for (const file of files) {
    const columns = await readSamples(file, recordColumns);
    const column = (name: RecordColumn) => columnOf(columns, name, file);
    const [items, kind] = [column('items'), column('kind')];
    const [scheduled, sent, completed] = [column('scheduled'), column('sent'), column('completed')];
    const stages = [column('preprocess'), column('inference'), column('postprocess')] as const;
    const start = end;
    const bareStart = bareEnd;
    let itemsOfRound = 0;
    let lastCompleted = 0;
    for (let row = 0; row < kind.length; row++) {
      const done = completed[row] ?? Number.NaN;
      const begun = sent[row] ?? Number.NaN;
      if (kind[row] === kindOfBareLoop) pool.bare[bareEnd++] = done - begun;
      if (kind[row] !== kindOfHarness) continue;
      const due = scheduled[row] ?? Number.NaN;
      pool.response[end] = done - due;
      pool.service[end] = done - begun;
      pool.delay[end] = begun - due;
      pool.preprocess[end] = stages[0][row] ?? Number.NaN;
      pool.inference[end] = stages[1][row] ?? Number.NaN;
      pool.postprocess[end] = stages[2][row] ?? Number.NaN;
      itemsOfRound += items[row] ?? 0;
      lastCompleted = Math.max(lastCompleted, done);
      end++;
    }
    rounds.push({ start, queries: end - start, items: itemsOfRound, lastCompleted, hasBareLoop: bareEnd > bareStart });
  }
  const { bare, ...queries } = pool;
  const trimmed = Object.fromEntries(Object.entries(queries).map(([name, values]) => [name, values.subarray(0, end)]));
  return { ...(trimmed as typeof queries), bare: bare.subarray(0, bareEnd), rounds };
}

/** Values of one round out of a pooled array, copied. */
export function ofRound(pooled: Float64Array, { start, queries }: RoundSamples): Float64Array {
  return pooled.slice(start, start + queries);
}

const recordColumns = [
  'items',
  'kind',
  'scheduled',
  'sent',
  'completed',
  'preprocess',
  'inference',
  'postprocess',
] as const;
type RecordColumn = (typeof recordColumns)[number];

function columnOf(columns: Columns, name: RecordColumn, { file, rows }: SealedFile): Float64Array | Int32Array {
  const column = columns[name];
  if (column?.length === rows) return column;
  const found = column === undefined ? 'it is missing' : `it has ${column.length}`;
  throw new DynoError(
    'SAMPLES_CORRUPT',
    `Expected column "${name}" of ${file} to have ${rows} rows, but ${found}. Restore the file from a copy of the run.`,
  );
}
