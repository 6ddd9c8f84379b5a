import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import { listRuns, pruneRuns } from '../../src/results/list-runs.ts';
import { createRunFolder, writeRun } from '../../src/results/result-folder.ts';
import { acquireLock } from '../../src/results/run-lock.ts';
import { Samples, startedEvent } from '../analysis/run-fixture.ts';

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'dyno-list-'));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

/** A run of one case that was never measured, started on that day. */
async function addRun(id: string, day: string, parent = out): Promise<string> {
  const started = { ...startedEvent(), at: `2026-11-${day}T00:00:00.000Z` };
  const folder = createRunFolder(parent, id);
  writeFileSync(join(folder, 'events.jsonl'), `${JSON.stringify(started)}\n`);
  writeRun(folder, await summariseRun([started], new Samples().read));
  return folder;
}

const ids = (entries: readonly { readonly id: string }[]) => entries.map(({ id }) => id);

test('runs are listed by time with their suite and cases', async () => {
  await addRun('b', '02');
  await addRun('a', '03');
  await addRun('c', '01', join(out, 'reference'));
  const runs = listRuns(out);
  expect(ids(runs)).toEqual(['c', 'b', 'a']);
  expect(runs[0]).toMatchObject({
    reference: true,
    suite: 'test',
    status: 'interrupted',
    cases: { ok: 0, failed: 0, skipped: 0, interrupted: 1 },
  });
});

test('a run that was killed, one that is being written and one that is broken are told apart', async () => {
  const killed = await addRun('killed', '01');
  rmSync(join(killed, 'run.json'));
  const lock = acquireLock(await addRun('running', '02'));
  writeFileSync(join(await addRun('broken', '03'), 'run.json'), '{');
  const runs = listRuns(out);
  lock.release();
  expect(runs.map(({ id, status }) => [id, status])).toEqual([
    ['killed', 'interrupted'],
    ['running', 'running'],
    ['broken', 'unreadable'],
  ]);
  expect(runs[0]?.startedAt).toBe('2026-11-01T00:00:00.000Z');
  expect(runs[2]?.problem).toMatch(/recompute broken/);
});

test('pruning keeps the newest, the reference runs and what is being written', async () => {
  const folders = await Promise.all(['01', '02', '03', '04'].map((day) => addRun(`run-${day}`, day)));
  await addRun('reference-1', '01', join(out, 'reference'));
  const lock = acquireLock(folders[0] ?? '');
  expect(ids(pruneRuns(out, { keep: 1, dryRun: true }))).toEqual(['run-02', 'run-03']);
  expect(existsSync(folders[1] ?? '')).toBe(true);
  expect(ids(pruneRuns(out, { keep: 1 }))).toEqual(['run-02', 'run-03']);
  lock.release();
  expect(ids(listRuns(out))).toEqual(['reference-1', 'run-01', 'run-04']);
});

test('pruning by age leaves what was started later', async () => {
  for (const day of ['01', '02', '03']) await addRun(`run-${day}`, day);
  expect(ids(pruneRuns(out, { keep: 0, startedBefore: new Date('2026-11-02T12:00:00Z') }))).toEqual([
    'run-01',
    'run-02',
  ]);
});

test('pruning with a number that is none names the option', () => {
  expect(() => pruneRuns(out, { keep: Number.NaN })).toThrow(/--keep to be a whole number/);
});
