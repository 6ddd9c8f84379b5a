import { expect, test } from 'vitest';
import type { GateVerdict, Verdict } from '../../src/gate/decision.ts';
import { countsText, type GateReport, headline, orderedRows, versionText } from '../../src/gate/gate-report.ts';
import { accepting, reportOf, workedGate } from './worked-report.ts';

const plain = reportOf(workedGate([{ scenario: 'a', metric: 'p50', base: 0.02, times: 1, noise: 0.01 }]));

/** A report with gating rows of these verdicts. */
function reportWith(
  verdict: GateVerdict,
  verdicts: readonly Verdict[],
  informational: readonly Verdict[] = [],
): GateReport {
  const [one] = plain.settled.rows;
  if (one === undefined) throw new Error('Expected a row.');
  const rowOf = (role: 'gating' | 'informational') => (of: Verdict, index: number) => ({
    accepted: null,
    row: { ...one.row, verdict: of, metric: { ...one.row.metric, role, metric: `${role} ${index}` } },
  });
  const rows = [...verdicts.map(rowOf('gating')), ...informational.map(rowOf('informational'))];
  return { ...plain, settled: { ...plain.settled, verdict, rows } };
}

test('the sentence counts gating rows only', () => {
  expect(headline(reportWith('regressed', ['regressed', 'pass', 'regressed'], ['regressed']))).toBe(
    'Regressed: 2 of 3 rows are worse by more than the margin.',
  );
  expect(headline(reportWith('pass', ['pass', 'pass'], ['regressed']))).toBe(
    'Pass: none of 2 rows is worse by more than the margin.',
  );
  expect(headline(reportWith('inconclusive', ['inconclusive']))).toBe(
    'Inconclusive: of the one row the data cannot tell whether it is worse.',
  );
  expect(headline(reportWith('invalid', ['invalid', 'pass']))).toBe(
    'Invalid: what was measured of 1 of 2 rows says nothing about the code.',
  );
  expect(headline(reportWith('improved', ['improved', 'pass']))).toBe(
    'Improved: 1 of 2 rows is better by more than the margin, and none is worse.',
  );
});

test('nothing to compare and nothing that gates are told apart', () => {
  expect(headline(reportWith('nothing', []))).toMatch(/no row that both versions have/);
  expect(headline(reportWith('nothing', [], ['pass']))).toMatch(/no row is there to gate/);
});

test('a pass that rests on an acknowledgement says so', () => {
  const row = { scenario: 'a', metric: 'p50', base: 0.02, times: 1.15, noise: 0.01 };
  expect(headline(reportOf(workedGate([row]), [accepting('a', 'p50')]))).toBe(
    'Pass: what the one row changed by was accepted.',
  );
});

test('an improvement beside what was accepted does not say that nothing is worse', () => {
  const rows = [
    { scenario: 'a', metric: 'p50', base: 0.02, times: 1.15, noise: 0.01 },
    { scenario: 'b', metric: 'p50', base: 0.02, times: 0.8, noise: 0.01 },
  ];
  expect(headline(reportOf(workedGate(rows), [accepting('a', 'p50')]))).toBe(
    'Improved: 1 of 2 rows is better by more than the margin, and none is worse, but for what was accepted (1).',
  );
  const passing = [rows[0], { scenario: 'b', metric: 'p50', base: 0.02, times: 1, noise: 0.01 }];
  expect(headline(reportOf(workedGate(passing.flatMap((row) => row ?? [])), [accepting('a', 'p50')]))).toBe(
    'Pass: none of 2 rows is worse by more than the margin, but for what was accepted (1).',
  );
});

test('counts name what there is, and rows for information apart', () => {
  const report = reportWith('regressed', ['pass', 'regressed', 'pass', 'invalid'], ['pass']);
  expect(countsText(report)).toBe('1 regressed · 1 invalid · 2 pass · 1 for information');
});

test('the worst rows come first, gating ones before the others, else in the order of the suite', () => {
  const report = reportWith('regressed', ['pass', 'invalid', 'regressed', 'pass'], ['regressed', 'pass']);
  expect(orderedRows(report).map(({ row }) => row.metric.metric)).toEqual([
    ...['gating 2', 'informational 0', 'gating 1', 'gating 0', 'gating 3', 'informational 1'],
  ]);
});

test('a version is its name and the beginning of its commit, once', () => {
  const commit = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d';
  expect(versionText({ name: 'main', commit })).toBe('main (1a2b3c4)');
  expect(versionText({ name: '1a2b3c4d', commit })).toBe('1a2b3c4');
  expect(versionText({ name: 'working tree', commit: null })).toBe('working tree');
});
