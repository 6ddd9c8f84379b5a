import { expect, test } from 'vitest';
import { gateJson, gateJsonText } from '../../src/gate/gate-json.ts';
import type { GateReport } from '../../src/gate/gate-report.ts';
import { accepting, reportOf, workedGate, workedRows, workedWrong } from './worked-report.ts';

const gate = workedGate(workedRows, { wrong: workedWrong });
const entries = [accepting('text', 'operators', { accepted: Number.POSITIVE_INFINITY })];
const report = reportOf(gate, entries);

test('scripts find the verdict, the exit code and a row for each metric of both versions', () => {
  const json = JSON.parse(gateJsonText(report));
  expect(json).toMatchObject({
    schemaVersion: 1,
    verdict: 'regressed',
    exitCode: 1,
    suite: 'own models',
    next: { kind: 'done' },
  });
  expect(json.rows.map((row: { scenario: string; metric: string }) => `${row.scenario} ${row.metric}`)).toEqual([
    ...['vision latency_p50', 'vision peak_rss', 'vision latency_p90', 'text throughput', 'speech latency_p50'],
    ...['tables latency_p50', 'vision model_bytes', 'text operators'],
  ]);
  expect(json.removed).toEqual([{ scenario: 'text', metric: 'load_time' }]);
  expect(json.added).toEqual([{ scenario: 'text', metric: 'first_token' }]);
});

test('a row has all that the decision has, and both of its stages', () => {
  const [row] = gateJson(report).rows;
  const [decided] = gate.decision.rows;
  const { metric, ...rest } = decided ?? { metric: null };
  expect(row).toEqual({ ...metric, ...rest, accepted: false });
  expect(row?.look?.stage).toBe('look');
  expect(row?.confirm?.stage).toBe('confirm');
});

test('an accepted row keeps its verdict and says that it fails nothing', () => {
  const accepted = gateJson(report).rows.find(({ metric }) => metric === 'operators');
  expect(accepted).toMatchObject({ verdict: 'regressed', accepted: true, exact: { base: 120, head: 126 } });
  expect(gateJson(report).acknowledgements).toMatchObject([{ accepted: null, until: '2026-12-31', state: 'used' }]);
});

test('equal reports are equal bytes, in whatever order their fields and pairs came', () => {
  const turned = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(turned);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, inner]) => [key, turned(inner)]),
    );
  };
  expect(JSON.stringify(turned(report))).not.toBe(JSON.stringify(report));
  expect(gateJsonText(turned(report) as GateReport)).toBe(gateJsonText(report));
  const again = workedGate(workedRows, { wrong: workedWrong });
  expect(gateJsonText(reportOf(again, entries))).toBe(gateJsonText(report));
});

test('no number of the text is one that JSON lacks', () => {
  expect(gateJsonText(report)).not.toMatch(/NaN|Infinity/);
});
