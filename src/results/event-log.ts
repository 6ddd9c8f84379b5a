import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAll } from '../kernel/atomic-write.ts';
import { monotonicSeconds } from '../kernel/clock.ts';
import { DynoError, InputError } from '../kernel/errors.ts';
import { diskError } from './disk-error.ts';
import type { RunEvent } from './events.ts';
import { redactDeep } from './redact.ts';
import { schemaVersion } from './run.ts';

/** Name of the event log within the folder of a run. */
export const eventsFile = 'events.jsonl';

/** An event as its author knows it; the log adds when. */
export type NewEvent = WithoutTime<RunEvent>;
type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'at' | 't'> : never;

/**
 * The append-only log of what happened in a run: one JSON object a line, on the disk before `append` returns. Only one process
 * may have it open: hold the lock of the run.
 */
export class EventLog {
  /** Monotonic seconds of the machine at which `t` of this sitting's events is 0. */
  readonly origin: number;
  readonly #path: string;
  readonly #file: number;
  #open = true;

  private constructor(path: string, file: number) {
    this.origin = monotonicSeconds();
    this.#path = path;
    this.#file = file;
  }

  /** Begins the log of a new run in an existing folder. Throws `RUN_EXISTS` when it has one, `FOLDER_UNWRITABLE`, `DISK_FULL`. */
  static create(folder: string): EventLog {
    const path = join(folder, eventsFile);
    if (existsSync(path)) {
      throw new InputError(
        'RUN_EXISTS',
        `${path} exists already. Go on with it by --resume, or choose another --run-id.`,
      );
    }
    return new EventLog(path, openForAppending(path));
  }

  /**
   * Opens the log of a run to go on with it. A last line that was cut off when its writer was killed is removed: nobody was told
   * that it was written. Throws `RUN_UNKNOWN` when there is none, and what `readEvents` throws.
   */
  static open(folder: string): EventLog {
    const path = join(folder, eventsFile);
    readEvents(folder);
    const file = openForAppending(path);
    ftruncateSync(file, wholeLines(readFileSync(path)).length);
    return new EventLog(path, file);
  }

  /** Writes one event, with all that is private in it redacted. It survives the loss of power once this has returned; a full disk is `DISK_FULL` and leaves no torn line. */
  append(event: NewEvent): void {
    if (!this.#open) throw new DynoError('EVENTS_CLOSED', `${this.#path} is closed already.`);
    const timed = { at: new Date().toISOString(), t: monotonicSeconds() - this.origin, ...redactDeep(event) };
    const before = fstatSync(this.#file).size;
    try {
      writeAll(this.#file, Buffer.from(`${JSON.stringify(timed)}\n`));
      fsyncSync(this.#file);
    } catch (error) {
      ftruncateSync(this.#file, before);
      throw diskError(error, this.#path);
    }
  }

  /** Closes the file; calling it again does nothing. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#file);
  }
}

/**
 * All events of the run in `folder`, oldest first, in the words of the present version. A torn last line is passed over; a run that was
 * killed before its first event has none. Throws `RUN_UNKNOWN` when there is no log, `EVENTS_CORRUPT` with file:line when a line
 * is not an event, `RESULT_TOO_NEW` when a newer Dyno has written it.
 */
export function readEvents(folder: string): RunEvent[] {
  const path = join(folder, eventsFile);
  if (!existsSync(path)) {
    throw new InputError(
      'RUN_UNKNOWN',
      `${folder} is not the folder of a run: it has no ${eventsFile}. See \`dyno results list\`.`,
    );
  }
  const lines = wholeLines(readFileSync(path)).toString('utf8').split('\n').slice(0, -1);
  return upgradeEvents(
    lines.map((line, index) => parseEvent(line, `${path}:${index + 1}`)),
    path,
  );
}

/**
 * Events of any known version in the words of the present one. Version 1 is the first: whoever changes the format adds here what
 * turns the former version's events into the new one's, and a test that reads a log of the former version.
 */
export function upgradeEvents(events: readonly RunEvent[], path: string): RunEvent[] {
  const [first] = events;
  if (first === undefined) return [];
  if (first.type !== 'run.started') {
    throw corrupt(`${path}:1`, `expected the first event to be "run.started", got ${JSON.stringify(first.type)}`);
  }
  checkVersion(first.schemaVersion, path);
  return [...events];
}

/** Throws `RESULT_TOO_NEW` (exit 3) for a later version of the result format than this Dyno knows, `RUN_CORRUPT` for what is no version. */
export function checkVersion(version: unknown, path: string): void {
  const known = schemaVersion === 1 ? '1' : `1 to ${schemaVersion}`;
  const problem = `Expected ${path} to be of schema version ${known}, got ${JSON.stringify(version ?? null)}.`;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    throw new DynoError('RUN_CORRUPT', `${problem} Restore it from a copy of the run.`);
  }
  if (version > schemaVersion) {
    const remedy = 'A newer Dyno has written it: update with `npm install inference-dyno@latest`.';
    throw new InputError('RESULT_TOO_NEW', `${problem} ${remedy}`);
  }
}

/** The lines that end with a line feed; what follows the last one was never acknowledged to its writer. */
function wholeLines(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
}

function parseEvent(line: string, where: string): RunEvent {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch (error) {
    throw corrupt(where, `expected one JSON object, got ${JSON.stringify(line.slice(0, 60))}`, error);
  }
  if (typeof event !== 'object' || event === null || !('type' in event && 'at' in event && 't' in event)) {
    throw corrupt(where, `expected an object with "type", "at" and "t", got ${JSON.stringify(line.slice(0, 60))}`);
  }
  return event as RunEvent;
}

function corrupt(where: string, what: string, cause?: unknown): DynoError {
  return new DynoError(
    'EVENTS_CORRUPT',
    `${where}: ${what}. The log was changed after it was written: restore it from a copy of the run, or start a new run.`,
    cause === undefined ? {} : { cause },
  );
}

function openForAppending(path: string): number {
  try {
    return openSync(path, 'a');
  } catch (error) {
    throw diskError(error, path);
  }
}
