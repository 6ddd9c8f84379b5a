import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { devNull } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { writeAll } from '../kernel/atomic-write.ts';
import { DynoError } from '../kernel/errors.ts';
import { crc32 } from './crc32.ts';
import { diskError } from './disk-error.ts';

/*
 * The format, all integers little-endian:
 *
 *   file     = "DYNOSEG1" · uint32 length · length bytes of JSON {"columns": [{"name", "type", "unit"?}, …], "about"?: {…}}
 *              · uint32 CRC-32 of the JSON
 *              · segment*
 *   segment  = uint32 marker · uint32 CRC-32 of all that follows in the segment · uint32 rows · uint32 bytes of payload · payload
 *   payload  = rows of fixed width: the values of the columns in their order, without padding
 *
 * A segment reaches the file by one write. Whoever is killed between two writes, or within one, loses at most what is not yet
 * written; the reader stops at the first segment that is cut off or whose checksum fails, and says so. The file is not flushed to
 * the disk itself: it must survive the end of a process, not of the power, and a flush would be felt by what is measured.
 */

const magic = 'DYNOSEG1';
const marker = 0x5447_4553; // "SEGT" in the file
const segmentHeaderBytes = 16;

/** A segment is written when this many bytes are waiting, or after a second, whichever comes first. */
const bufferBytes = 256 * 1024;
const secondsBetweenFlushes = 1;

/** A column of a segment file: fixed width, little-endian. */
export interface SegmentColumn {
  readonly name: string;
  readonly type: 'int32' | 'float64';
  /** Base unit; left out, or '', of what has none. */
  readonly unit?: string;
}

/** What a file is of, for whoever finds it alone: texts by name, such as `case`. */
export type About = Readonly<Record<string, string>>;

/** Columns of equal length by name. */
export type Columns = Readonly<Record<string, Float64Array | Int32Array>>;

/** Appends rows to a segment file, from a buffer that is allocated once. */
export class SegmentWriter {
  readonly path: string;
  readonly #file: number;
  /** Where segments are written: the file, or the null device while it is rehearsed. */
  #sink: number;
  readonly #isInteger: readonly boolean[];
  readonly #rowBytes: number;
  readonly #capacityRows: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position = segmentHeaderBytes;
  #waitingRows = 0;
  #writtenRows = 0;
  readonly #headerBytes: number;
  #writtenBytes: number;
  #lastFlushSeconds: number | null = null;
  #open = true;

  /**
   * Creates the file, whole with its header or not at all. Throws `SEGMENT_EXISTS` when there is one already, `DISK_FULL` and
   * `FOLDER_UNWRITABLE` as `diskError` says.
   */
  constructor(path: string, columns: readonly SegmentColumn[], about: About = {}) {
    if (existsSync(path))
      throw new DynoError('SEGMENT_EXISTS', `There already is a file ${path}; samples are never overwritten.`);
    this.path = path;
    this.#isInteger = columns.map(({ type }) => type === 'int32');
    this.#rowBytes = rowBytes(columns);
    this.#capacityRows = Math.max(1, Math.floor((bufferBytes - segmentHeaderBytes) / this.#rowBytes));
    this.#bytes = new Uint8Array(segmentHeaderBytes + this.#capacityRows * this.#rowBytes);
    this.#view = new DataView(this.#bytes.buffer);
    const header = encodeHeader(columns, about);
    this.#headerBytes = header.length;
    this.#writtenBytes = header.length;
    this.#file = createWithHeader(path, header);
    this.#sink = this.#file;
  }

