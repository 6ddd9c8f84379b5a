import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FailureLine, GateContext } from '../../src/gate/gate-context.ts';
import {
  checkGoesOn,
  GateLog,
  type GateStart,
  gateLogFile,
  readGateLog,
  readSavedGate,
  writeFailure,
} from '../../src/gate/gate-log.ts';
import { type Pair, unknownConditions } from '../../src/gate/pair.ts';
import { defaultSettings } from '../../src/gate/settings.ts';

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'dyno-gate-log-'));
  folder = join(parent, 'gate');
});
afterEach(() => rmSync(parent, { recursive: true }));

const version = { name: 'main', commit: 'c0ffee', content: 'tree', changedFiles: 0 };
const surroundings = { environmentSha256: 'e', nodeOptions: null, affinity: '0-1' };
const start: GateStart = {
  type: 'gate',
  schemaVersion: 1,
  settings: { ...defaultSettings, metrics: [] },
  base: version,
  head: { ...version, name: 'working tree', content: 'files' },
  surroundings,
};

function pair(round: number): Pair {
  const measured = { outputs: null, stages: {}, conditions: unknownConditions, pid: 1 } as const;
  const base = { outcome: 'measured', values: { m: 0.1 + 0.2 }, ...measured } as const;
  const head = { outcome: 'failed', code: 'TIMEOUT', message: 'a\nb', pid: null } as const;
  return { scenario: 's', stage: 'look', round, first: 'head', seed: 4_294_967_295, base, head };
}

function written(count: number): string {
  const log = GateLog.open(folder, start);
  for (let round = 0; round < count; round++) log.append([pair(round)]);
  log.close();
  return join(folder, gateLogFile);
}

test('what is read is what was written', () => {
  written(2);
  expect(readGateLog(folder)).toEqual({
    ...{ start, pairs: [pair(0), pair(1)], context: null },
    ...{ explained: [], end: null, failure: null },
  });
});

test('an opened log has the pairs that are there and goes on behind them', () => {
  written(1);
  const log = GateLog.open(folder, start);
  expect(log.pairs).toEqual([pair(0)]);
  log.append([pair(1), { ...pair(1), scenario: 't' }]);
  expect(log.pairs.length).toBe(3);
  log.close();
  expect(readGateLog(folder).pairs).toEqual([pair(0), pair(1), { ...pair(1), scenario: 't' }]);
});

test('cut off at any byte, the whole lines are read, and the torn one is gone when it goes on', () => {
  const path = written(2);
  const bytes = readFileSync(path);
  const lines = bytes.toString().split('\n');
  const second = Buffer.byteLength(`${lines[0]}\n${lines[1]}\n`);
  for (const length of [second, second + 1, bytes.length - 1]) {
    writeFileSync(path, bytes.subarray(0, length));
    expect(readGateLog(folder).pairs).toEqual([pair(0)]);
    const log = GateLog.open(folder, start);
    log.append([pair(1)]);
    log.close();
    expect(readFileSync(path)).toEqual(bytes);
  }
});

test('a gate that was killed before its first line was whole is begun again', () => {
  const path = written(0);
  const whole = readFileSync(path);
  writeFileSync(path, whole.subarray(0, 20));
  GateLog.open(folder, start).close();
  expect(readFileSync(path)).toEqual(whole);
});

test('rounds of other files, settings or surroundings are not mixed', () => {
  written(1);
  const others: [GateStart, string][] = [
    [{ ...start, head: { ...start.head, content: 'other' } }, 'the files of head'],
    [{ ...start, settings: { ...start.settings, seed: 2 } }, 'settings'],
    [{ ...start, surroundings: { ...surroundings, nodeOptions: '--no-opt' } }, 'NODE_OPTIONS'],
    [{ ...start, surroundings: { ...surroundings, affinity: '0' } }, 'the processors that may be used'],
  ];
  for (const [other, what] of others) {
    expect(() => GateLog.open(folder, other)).toThrow(what);
    expect(() => GateLog.open(folder, other)).toThrow(expect.objectContaining({ code: 'GATE_CHANGED', exitCode: 3 }));
  }
  // The same files by another name are the same gate.
  GateLog.open(folder, { ...start, base: { ...version, name: 'origin/main' } }).close();
});

test('a gate goes on in another shell, whose variables differ, with the rows that it was begun with', () => {
  written(1);
  const other: GateStart = {
    ...start,
    settings: {
      ...start.settings,
      metrics: [
        {
          ...{ scenario: 's', metric: 'p99', unit: 's', better: 'lower', role: 'informational' },
          ...{ kind: 'sampled', margin: 0.1, floor: 0 },
        },
      ],
    },
    surroundings: { ...surroundings, environmentSha256: 'f' },
  };
  const log = GateLog.open(folder, other);
  expect(log.start).toEqual(start);
  expect(log.hasOtherVariables).toBe(true);
  log.close();
  const same = GateLog.open(folder, start);
  expect(same.hasOtherVariables).toBe(false);
  same.close();
});

test('two processes do not write one log', () => {
  const log = GateLog.open(folder, start);
  expect(() => GateLog.open(folder, start)).toThrow(expect.objectContaining({ code: 'RUN_IN_USE' }));
  log.close();
  log.close();
  GateLog.open(folder, start).close();
  expect(() => log.append([pair(0)])).toThrow('is closed already');
});

