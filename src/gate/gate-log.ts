import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { writeAll, writeFileAtomic } from '../kernel/atomic-write.ts';
import { DynoError, InputError } from '../kernel/errors.ts';
import { makeFolder } from '../kernel/make-folder.ts';
import { diskError } from '../results/disk-error.ts';
import { acquireLock, type RunLock } from '../results/run-lock.ts';
import type { SurroundingsRecord } from './arm-environment.ts';
import {
  contextOf,
  type EndLine,
  type ExplainedLine,
  type FailureLine,
  type GateContext,
  storedContext,
} from './gate-context.ts';
import { lineProblem } from './log-shape.ts';
import type { Arm, Pair } from './pair.ts';
import type { GateSettings } from './settings.ts';
import { type StoredRuns, storedRunsLine, storedRunsOf } from './stored-runs.ts';

/** Name of the log within the folder of a gate. */
export const gateLogFile = 'rounds.jsonl';

/** Version of the format of the log. */
export const gateLogVersion = 1;

/** First line of the log: all that the verdict follows from beside the pairs, and what the gate was of. */
export interface GateStart {
  readonly type: 'gate';
  readonly schemaVersion: number;
  readonly settings: GateSettings;
  readonly base: VersionRecord;
  readonly head: VersionRecord;
  readonly surroundings: SurroundingsRecord | null;
}

/** What an arm is made of. Equal `content`, equal files. */
export interface VersionRecord {
  readonly name: string;
  readonly commit: string | null;
  readonly content: string;
  readonly changedFiles: number;
  /** Of a working tree, the commit that its files differ from. */
  readonly checkedOut?: string;
}

/** A log as it was read. */
export interface StoredGate {
  readonly start: GateStart;
  readonly pairs: readonly Pair[];
  /** The last one; null: none was written. */
  readonly context: GateContext | null;
  /** By scenario, the last one counts. */
  readonly explained: readonly ExplainedLine[];
  /** Why measuring ended; null: it was cut off, or goes on. */
  readonly end: EndLine | null;
  /** What stopped it after its start; null: nothing did. */
  readonly failure: FailureLine | null;
}

/** A log with rounds, one of two stored runs, or one of a gate that failed before its first round. */
export type SavedGate =
  | StoredGate
  | { readonly start: null; readonly runs: StoredRuns; readonly failure: null }
  | { readonly start: null; readonly runs: null; readonly failure: FailureLine };

/**
 * The append-only log of a gate: its start, then a line for each pair, on the disk before `append` returns. The verdict is a function of it. One
 * process at a time has it open.
 */
export class GateLog {
  /** As it was begun: of one that is gone on with, these settings hold, with the rows of its own first trial. */
  readonly start: GateStart;
  /** It was gone on with among other variables of the environment than it was begun with. Both versions of every pair had the same ones. */
  readonly hasOtherVariables: boolean;
  readonly #path: string;
  readonly #file: number;
  readonly #lock: RunLock;
  readonly #pairs: Pair[];
  #open = true;

  private constructor(
    path: string,
    file: number,
    lock: RunLock,
    stored: Pick<StoredGate, 'start' | 'pairs'>,
    now: GateStart,
  ) {
    this.start = stored.start;
    this.hasOtherVariables = stored.start.surroundings?.environmentSha256 !== now.surroundings?.environmentSha256;
    this.#path = path;
    this.#file = file;
    this.#lock = lock;
    this.#pairs = [...stored.pairs];
  }

