import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type AsyncBuffer, asyncBufferFromFile, type FileMetaData, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { sha256OfFile } from '../kernel/content-hash.ts';
import { DynoError } from '../kernel/errors.ts';
import { diskError } from './disk-error.ts';
import type { SealedFile } from './events.ts';
import { type Columns, columnOfType, SegmentReader } from './segment-file.ts';

/** Rows that are read or written at a time: bounds the memory to a few MB. */
const rowGroupRows = 100_000;

/** Plain: times hardly repeat, and looking for a dictionary takes most of the time of writing. */
const columnOptions = { encoding: 'PLAIN' } as const;

/**
 * Turns the segment file of a round into one Parquet file with the same columns (`INT32`, `DOUBLE`, no nulls; what could not be
 * sampled is a NaN), and removes the segment file. What it is of and the units of its columns are in the file's metadata
 * (`dyno.case`, `dyno.units` …). The Parquet file appears whole or not at all; when an earlier call was cut off
 * anywhere, calling again finishes its work, so that it may be repeated at will. The same rows give the same bytes.
 *
 * The answer names the file relative to the folder of the run, taken to be the parent of the file's folder (`samples/x.parquet`).
 * Throws `SAMPLES_MISSING` when neither file is there, `SEGMENT_INVALID`, `DISK_FULL`, `FOLDER_UNWRITABLE`.
 */
export async function sealToParquet(segmentPath: string, parquetPath: string): Promise<SealedFile> {
  if (existsSync(segmentPath)) {
    const segments = new SegmentReader(segmentPath);
    try {
      writeParquet(parquetPath, segments);
    } finally {
      segments.close();
    }
    rmSync(segmentPath);
  } else if (!existsSync(parquetPath)) {
    throw new DynoError('SAMPLES_MISSING', `There is neither ${segmentPath} to be sealed nor a sealed ${parquetPath}.`);
  }
  const metadata = await readMetadata(parquetPath);
  return {
    file: `${basename(dirname(parquetPath))}/${basename(parquetPath)}`,
    rows: Number(metadata.num_rows),
    sha256: await sha256OfFile(parquetPath),
  };
}

/**
 * Columns of a Parquet file that `sealToParquet` wrote: all, or the named ones. Throws `SAMPLES_MISSING` when the file is not there,
 * `SAMPLES_CORRUPT` when it cannot be read, `COLUMN_UNKNOWN` for a name that it does not have.
 */
export async function readParquet(path: string, columnNames?: readonly string[]): Promise<Columns> {
  const metadata = await readMetadata(path);
  const types = numericColumns(metadata);
  const rows = Number(metadata.num_rows);
  const file = await asyncBufferFromFile(path);
  const columns: Record<string, Float64Array | Int32Array> = {};
  for (const name of columnNames ?? types.keys()) {
    const type = types.get(name);
    if (type === undefined) {
      throw new DynoError(
        'COLUMN_UNKNOWN',
        `${path} has no numeric column "${name}"; it has ${[...types.keys()].map((known) => `"${known}"`).join(', ')}.`,
      );
    }
    const column = columnOf(type, rows);
    // One row group at a time: asked for all at once, the reader would hold the whole file and every decoded page.
    for (const group of rowGroups(metadata)) {
      await readGroup({ path, file, metadata }, name, group, column.subarray(group.start, group.end));
    }
    columns[name] = column;
  }
  return columns;
}

/**
 * The same a row group at a time, in order: of the named columns those that the file has, or all. The arrays are used again for the next
 * stretch: they are valid until it is asked for. Of a file without rows there is no stretch.
 */
export async function* readParquetChunks(path: string, columnNames?: readonly string[]): AsyncGenerator<Columns> {
  const metadata = await readMetadata(path);
  const file = await asyncBufferFromFile(path);
  const groups = rowGroups(metadata);
  const capacity = Math.max(0, ...groups.map(({ start, end }) => end - start));
  const columns = [...numericColumns(metadata)]
    .filter(([name]) => columnNames?.includes(name) ?? true)
    .map(([name, type]) => ({ name, values: columnOf(type, capacity) }));
  for (const group of groups) {
    const chunk: Record<string, Float64Array | Int32Array> = {};
    for (const { name, values } of columns) {
      const stretch = values.subarray(0, group.end - group.start);
      await readGroup({ path, file, metadata }, name, group, stretch);
      chunk[name] = stretch;
    }
    yield chunk;
  }
}

/**
 * Columns of a sealed file of the run in `runFolder`, after its checksum was compared with the one that the events name.
 * Throws `SAMPLES_CORRUPT` when they differ, and what `readParquet` throws.
 */
export async function readSealed(
  runFolder: string,
  sealed: SealedFile,
  columnNames?: readonly string[],
): Promise<Columns> {
  return readParquet(await verified(runFolder, sealed), columnNames);
}

/**
 * The sealed files of a run. The checksum of each is compared before it is first read, and not again: an analysis passes over the same
 * file more than once. Both throw as `readSealed` does.
 */
