import { expect, test } from 'vitest';
import { missingSection } from '../../../src/report/sections/missing.ts';
import { eightCases, inputOf, sketchRun } from '../fixtures.ts';
import { changed, judgedRun } from '../judged.ts';

const rows = (sketches: Parameters<typeof sketchRun>[1]) =>
  missingSection(inputOf(sketchRun('missing', sketches))).tables[0]?.rows.map(({ cells }) =>
    cells.map(({ text }) => text),
  ) ?? [];

test('equal gaps of several cases are one row that says which cases they are', () => {
  // digits has 1,200 queries a case and so a p99; resnet50 has 96, fewer than the 662 that it needs.
  expect(rows(eightCases())).toContainEqual([
    'p99 of the response time, p99 of the service time',
    'Too few queries to stand on: 662 are needed, 96 were measured.',
    '4 cases: resnet50',
  ]);
});

test('different numbers of queries are said as a range', () => {
  const found = rows([
    { workload: 'w', batchSize: 1, queries: 20 },
    { workload: 'w', batchSize: 2, queries: 40 },
  ]);
  expect(found.find(([what]) => what?.startsWith('p90'))?.[1]).toBe(
    'Too few queries to stand on: 64 are needed, these cases have 20 to 40.',
  );
});

test('what all verdicts lack is one row', () => {
  expect(rows(eightCases()).find(([what]) => what?.startsWith('verdicts'))).toEqual([
    'verdicts on load, steady state, telemetry, energy, accuracy, configuration',
    'Not judged yet: this version measures it and does not judge it.',
    'all 8 cases',
  ]);
});

test('cases that were not measured are left to their own section', () => {
  expect(rows([{ workload: 'w', batchSize: 1, status: 'failed' }])).toEqual([]);
});

test('what led to a verdict, and a search that nobody asked for, are no gaps', () => {
  const run = changed(judgedRun(), (one) => ({
    ...one,
    reasons: {
      ...one.reasons,
      'verdicts.load': { code: 'OVER_SATURATED', need: null, have: null },
      search: { code: 'NOT_SEARCHED', need: null, have: null },
    },
  }));
  const what = missingSection(inputOf(run))
    .tables[0]?.rows.map(({ cells }) => cells[0]?.text)
    .join('; ');
  expect(what).toContain('verdict on the accuracy');
  expect(what).not.toMatch(/on the load|search/);
});