  /**
   * From now on until `begin`, rows take the way that they take later, system calls included, but end in the null device: so a warm-up
   * warms what the window uses, and leaves nothing in the file even when it is killed.
   */
  rehearse(): void {
    if (this.#sink === this.#file) this.#sink = openSync(devNull, 'a');
  }

  /** Ends the rehearsal: its rows are forgotten, those to come go to the file. */
  begin(): void {
    if (this.#sink === this.#file) return;
    closeSync(this.#sink);
    this.#sink = this.#file;
    this.#position = segmentHeaderBytes;
    this.#waitingRows = 0;
    this.#writtenRows = 0;
    this.#writtenBytes = this.#headerBytes;
    this.#lastFlushSeconds = null;
  }

  /** Rows appended so far, those that wait in memory included. */
  get rows(): number {
    return this.#writtenRows + this.#waitingRows;
  }

  /**
   * Adds one row: a number for each column, in their order. Copies them into the buffer and allocates nothing; writes only when
   * the buffer is full. Integers are taken modulo 2³² as DataView does.
   */
  append(values: ArrayLike<number>): void {
    if (this.#waitingRows === this.#capacityRows) this.flush();
    const isInteger = this.#isInteger;
    const view = this.#view;
    let position = this.#position;
    for (let column = 0; column < isInteger.length; column++) {
      if (isInteger[column]) {
        view.setInt32(position, values[column] ?? 0, true);
        position += 4;
      } else {
        view.setFloat64(position, values[column] ?? Number.NaN, true);
        position += 8;
      }
    }
    this.#position = position;
    this.#waitingRows++;
  }

  /**
   * Flushes when a second has passed since the last flush that was due; the first call starts the second. Call it when the window
   * opens and between queries; `nowSeconds` is of any monotonic clock.
   */
  flushIfDue(nowSeconds: number): void {
    this.#lastFlushSeconds ??= nowSeconds;
    if (nowSeconds - this.#lastFlushSeconds < secondsBetweenFlushes) return;
    this.flush();
    this.#lastFlushSeconds = nowSeconds;
  }

  /**
   * Hands all waiting rows to the operating system as one segment: they then survive the end of this process. When the write fails
   * (`DISK_FULL` …) the file is cut back to its last whole segment and the rows keep waiting, so that a later flush may succeed.
   */
  flush(): void {
    if (!this.#open) throw new DynoError('SEGMENT_CLOSED', `${this.path} is closed already.`);
    if (this.#waitingRows === 0) return;
    const segment = this.#bytes.subarray(0, this.#position);
    this.#view.setUint32(0, marker, true);
    this.#view.setUint32(8, this.#waitingRows, true);
    this.#view.setUint32(12, this.#position - segmentHeaderBytes, true);
    this.#view.setUint32(4, crc32(segment.subarray(8)), true);
    try {
      writeAll(this.#sink, segment);
    } catch (error) {
      this.#removeTornSegment();
      throw diskError(error, this.path);
    }
    this.#writtenBytes += segment.length;
    this.#writtenRows += this.#waitingRows;
    this.#waitingRows = 0;
    this.#position = segmentHeaderBytes;
  }

  /** Flushes and closes. The file is closed even when the flush fails; calling it again does nothing. */
  close(): void {
    if (!this.#open) return;
    this.begin();
    try {
      this.flush();
    } finally {
      this.#open = false;
      closeSync(this.#file);
    }
  }

  #removeTornSegment(): void {
    try {
      ftruncateSync(this.#sink, this.#writtenBytes);
    } catch {
      // The reader drops a torn tail as well; the error of the write is the one to report.
    }
  }
}

/** What a segment file holds. `truncated`: a torn or corrupt tail was dropped. */
export interface Segments {
  readonly columns: readonly SegmentColumn[];
  readonly rows: number;
  readonly data: Columns;
  readonly truncated: boolean;
}

/**
 * Reads a segment file a segment at a time, up to its first torn or corrupt one, and so in memory that does not grow with the file. To be
 * closed. Opening throws `SEGMENT_INVALID` when even the header cannot be read: then it is not a segment file or was damaged by something
 * else than the end of its writer.
 */
export class SegmentReader {
  readonly columns: readonly SegmentColumn[];
  readonly about: About;
  readonly #file: number;
  readonly #size: number;
  readonly #rowBytes: number;
  #position: number;

  constructor(path: string) {
    this.#file = openSync(path, 'r');
    try {
      this.#size = fstatSync(this.#file).size;
      const { columns, about, end } = this.#readHeader(path);
      this.columns = columns;
      this.about = about;
      this.#position = end;
    } catch (error) {
      closeSync(this.#file);
      throw error;
    }
    this.#rowBytes = rowBytes(this.columns);
  }

  /** The columns of the next segment; null when there is no further whole one. */
  next(): { readonly rows: number; readonly data: Columns } | null {
    const header = this.#read(this.#position, segmentHeaderBytes);
    if (header.length < segmentHeaderBytes || header.readUInt32LE(0) !== marker) return null;
    const rows = header.readUInt32LE(8);
    const length = header.readUInt32LE(12);
    // No segment is longer than the writer's buffer: a length that is damage would be read for nothing.
    if (length !== rows * this.#rowBytes || length > Math.max(bufferBytes, this.#rowBytes)) return null;
    const checked = this.#read(this.#position + 8, 8 + length);
    if (checked.length < 8 + length || crc32(checked) !== header.readUInt32LE(4)) return null;
    this.#position += segmentHeaderBytes + length;
    return { rows, data: decodeRows(this.columns, this.#rowBytes, checked.subarray(8), rows) };
  }

  /** Whether something follows the segments that were read: once `next` is null, a torn or corrupt tail. */
  get hasMore(): boolean {
    return this.#position < this.#size;
  }

  close(): void {
    closeSync(this.#file);
  }

  #readHeader(path: string): Header {
    const start = this.#read(0, magic.length + 4);
    const length = start.length < magic.length + 4 ? 0 : start.readUInt32LE(magic.length);
    // A length that is damage reaches beyond the file, or the checksum fails.
    return decodeHeader(this.#read(0, magic.length + 4 + Math.min(length, this.#size) + 4), path);
  }

  /** At most `length` bytes from `position`: fewer at the end of the file. */
  #read(position: number, length: number): Buffer {
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, this.#size - position)));
    let filled = 0;
    while (filled < bytes.length) {
      const read = readSync(this.#file, bytes, filled, bytes.length - filled, position + filled);
      if (read === 0) break;
      filled += read;
    }
    return bytes.subarray(0, filled);
  }
}

/** Reads a whole segment file into memory, as `SegmentReader` does. */
export function readSegments(path: string): Segments {
  const reader = new SegmentReader(path);
  try {
    const segments: Columns[] = [];
    let rows = 0;
    for (let segment = reader.next(); segment !== null; segment = reader.next()) {
      segments.push(segment.data);
      rows += segment.rows;
    }
    const data: Record<string, Float64Array | Int32Array> = {};
    for (const { name, type } of reader.columns) {
      const column = columnOfType(type, rows);
      let start = 0;
      for (const { [name]: values = column.subarray(0, 0) } of segments) {
        column.set(values, start);
        start += values.length;
      }
      data[name] = column;
    }
    return { columns: reader.columns, rows, data, truncated: reader.hasMore };
  } finally {
    reader.close();
  }
}

/** An array for a column. */
export function columnOfType(type: SegmentColumn['type'], rows: number): Float64Array | Int32Array {
  return type === 'int32' ? new Int32Array(rows) : new Float64Array(rows);
}

function decodeRows(columns: readonly SegmentColumn[], width: number, payload: Buffer, rows: number): Columns {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const data: Record<string, Float64Array | Int32Array> = {};
  let offset = 0;
  for (const { name, type } of columns) {
    const column = columnOfType(type, rows);
    for (let row = 0, position = offset; row < rows; row++, position += width) {
      column[row] = type === 'int32' ? view.getInt32(position, true) : view.getFloat64(position, true);
    }
    data[name] = column;
    offset += columnBytes(type);
  }
  return data;
}

function encodeHeader(columns: readonly SegmentColumn[], about: About): Uint8Array {
  const header = {
    columns: columns.map(({ name, type, unit = '' }) => (unit === '' ? { name, type } : { name, type, unit })),
    ...(Object.keys(about).length === 0 ? {} : { about }),
  };
  const json = Buffer.from(JSON.stringify(header));
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32LE(json.length, 0);
  numbers.writeUInt32LE(crc32(json), 4);
  return Buffer.concat([Buffer.from(magic, 'latin1'), numbers.subarray(0, 4), json, numbers.subarray(4)]);
}

interface Header {
  readonly columns: readonly SegmentColumn[];
  readonly about: About;
  /** Where the segments begin. */
  readonly end: number;
}

function decodeHeader(bytes: Buffer, path: string): Header {
  const invalid = (what: string) =>
    new DynoError(
      'SEGMENT_INVALID',
      `${path} is not a readable segment file: ${what}. Remove it, or restore it from a copy.`,
    );
  const jsonStart = magic.length + 4;
  if (bytes.length < jsonStart) throw invalid(`expected at least ${jsonStart} bytes, got ${bytes.length}`);
  const found = bytes.subarray(0, magic.length).toString('latin1');
  if (found !== magic) throw invalid(`expected it to start with ${magic}, got ${JSON.stringify(found)}`);
  const jsonEnd = jsonStart + bytes.readUInt32LE(magic.length);
  if (jsonEnd + 4 > bytes.length) throw invalid('its header is cut off');
  const json = bytes.subarray(jsonStart, jsonEnd);
  if (crc32(json) !== bytes.readUInt32LE(jsonEnd)) throw invalid('the checksum of its header fails');
  const { columns, about = {} } = JSON.parse(json.toString()) as Pick<Header, 'columns'> & Partial<Header>;
  return { columns, about, end: jsonEnd + 4 };
}

/** Opens a file that has its header from the first moment at which it bears its name. */
function createWithHeader(path: string, header: Uint8Array): number {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    rmSync(temporary, { force: true });
    // Every write goes to the end of the file, also after a torn segment was cut off.
    const file = openSync(temporary, 'ax');
    try {
      writeAll(file, header);
      renameSync(temporary, path);
    } catch (error) {
      closeSync(file);
      rmSync(temporary, { force: true });
      throw error;
    }
    return file;
  } catch (error) {
    throw diskError(error, path);
  }
}

function rowBytes(columns: readonly SegmentColumn[]): number {
  if (columns.length === 0) throw new DynoError('SEGMENT_COLUMNS', 'A segment file needs at least one column.');
  return columns.reduce((sum, { type }) => sum + columnBytes(type), 0);
}

function columnBytes(type: SegmentColumn['type']): number {
  return type === 'int32' ? 4 : 8;
}
