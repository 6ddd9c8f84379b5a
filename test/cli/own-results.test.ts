import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ownResultsText, readOwnEvidence, resultPlaces } from '../../src/cli/own-results.ts';
import { Registry } from '../../src/kernel/registry.ts';
import { writeRun } from '../../src/results/result-folder.ts';
import type { Workload } from '../../src/workloads/workload.ts';
import { machine, offlineCase, runOn } from '../roofline/own-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-own-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stored = (id: string, cases = [offlineCase(5)]) => {
  mkdirSync(join(folder, id));
  writeRun(join(folder, id), { ...runOn('box', cases, { runId: id }), schemaVersion: 1 });
};
stored('first');
stored('second', [offlineCase(7), offlineCase(1, { scope: 'request' })]);

const hub = new Registry<Workload>('workload');
const read = (...words: string[]) => readOwnEvidence(resultPlaces(words, folder), [machine('box', 500)], hub);

test('a folder of runs, a path and an id mean the same runs, each once', () => {
  for (const own of [read(folder), read('first', join(folder, 'second')), read(folder, 'first')]) {
    expect(own.rows.map(({ cases }) => cases.map(({ run }) => run).sort())).toEqual([['first', 'second']]);
    expect(own.leftOut).toMatchObject([{ run: 'second', code: 'SCOPE_REQUEST' }]);
  }
});

test('every case is counted, taken or left out with its reason', () => {
  const text = ownResultsText(read(folder));
  expect(text).toMatch(/^own results: 1 row of 2 cases \(ort-cpu Offline 1\); 1 case left out\n/);
  expect(text).toMatch(/left out own\/\S+ of second: it times requests .* --scope inference \(SCOPE_REQUEST\)/);
});

test('a word that is no run is refused, and an empty one', () => {
  expect(() => resultPlaces(['third'], folder)).toThrow(/"third" .*is not a run in/);
  expect(() => resultPlaces([''], folder)).toThrow(/--results: expected runs or a folder of runs/);
});
