import { readFileSync, statSync } from 'node:fs';
import { sha256 } from '../kernel/content-hash.ts';
import { errorText, InputError } from '../kernel/errors.ts';

/** The arrivals of a trace file, in seconds from the first one, ascending. */
export interface ArrivalTrace {
  readonly seconds: Float64Array;
  /** Of the bytes of the file. */
  readonly sha256: string;
}

/** What a line of the file holds: how the number of a line is found, and how many of its units make a second. */
interface Format {
  readonly name: string;
  readonly unitsPerSecond: number;
  readonly read: (line: string) => unknown;
}

/**
 * Reads a file of arrival times, one a line, ascending. It may be
 *
 * - plain: a number of seconds on each line,
 * - JSON lines: objects with `timestamp`, a number of milliseconds (the format of Mooncake and AIPerf),
 * - CSV: a header with a column `timestamp` (milliseconds) or `seconds`.
 *
 * Empty lines are skipped. Times count from the first arrival, so that traces with times of day can be replayed.
 * @throws InputError `TRACE_NOT_FOUND`, `TRACE_NOT_READABLE`, `TRACE_EMPTY`, or `TRACE_INVALID` with file:line.
 */
export function readTrace(path: string): ArrivalTrace {
  const bytes = readBytes(path);
  const seconds = new Float64Array(countLines(bytes));
  let format: Format | null = null;
  let count = 0;
  let before = { value: Number.NEGATIVE_INFINITY, line: 0 };
  for (const [line, index] of filledLines(bytes, path)) {
    if (format === null) {
      const found = formatOf(line, index, path);
      format = found.format;
      if (found.isHeader) continue;
    }
    const value = format.read(line);
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw invalid(path, index, `expected ${format.name}, got ${shortened(line)}`);
    }
    if (value < before.value) {
      throw invalid(path, index, `expected at least ${before.value}, which line ${before.line} has, got ${value}`);
    }
    before = { value, line: index + 1 };
    const second = value / format.unitsPerSecond;
    seconds[count++] = second;
    if (!Number.isFinite(second - (seconds[0] ?? 0))) {
      throw invalid(path, index, `expected a time that can be counted from the first, ${seconds[0]} s, got ${value}`);
    }
  }
  const origin = seconds[0];
  if (count === 0 || origin === undefined) {
    throw new InputError('TRACE_EMPTY', `${path}: expected at least one arrival time, got none. Give another trace.`);
  }
  return { seconds: seconds.subarray(0, count).map((second) => second - origin), sha256: sha256(bytes) };
}

const whatToGive = 'Expected a trace: a file with an arrival time on each line.';

function readBytes(path: string): Buffer {
  try {
    // A pipe or a device may have no end, and every round reads the trace again.
    if (!statSync(path).isFile()) {
      throw new InputError('TRACE_NOT_READABLE', `${path}: expected a file, got something else. ${whatToGive}`);
    }
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const code = isMissing ? 'TRACE_NOT_FOUND' : 'TRACE_NOT_READABLE';
    const what = isMissing ? 'no such file' : `it cannot be read (${errorText(cause)})`;
    throw new InputError(code, `${path}: ${what}. ${whatToGive}`, {
      cause,
    });
  }
}

const newline = 10;
const lineBytesAtMost = 64 * 1024 * 1024;

function countLines(bytes: Buffer): number {
  let lines = 1;
  for (let index = 0; index < bytes.length; index++) if (bytes[index] === newline) lines++;
  return lines;
}

/** The lines that are not empty, trimmed, each with its index. Read one by one: the text of a long trace is more than a string can hold. */
function* filledLines(bytes: Buffer, path: string): Generator<readonly [line: string, index: number]> {
  for (let start = 0, index = 0; start < bytes.length; index++) {
    const found = bytes.indexOf(newline, start);
    const end = found === -1 ? bytes.length : found;
    if (end - start > lineBytesAtMost) throw invalid(path, index, `expected a line of text, got ${end - start} bytes`);
    const line = bytes.toString('utf8', start, end).trim();
    if (line !== '') yield [line, index];
    start = end + 1;
  }
}

/** Tells the format by the first line that is not empty; `isHeader`: that is no arrival itself. */
function formatOf(text: string, index: number, path: string): { format: Format; isHeader: boolean } {
  if (text.startsWith('{')) return { format: jsonLines, isHeader: false };
  if (isNumber(text)) return { format: plain, isHeader: false };
  const columns = cellsOf(text);
  for (const [name, unitsPerSecond] of [
    ['seconds', 1],
    ['timestamp', 1e3],
  ] as const) {
    const column = columns.indexOf(name);
    if (column === -1) continue;
    const read = (row: string): unknown => {
      const cells = cellsOf(row);
      return cells.length === columns.length ? numberIn(cells[column] ?? '') : null;
    };
    const place = `a number in the column "${name}"${columns.length > 1 ? ` of ${columns.length} columns` : ''}`;
    return { format: { name: place, unitsPerSecond, read }, isHeader: true };
  }
  throw invalid(
    path,
    index,
    `expected a number of seconds, a JSON object with "timestamp" in milliseconds, or a CSV header with "timestamp" or "seconds", got ${shortened(text)}`,
  );
}

const plain: Format = { name: 'a number of seconds', unitsPerSecond: 1, read: numberIn };

const jsonLines: Format = {
  name: 'a JSON object with "timestamp", a number of milliseconds',
  unitsPerSecond: 1e3,
  read(line) {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === 'object' && value !== null && 'timestamp' in value ? value.timestamp : null;
    } catch {
      return null;
    }
  },
};

/** The cells of a row of CSV, without the quotes that a cell with a comma in it has. */
function cellsOf(row: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (const character of row) {
    if (character === '"') isQuoted = !isQuoted;
    else if (character === ',' && !isQuoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += character;
  }
  return [...cells, cell.trim()];
}

/** Decimal, as other programs write it: what JavaScript takes for a number beside that, such as 0x10, is more likely something else. */
function isNumber(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text));
}

function numberIn(text: string): number {
  const trimmed = text.trim();
  return isNumber(trimmed) ? Number(trimmed) : Number.NaN;
}

function invalid(path: string, index: number, what: string): InputError {
  return new InputError('TRACE_INVALID', `${path}:${index + 1}: ${what}. Correct the line, or remove it.`);
}

function shortened(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
