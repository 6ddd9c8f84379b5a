import { expect, test } from 'vitest';
import { overheadSection } from '../../../src/report/sections/overhead.ts';
import { inputOf, sketchRun } from '../fixtures.ts';

const run = sketchRun('overhead', [{ workload: 'w', batchSize: 1 }]);

test('a run that did not measure the harness has no such section', () => {
  expect(overheadSection(inputOf(run))).toBeNull();
});

test('the difference is said in seconds and as a share of the bare loop', () => {
  // 10.1 ms against 10 ms: 100 µs, 1 %.
  const overhead = { harnessP50: 0.0101, bareP50: 0.01, differenceSeconds: 0.0001, ratio: 1.01, queries: 200 };
  const cases = run.run.cases.map((one) => ({ ...one, overhead }));
  const row = overheadSection(inputOf({ ...run, run: { ...run.run, cases } }))?.tables[0]?.rows[0];
  expect(row?.cells.slice(1).map(({ text }) => text)).toEqual(['10 ms', '10.1 ms', '100 µs', '1.00 %', '200']);
});

test('a harness that was faster by chance has a difference below zero', () => {
  const overhead = { harnessP50: 0.0099, bareP50: 0.01, differenceSeconds: -0.0001, ratio: 0.99, queries: 200 };
  const cases = run.run.cases.map((one) => ({ ...one, overhead }));
  const row = overheadSection(inputOf({ ...run, run: { ...run.run, cases } }))?.tables[0]?.rows[0];
  expect(row?.cells.slice(3, 5).map(({ text }) => text)).toEqual(['−100 µs', '−1.00 %']);
});
