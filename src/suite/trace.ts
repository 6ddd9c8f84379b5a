import { readFileSync } from 'node:fs';
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
  const lines = bytes.toString('utf8').split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  const { format, start } = formatOf(lines[first] ?? '', first, path);

  const seconds = new Float64Array(lines.length);
  let count = 0;
  let before = { value: Number.NEGATIVE_INFINITY, line: 0 };
  for (let index = start; index < lines.length; index++) {
    const line = (lines[index] ?? '').trim();
    if (line === '') continue;
    const value = format.read(line);
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw invalid(path, index, `expected ${format.name}, got ${shortened(line)}`);
    }
    if (value < before.value) {
      throw invalid(path, index, `expected at least ${before.value}, which line ${before.line} has, got ${value}`);
    }
    before = { value, line: index + 1 };
    seconds[count++] = value / format.unitsPerSecond;
  }
  const origin = seconds[0];
  if (count === 0 || origin === undefined) {
    throw new InputError('TRACE_EMPTY', `${path}: expected at least one arrival time, got none. Give another trace.`);
  }
  return { seconds: seconds.subarray(0, count).map((second) => second - origin), sha256: sha256(bytes) };
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const code = isMissing ? 'TRACE_NOT_FOUND' : 'TRACE_NOT_READABLE';
    const what = isMissing ? 'no such file' : `it cannot be read (${errorText(cause)})`;
    throw new InputError(code, `${path}: ${what}. Expected a trace: a file with an arrival time on each line.`, {
      cause,
    });
  }
}

/** Tells the format by the first line that is not empty; `start`: the first line with an arrival. */
function formatOf(line: string, index: number, path: string): { format: Format; start: number } {
  const text = line.trim();
  if (text.startsWith('{')) return { format: jsonLines, start: index };
  if (text === '' || isNumber(text)) return { format: plain, start: Math.max(0, index) };
  const columns = text.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
  for (const [name, unitsPerSecond] of [
    ['seconds', 1],
    ['timestamp', 1e3],
  ] as const) {
    const column = columns.indexOf(name);
    if (column === -1) continue;
    const read = (row: string): unknown => numberIn(row.split(',')[column] ?? '');
    return { format: { name: `a number in the column "${name}"`, unitsPerSecond, read }, start: index + 1 };
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

function isNumber(text: string): boolean {
  return text !== '' && Number.isFinite(Number(text));
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
