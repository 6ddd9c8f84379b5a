import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import {
  createRunFolder,
  findRun,
  newRunId,
  readRun,
  runFile,
  runFolders,
  runIdOf,
  serialiseRun,
  writeRun,
} from '../../src/results/result-folder.ts';
import type { Run } from '../../src/results/run.ts';
import { offline, projectedEvent } from '../analysis/projected-fixture.ts';
import { Samples, startedEvent } from '../analysis/run-fixture.ts';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'dyno-results-'));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

function addRun(id: string, parent = out): string {
  const folder = createRunFolder(parent, id);
  writeFileSync(join(folder, 'events.jsonl'), '');
  return folder;
}

const anyRun = (): Promise<Run> => summariseRun([startedEvent()], new Samples().read);

test('a run id has time, suite and four digits', () => {
  const date = new Date('2026-11-21T21:46:00.123Z');
  // 0.25 · 65,536 = 16,384 = 0x4000
  expect(newRunId(date, 'default', () => 0.25)).toBe('20261121T214600Z-default-4000');
  expect(newRunId(date, '../Möbius  suite.yaml', () => 0)).toBe('20261121T214600Z-m-bius-suite-yaml-0000');
  expect(newRunId(date, '日本', () => 0.999999)).toBe('20261121T214600Z-run-ffff');
});

test('run ids sort by time', () => {
  const ids = ['2026-11-21T21:46:00Z', '2026-11-21T21:46:01Z', '2027-01-01T00:00:00Z'].map((at) =>
    newRunId(new Date(at), 'z', () => 0),
  );
  expect([...ids].sort()).toEqual(ids);
});

test.each(['', '..', 'a/b', '-a', 'reference', 'a b', 'x'.repeat(129)])(
  '%j is refused as a run id, by the name of the option',
  (id) => {
    expect(() => createRunFolder(out, id)).toThrow(
      expect.objectContaining({ code: 'RUN_ID_INVALID', exitCode: 3, message: expect.stringContaining('--run-id') }),
    );
  },
);

test('a second run of the same id is refused and the first is left alone', () => {
  const folder = addRun('a');
  expect(() => createRunFolder(out, 'a')).toThrow(
    expect.objectContaining({ code: 'RUN_EXISTS', message: expect.stringContaining('--resume a') }),
  );
  expect(readdirSync(folder).sort()).toEqual(['events.jsonl', 'samples']);
});

test('a file where the folder of runs should be is FOLDER_UNWRITABLE', () => {
  const file = join(out, 'file');
  writeFileSync(file, '');
  expect(() => createRunFolder(file, 'a')).toThrow(expect.objectContaining({ code: 'FOLDER_UNWRITABLE', exitCode: 3 }));
  expect(() => createRunFolder(join(file, 'deeper'), 'a')).toThrow(
    expect.objectContaining({ code: 'FOLDER_UNWRITABLE' }),
  );
});

test('a run is found by id, by the beginning of its id, by path and by a file in it', () => {
  const first = addRun('20261121T214600Z-default-3f9a');
  addRun('20261121T214700Z-default-11aa');
  expect(findRun('20261121T214600Z-default-3f9a', out)).toBe(first);
  expect(findRun('20261121T2146', out)).toBe(first);
  expect(findRun(first, 'elsewhere')).toBe(first);
  expect(findRun(join(first, 'events.jsonl'), 'elsewhere')).toBe(first);
});

test('committed reference runs are found, and their folder is no run', () => {
  const reference = addRun('ref-1', join(out, 'reference'));
  const other = addRun('z');
  expect(findRun('ref-1', out)).toBe(reference);
  expect(runFolders(out)).toEqual([reference, other]);
});

test('a beginning that two runs share is ambiguous and lists them', () => {
  addRun('ab1');
  addRun('ab2');
  expect(() => findRun('ab', out)).toThrow(
    expect.objectContaining({
      code: 'RUN_AMBIGUOUS',
      exitCode: 3,
      message: '"ab" may mean "ab1", "ab2". Write more of the one that you mean.',
    }),
  );
});

test('an exact id goes before a longer one that begins with it', () => {
  const folder = addRun('ab');
  addRun('abc');
  expect(findRun('ab', out)).toBe(folder);
});

test('an unknown run is answered with the nearest id, or the newest', () => {
  addRun('night-1');
  expect(() => findRun('nihgt-1', out)).toThrow(/Did you mean "night-1"\?/);
  expect(() => findRun('zzz', out)).toThrow(/The newest are "night-1"\./);
  expect(() => findRun('x', join(out, 'none'))).toThrow(/no runs yet.*dyno bench/);
  expect(() => findRun('', out)).toThrow(expect.objectContaining({ code: 'RUN_UNKNOWN' }));
});

test('a written run is read back equal, with a line feed at its end', async () => {
  const folder = addRun('a');
  const run = await anyRun();
  writeRun(folder, run);
  expect(readRun(folder)).toEqual(run);
  expect(readFileSync(join(folder, runFile), 'utf8')).toMatch(/^\{\n {2}"schemaVersion": 1,\n[\s\S]*\}\n$/);
  expect(runIdOf(`${folder}/`)).toBe('a');
});

test('a figure that is not finite is never written as null', async () => {
  const run = await anyRun();
  expect(() => serialiseRun({ ...run, policy: { ...run.policy, seed: Number.NaN } })).toThrow(
    expect.objectContaining({ code: 'RUN_NOT_FINITE' }),
  );
});

test('a run without a summary, with a broken one, or of a newer version says what to do', async () => {
  const folder = addRun('a');
  expect(() => readRun(folder)).toThrow(/dyno results recompute a/);
  writeFileSync(join(folder, runFile), '{');
  expect(() => readRun(folder)).toThrow(expect.objectContaining({ code: 'RUN_CORRUPT' }));
  writeFileSync(join(folder, runFile), JSON.stringify({ ...(await anyRun()), schemaVersion: 99 }));
  expect(() => readRun(folder)).toThrow(expect.objectContaining({ code: 'RESULT_TOO_NEW', exitCode: 3 }));
  writeFileSync(join(folder, runFile), '[]');
  expect(() => readRun(folder)).toThrow(expect.objectContaining({ code: 'RUN_CORRUPT' }));
});

test('folders that hold no run are passed over', () => {
  mkdirSync(join(out, 'notes'));
  writeFileSync(join(out, 'README.md'), '');
  expect(runFolders(out)).toEqual([]);
});

test('projected cases are written behind the measured ones and read apart from them', async () => {
  const folder = addRun('a');
  const run = await summariseRun([startedEvent(), projectedEvent(offline)], new Samples().read);
  writeRun(folder, run);
  expect(JSON.parse(readFileSync(join(folder, runFile), 'utf8')).cases).toHaveLength(2);
  expect(readRun(folder)).toEqual(run);
  expect(readRun(folder).cases).toHaveLength(1);
  expect(readRun(folder).projected).toHaveLength(1);
});

test('a run.json without a list of cases is corrupt', () => {
  const folder = addRun('a');
  writeFileSync(join(folder, runFile), '{ "schemaVersion": 1 }');
  expect(() => readRun(folder)).toThrow(expect.objectContaining({ code: 'RUN_CORRUPT' }));
});