export function sealedFiles(runFolder: string): {
  /** Whole columns: all, or the named ones. */
  columns(sealed: SealedFile, columnNames?: readonly string[]): Promise<Columns>;
  /** The names of its columns, in order. */
  columnNames(sealed: SealedFile): Promise<string[]>;
  /** A row group at a time, as `readParquetChunks` does it. */
  chunks(sealed: SealedFile, columnNames?: readonly string[]): AsyncGenerator<Columns>;
} {
  const known = new Map<string, string>();
  const path = async (sealed: SealedFile): Promise<string> => {
    const key = `${sealed.sha256} ${sealed.file}`;
    const found = known.get(key) ?? (await verified(runFolder, sealed));
    known.set(key, found);
    return found;
  };
  return {
    columns: async (sealed, columnNames) => readParquet(await path(sealed), columnNames),
    columnNames: async (sealed) => [...numericColumns(await readMetadata(await path(sealed))).keys()],
    chunks: async function* (sealed, columnNames) {
      yield* readParquetChunks(await path(sealed), columnNames);
    },
  };
}

async function verified(runFolder: string, { file, sha256 }: SealedFile): Promise<string> {
  const path = join(runFolder, file);
  if (!existsSync(path)) throw missing(path);
  const found = await sha256OfFile(path);
  if (found !== sha256) throw corrupt(path, `expected SHA-256 ${sha256}, got ${found}`);
  return path;
}

type NumericType = 'INT32' | 'DOUBLE';

function numericColumns({ schema }: FileMetaData): ReadonlyMap<string, NumericType> {
  return new Map(schema.flatMap(({ name, type }) => (type === 'INT32' || type === 'DOUBLE' ? [[name, type]] : [])));
}

function columnOf(type: NumericType, rows: number): Float64Array | Int32Array {
  return type === 'INT32' ? new Int32Array(rows) : new Float64Array(rows);
}

interface RowGroup {
  readonly start: number;
  readonly end: number;
}

function rowGroups({ row_groups }: FileMetaData): RowGroup[] {
  let end = 0;
  return row_groups.map(({ num_rows }) => {
    const start = end;
    end += Number(num_rows);
    return { start, end };
  });
}

interface OpenParquet {
  readonly path: string;
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
}

/** Decodes one column of one row group into `into`. */
async function readGroup(
  { path, file, metadata }: OpenParquet,
  name: string,
  { start, end }: RowGroup,
  into: Float64Array | Int32Array,
): Promise<void> {
  try {
    await parquetRead({
      file,
      metadata,
      columns: [name],
      rowStart: start,
      rowEnd: end,
      onChunk: ({ columnData, rowStart }) => into.set(columnData as ArrayLike<number>, rowStart - start),
    });
  } catch (error) {
    throw corrupt(path, 'its pages cannot be decoded', error);
  }
}

/** Writes a row group whenever one is full: of the segments one is in memory at a time. */
function writeParquet(path: string, segments: SegmentReader): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    const columns = segments.columns.map(({ name, type }) => ({ name, values: columnOfType(type, rowGroupRows) }));
    const sources = (rows: number) =>
      columns.map(({ name, values }) => ({ name, data: values.subarray(0, rows), ...columnOptions }));
    const writer = new ParquetWriter({
      writer: fileWriter(temporary),
      schema: schemaFromColumnData({
        columnData: columns.map(({ name, values }) => ({
          name,
          data: values,
          type: values instanceof Int32Array ? 'INT32' : 'DOUBLE',
          nullable: false,
        })),
      }),
      kvMetadata: keyValues(segments),
      createdBy: 'dyno',
    });
    let filled = 0;
    for (let segment = segments.next(); segment !== null; segment = segments.next()) {
      for (let start = 0; start < segment.rows; ) {
        const end = Math.min(segment.rows, start + rowGroupRows - filled);
        for (const { name, values } of columns) {
          values.set(segment.data[name]?.subarray(start, end) ?? [], filled);
        }
        filled += end - start;
        start = end;
        if (filled < rowGroupRows) continue;
        writer.write({ columnData: sources(filled), rowGroupSize: rowGroupRows });
        filled = 0;
      }
    }
    if (filled > 0) writer.write({ columnData: sources(filled), rowGroupSize: rowGroupRows });
    writer.finish();
    const file = openSync(temporary, 'r+');
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw diskError(error, path);
  }
}

/** What the file is of, and in which units, for readers that know neither the run nor us. */
function keyValues({ about, columns }: SegmentReader): { key: string; value: string }[] {
  const units = columns.flatMap(({ name, unit }) => (unit === undefined ? [] : [[name, unit]]));
  const all = units.length === 0 ? about : { ...about, units: JSON.stringify(Object.fromEntries(units)) };
  return Object.entries(all).map(([key, value]) => ({ key: `dyno.${key}`, value }));
}

async function readMetadata(path: string): Promise<FileMetaData> {
  if (!existsSync(path)) throw missing(path);
  try {
    return await parquetMetadataAsync(await asyncBufferFromFile(path));
  } catch (error) {
    throw corrupt(path, 'it is not a whole Parquet file', error);
  }
}

function missing(path: string): DynoError {
  return new DynoError(
    'SAMPLES_MISSING',
    `${path} is missing. Restore it from a copy of the run, or measure the case again.`,
  );
}

function corrupt(path: string, what: string, cause?: unknown): DynoError {
  return new DynoError(
    'SAMPLES_CORRUPT',
    `${path} was changed or damaged since it was sealed: ${what}. Restore it from a copy of the run, or measure the case again.`,
    cause === undefined ? {} : { cause },
  );
}