  /**
   * Begins a log in `folder`, or goes on with the one that is there, a torn last line removed. Throws `GATE_CHANGED` (exit 3) where that is of another gate,
   * `RUN_IN_USE`, `FOLDER_UNWRITABLE`, `DISK_FULL`, and what `readGateLog` throws.
   */
  static open(folder: string, start: GateStart): GateLog {
    const path = join(folder, gateLogFile);
    try {
      makeFolder(folder);
    } catch (error) {
      throw diskError(error, folder);
    }
    const lock = acquireLock(folder);
    try {
      // A gate that was killed before its first line was whole has not begun.
      const stored = existsSync(path) && wholeLines(path).length > 0 ? readGateLog(folder) : null;
      if (stored !== null) checkSame(stored.start, start, path);
      const file = openToAppend(path);
      ftruncateSync(file, wholeLines(path).length);
      const log = new GateLog(path, file, lock, stored ?? { start: asStored(start), pairs: [] }, start);
      if (stored === null) log.#write([start]);
      return log;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** All pairs so far, as they were read or written. */
  get pairs(): readonly Pair[] {
    return this.#pairs;
  }

  /** Writes the pairs of a round, of one scenario each. Once it has returned they survive the loss of power. Throws `DISK_FULL`. */
  append(pairs: readonly Pair[]): void {
    if (!this.#open) throw new DynoError('GATE_LOG_CLOSED', `${this.#path} is closed already.`);
    this.#write(pairs.map((pair) => ({ type: 'pair', ...pair })));
    // What is judged now is what will be read: `undefined` and the like do not come back from a file.
    this.#pairs.push(...asStored(pairs));
  }

  /** Writes what the report tells beside the pairs. Throws as `append`. */
  note(line: ({ readonly type: 'context' } & GateContext) | ExplainedLine | EndLine | FailureLine): void {
    if (!this.#open) throw new DynoError('GATE_LOG_CLOSED', `${this.#path} is closed already.`);
    this.#write([line.type === 'context' ? storedContext(line) : line]);
  }

  /** Closes the file and lets others have it; calling it again does nothing. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#file);
    this.#lock.release();
  }

  #write(lines: readonly object[]): void {
    const before = fstatSync(this.#file).size;
    try {
      writeAll(this.#file, Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')));
      fsyncSync(this.#file);
    } catch (error) {
      ftruncateSync(this.#file, before);
      throw diskError(error, this.#path);
    }
  }
}

/**
 * Reads the log of a gate that measured; a torn last line is passed over. Throws `GATE_LOG_UNKNOWN` where there is none, `RESULT_TOO_NEW` (both exit 3),
 * `GATE_NOT_BEGUN` (exit 3) for one that failed before its first round, and `GATE_LOG_CORRUPT` with file:line.
 */
export function readGateLog(folder: string): StoredGate {
  const saved = readSavedGate(folder);
  if (saved.start !== null) return saved;
  const got =
    saved.failure === null
      ? 'one of two stored runs'
      : `one that failed before its first (${saved.failure.code}: ${saved.failure.message}). Start it again`;
  throw new InputError('GATE_NOT_BEGUN', `${folder}: expected a gate with rounds of its own, got ${got}.`);
}

/** As `readGateLog`, also of a gate of two stored runs, and of one that failed before its first round. */
export function readSavedGate(folder: string): SavedGate {
  const path = join(folder, gateLogFile);
  if (!existsSync(path)) {
    throw new InputError(
      'GATE_LOG_UNKNOWN',
      `${folder}: expected the folder of a gate, got none: it has no ${gateLogFile}.`,
    );
  }
  const lines = wholeLines(path)
    .toString('utf8')
    .split('\n')
    .slice(0, -1)
    .map((line, index) => parseLine(line, `${path}:${index + 1}`));
  const [first, ...rest] = lines;
  if (first === undefined || !['gate', 'failure', 'runs'].includes(String(first.type))) {
    throw corrupt(`${path}:1`, `expected a line of type "gate", got ${JSON.stringify(first?.type ?? null)}`);
  }
  checkVersion(first, path);
  for (const [index, line] of lines.entries()) {
    const problem = lineProblem(line);
    if (problem !== null) throw corrupt(`${path}:${index + 1}`, problem);
  }
  if (first.type === 'failure') return { start: null, runs: null, failure: first as unknown as FailureLine };
  if (first.type === 'runs') return { start: null, runs: storedRunsOf(first), failure: null };
  return storedGateOf(first as unknown as GateStart, rest, path);
}

/** Writes the log of a gate of two stored runs. Throws `FOLDER_UNWRITABLE`, `DISK_FULL`. */
export function writeRunsLog(folder: string, runs: StoredRuns): void {
  const path = join(folder, gateLogFile);
  const line = { type: 'runs', schemaVersion: gateLogVersion, ...storedRunsLine(runs) };
  try {
    writeFileAtomic(path, `${JSON.stringify(line)}\n`);
  } catch (error) {
    throw diskError(error, path);
  }
}

function checkVersion({ schemaVersion }: Line, path: string): void {
  if (typeof schemaVersion === 'number' && schemaVersion <= gateLogVersion) return;
  throw new InputError(
    'RESULT_TOO_NEW',
    `Expected ${path} to be of schema version ${gateLogVersion}, got ${JSON.stringify(schemaVersion)}. Update Dyno to read it.`,
  );
}

/** Of the lines behind the first: a failure and an end hold until something follows them. */
function storedGateOf(start: GateStart, lines: readonly Line[], path: string): StoredGate {
  const pairs: Pair[] = [];
  const explained = new Map<string, ExplainedLine>();
  let context: GateContext | null = null;
  let end: EndLine | null = null;
  let failure: FailureLine | null = null;
  for (const [index, line] of lines.entries()) {
    const { type, ...rest } = line;
    failure = null;
    if (type === 'pair' || type === 'context') end = null;
    if (type === 'pair') pairs.push(rest as unknown as Pair);
    else if (type === 'context') context = contextOf(line);
    else if (type === 'explained') explained.set(String(line.scenario), line as unknown as ExplainedLine);
    else if (type === 'end') end = line as unknown as EndLine;
    else if (type === 'failure') failure = line as unknown as FailureLine;
    else throw corrupt(`${path}:${index + 2}`, `expected a line of type "pair", got ${JSON.stringify(type)}`);
  }
  return { start, pairs, context, explained: [...explained.values()], end, failure };
}

/**
 * Throws before anything is measured what `GateLog.open` would throw after it: `RUN_IN_USE` where another process has the log of this gate open, and
 * `GATE_CHANGED` where the gate is of other files.
 */
export function checkGoesOn(folder: string, versions: Readonly<Record<Arm, Pick<VersionRecord, 'content'>>>): void {
  acquireLock(folder).release();
  const path = join(folder, gateLogFile);
  if (!existsSync(path) || wholeLines(path).length === 0) return;
  const what = otherFiles(readGateLog(folder).start, versions);
  if (what.length > 0) throw changed(path, what);
}

/**
 * Writes into the log of a gate what stopped it; where there was no round yet, it is the only line. Throws `RUN_IN_USE` where another process has it open,
 * whose rounds would be lost, `FOLDER_UNWRITABLE`, `DISK_FULL`.
 */
export function writeFailure(folder: string, failure: FailureLine): void {
  const path = join(folder, gateLogFile);
  const lock = acquireLock(folder);
  try {
    const before = existsSync(path) ? wholeLines(path) : Buffer.alloc(0);
    writeFileAtomic(path, [before, Buffer.from(`${JSON.stringify(failure)}\n`)]);
  } catch (error) {
    throw diskError(error, path);
  } finally {
    lock.release();
  }
}

type Line = Readonly<Record<string, unknown>> & { readonly type: unknown };

function parseLine(line: string, where: string): Line {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw corrupt(where, `expected one JSON object, got ${JSON.stringify(line.slice(0, 60))}`, error);
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) {
    throw corrupt(where, `expected an object with "type", got ${JSON.stringify(line.slice(0, 60))}`);
  }
  return value as Line;
}

/**
 * Pairs of other versions, or judged in another way, must not be mixed with new ones. Not looked at is what a further sitting may have otherwise: the rows,
 * as a trial tells a percentile only where it took enough queries, and the variables of the environment, of which every login shell has its own.
 */
function checkSame(stored: GateStart, start: GateStart, path: string): void {
  const now = asStored(start);
  const judged = ({ schemaVersion, settings: { metrics: _, ...settings } }: GateStart) => ({ schemaVersion, settings });
  const what = [
    ...otherFiles(stored, now),
    ...(isDeepStrictEqual(judged(stored), judged(now)) ? [] : ['settings']),
    ...(stored.surroundings?.nodeOptions === now.surroundings?.nodeOptions ? [] : ['NODE_OPTIONS']),
    ...(stored.surroundings?.affinity === now.surroundings?.affinity ? [] : ['the processors that may be used']),
  ];
  if (what.length > 0) throw changed(path, what);
}

function otherFiles(stored: GateStart, now: Readonly<Record<Arm, Pick<VersionRecord, 'content'>>>): string[] {
  return (['base', 'head'] as const).flatMap((arm) =>
    stored[arm].content === now[arm].content ? [] : [`the files of ${arm}`],
  );
}

function changed(path: string, what: readonly string[]): InputError {
  return new InputError(
    'GATE_CHANGED',
    `${path} was begun with other conditions: ${what.join(', ')} changed since. Its rounds do not mix with new ones: start a gate in another folder.`,
  );
}

/** A value as it comes back from a file. */
function asStored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** The lines that end with a line feed; what follows the last one was never acknowledged to its writer. */
function wholeLines(path: string): Buffer {
  const bytes = readFileSync(path);
  return bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
}

function openToAppend(path: string): number {
  try {
    return openSync(path, 'a');
  } catch (error) {
    throw diskError(error, path);
  }
}

function corrupt(where: string, what: string, cause?: unknown): DynoError {
  return new DynoError(
    'GATE_LOG_CORRUPT',
    `${where}: ${what}. The log was changed after it was written: restore it from a copy, or start a new gate.`,
    cause === undefined ? {} : { cause },
  );
}
