import { readFileSync } from 'node:fs';
import { DynoError } from '../../kernel/errors.ts';

/** An event of an operator profile of ONNX Runtime, as much of it as is read. Times are in microseconds; some versions write numbers as texts. */
export interface ProfileEvent {
  readonly cat?: string;
  readonly name?: string;
  readonly ts?: number | string;
  readonly dur?: number | string;
  readonly args?: { readonly provider?: string; readonly op_name?: string; readonly node_index?: string | number };
}

export interface ProfileEvents {
  readonly events: readonly ProfileEvent[];
  /** The file ends before its last event does, or its writer stopped at the most events that it writes. */
  readonly isCut: boolean;
}

/** ONNX Runtime drops whatever comes after so many events, without an error. */
const mostEvents = 1_000_000;

/**
 * The events of an operator profile: a JSON array with an event a line. One that was cut off, because its session was never ended or the disk was
 * full, gives the events on its whole lines.
 * @throws DynoError `PROFILE_INVALID` for anything else.
 */
export function readProfileEvents(path: string): ProfileEvents {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw invalid(path, cause);
  }
  try {
    const events: unknown = JSON.parse(text);
    if (!Array.isArray(events)) throw new TypeError('not an array');
    return { events: events.filter(isEvent), isCut: events.length >= mostEvents };
  } catch (cause) {
    const events = text.trimStart().startsWith('[') ? text.split('\n').flatMap(eventOfLine) : [];
    if (events.length === 0) throw invalid(path, cause);
    return { events, isCut: true };
  }
}

function eventOfLine(line: string): ProfileEvent[] {
  try {
    const event: unknown = JSON.parse(
      line
        .trim()
        .replace(/^\[/, '')
        .replace(/[,\]]+$/, ''),
    );
    return isEvent(event) ? [event] : [];
  } catch {
    return [];
  }
}

function isEvent(event: unknown): event is ProfileEvent {
  return typeof event === 'object' && event !== null && !Array.isArray(event);
}

function invalid(path: string, cause: unknown): DynoError {
  return new DynoError('PROFILE_INVALID', `${path}: expected the operator profile of ONNX Runtime as JSON.`, { cause });
}