test('a failure of another process does not touch a log that is being written', () => {
  const log = GateLog.open(folder, start);
  log.append([pair(0)]);
  expect(() => writeFailure(folder, failure)).toThrow(expect.objectContaining({ code: 'RUN_IN_USE' }));
  log.append([pair(1)]);
  log.close();
  expect(readGateLog(folder)).toMatchObject({ pairs: [pair(0), pair(1)], failure: null });
});

test('before anything is set up it is known that a gate is in use or of other files', () => {
  const log = GateLog.open(folder, start);
  expect(() => checkGoesOn(folder, start)).toThrow(expect.objectContaining({ code: 'RUN_IN_USE' }));
  log.close();
  checkGoesOn(folder, start);
  expect(() => checkGoesOn(folder, { ...start, head: { content: 'other' } })).toThrow(
    expect.objectContaining({ code: 'GATE_CHANGED', message: expect.stringContaining('the files of head changed') }),
  );
});

test('a line that is none is told by its number, and a newer version refused', () => {
  const path = written(1);
  appendFileSync(path, 'garbage\n');
  expect(() => readGateLog(folder)).toThrow(`${path}:3: expected one JSON object, got "garbage"`);
  writeFileSync(path, `${JSON.stringify({ ...start, schemaVersion: 2 })}\n`);
  expect(() => readGateLog(folder)).toThrow(expect.objectContaining({ code: 'RESULT_TOO_NEW' }));
  writeFileSync(path, '{"type":"pair"}\n');
  expect(() => readGateLog(folder)).toThrow(`${path}:1: expected a line of type "gate", got "pair"`);
  expect(() => readGateLog(parent)).toThrow(expect.objectContaining({ code: 'GATE_LOG_UNKNOWN' }));
});

test.each([
  [{ ...start, settings: { ...start.settings, metrics: undefined } }, 1, 'settings.metrics to be a list, got nothing'],
  [{ ...start, base: null }, 1, 'base to be an object, got null'],
  [{ type: 'pair', ...pair(0), round: '0' }, 2, 'round to be a number, got "0"'],
  [{ type: 'pair', ...pair(0), head: {} }, 2, 'head.outcome to be "measured" or "failed", got nothing'],
  [
    { type: 'pair', ...pair(0), base: { outcome: 'measured', values: [] } },
    2,
    'base.values to be an object, got \\[\\]',
  ],
  [{ type: 'context', suite: 'x' }, 2, 'date to be a text, got nothing'],
  [{ type: 'explained', scenario: 's', operators: {}, warnings: [] }, 2, 'operators to be a list, got {}'],
])('a line that cannot be read as what it is, is told by its number: %#', (line, number, problem) => {
  const path = written(0);
  if (number === 1) writeFileSync(path, '');
  appendFileSync(path, `${JSON.stringify(line)}\n`);
  expect(() => readSavedGate(folder)).toThrow(
    expect.objectContaining({
      code: 'GATE_LOG_CORRUPT',
      message: expect.stringMatching(new RegExp(`${gateLogFile}:${number}: expected ${problem}\\.`)),
    }),
  );
});

const context: GateContext = {
  suite: 'mine',
  date: '2026-12-01',
  acknowledgements: [
    {
      ...{ scenario: 's', metric: 'm', accepted: Number.POSITIVE_INFINITY, reason: 'larger', where: 'a.yaml:2:3' },
      until: { kind: 'commit', commit: 'c0ffee0' },
    },
  ],
  baseContains: { c0ffee0: null },
  environment: [{ name: 'CPU', value: 'x' }],
  differences: [],
  asked: {
    ...{ command: 'gate', base: 'main', head: 'working tree', suite: null, quick: true, rounds: null, seed: 1 },
    ...{ timeBudgetSeconds: 60, mergeBase: false, acknowledgements: null, explain: true },
  },
};

const failure: FailureLine = {
  ...{ type: 'failure', schemaVersion: 1, code: 'BASE_FAILED', message: 'no', exitCode: 4, suite: 'mine' },
  base: { name: 'main', commit: null },
  head: { name: 'main', commit: null },
};

test('of several contexts the last one counts, and any share that was accepted stays one', () => {
  const log = GateLog.open(folder, start);
  log.note({ type: 'context', ...context, date: '2026-11-30' });
  log.append([pair(0)]);
  log.note({ type: 'context', ...context });
  log.note({ type: 'end', reason: 'budget', failing: null });
  log.close();
  expect(readGateLog(folder)).toMatchObject({ context, end: { reason: 'budget' }, pairs: [pair(0)] });
});

test('an end and a failure hold until the gate goes on', () => {
  const log = GateLog.open(folder, start);
  log.note({ type: 'end', reason: 'stopped', failing: null });
  log.close();
  writeFailure(folder, failure);
  expect(readGateLog(folder)).toMatchObject({ end: { reason: 'stopped' }, failure });
  const again = GateLog.open(folder, start);
  again.append([pair(0)]);
  again.close();
  expect(readGateLog(folder)).toMatchObject({ end: null, failure: null, pairs: [pair(0)] });
});

test('a gate that failed before its first round has its failure alone, and cannot be gone on with', () => {
  mkdirSync(folder);
  writeFailure(folder, failure);
  expect(readSavedGate(folder)).toEqual({ start: null, runs: null, failure });
  expect(() => readGateLog(folder)).toThrow(/failed before its first \(BASE_FAILED: no\)/);
});
