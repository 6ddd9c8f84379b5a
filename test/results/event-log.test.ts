import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EventLog, eventsFile, type NewEvent, readEvents } from '../../src/results/event-log.ts';
import { startedEvent } from '../analysis/run-fixture.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dyno-events-'));
  path = join(folder, eventsFile);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const { at: _at, t: _t, ...started } = startedEvent();
const finished: NewEvent = { type: 'run.finished', seconds: 3 };

test('events come back in their order with the time at which they were written', () => {
  const log = EventLog.create(folder);
  log.append(started);
  log.append(finished);
  log.close();
  const events = readEvents(folder);
  expect(events.map(({ type }) => type)).toEqual(['run.started', 'run.finished']);
  expect(events[1]).toMatchObject(finished);
  const [first, second] = events;
  expect(Date.parse(first?.at ?? '')).not.toBeNaN();
  expect(second?.t).toBeGreaterThanOrEqual(first?.t ?? Number.NaN);
});

test('an event is on the disk when append returns', () => {
  const log = EventLog.create(folder);
  log.append(started);
  expect(readEvents(folder)).toHaveLength(1);
  log.close();
});

test('a new log does not replace an old one', () => {
  EventLog.create(folder).close();
  expect(() => EventLog.create(folder)).toThrow(expect.objectContaining({ code: 'RUN_EXISTS', exitCode: 3 }));
});

test('whatever is left of a torn last line, the events before it are read, and it is gone when the log is opened', () => {
  const log = EventLog.create(folder);
  log.append(started);
  log.append(finished);
  log.close();
  const whole = readFileSync(path);
  const lastLine = whole.length - whole.lastIndexOf(0x0a, whole.length - 2) - 1;
  for (let lost = 1; lost < lastLine; lost += 7) {
    writeFileSync(path, whole.subarray(0, whole.length - lost));
    expect(readEvents(folder)).toHaveLength(1);
    const reopened = EventLog.open(folder);
    reopened.append({ type: 'run.interrupted', signal: 'SIGINT' });
    reopened.close();
    expect(readEvents(folder).map(({ type }) => type)).toEqual(['run.started', 'run.interrupted']);
  }
});

test('a run that was killed before its first event has none', () => {
  EventLog.create(folder).close();
  expect(readEvents(folder)).toEqual([]);
  writeFileSync(path, '{"type":"run.st');
  expect(readEvents(folder)).toEqual([]);
});

test.each([
  ['not json', /expected one JSON object, got "not json"/],
  ['[1, 2]', /expected an object with "type", "at" and "t"/],
  ['null', /expected an object with "type", "at" and "t"/],
])('a broken line in the middle (%s) is named with file and line', (line, message) => {
  const log = EventLog.create(folder);
  log.append(started);
  log.close();
  appendFileSync(path, `${line}\n{"type":"run.finished","at":"","t":1,"seconds":1}\n`);
  expect(() => readEvents(folder)).toThrow(
    expect.objectContaining({ code: 'EVENTS_CORRUPT', message: expect.stringMatching(message) }),
  );
  expect(() => readEvents(folder)).toThrow(`${path}:2`);
});

test('a log that does not begin with the start of a run is refused', () => {
  writeFileSync(path, '{"type":"run.finished","at":"","t":1,"seconds":1}\n');
  expect(() => readEvents(folder)).toThrow(
    `${path}:1: expected the first event to be "run.started", got "run.finished"`,
  );
});

test('a log of a newer version ends with exit code 3 and says to update', () => {
  writeFileSync(path, `${JSON.stringify({ ...startedEvent(), schemaVersion: 2 })}\n`);
  expect(() => readEvents(folder)).toThrow(
    expect.objectContaining({
      code: 'RESULT_TOO_NEW',
      exitCode: 3,
      message: expect.stringMatching(/schema version 1, got 2.*npm install/),
    }),
  );
});

test('a folder without a log is no run', () => {
  expect(() => readEvents(folder)).toThrow(expect.objectContaining({ code: 'RUN_UNKNOWN', exitCode: 3 }));
});
