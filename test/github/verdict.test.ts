import { expect, test } from 'vitest';
import { notesOf, stepStatus } from '../../action/verdict.mjs';
import { gateJson } from '../../src/gate/gate-json.ts';
import { reportOf, workedGate, workedRows } from '../gate/worked-report.ts';

const row = (verdict: string, codes: readonly string[] = [], role = 'gating') => ({
  ...{ scenario: 'small', metric: 'latency', role, verdict, accepted: false, exact: null, margin: 0.05 },
  reasons: codes.map((code) => ({ code, need: null, have: null })),
  look: { change: { value: 0.2, low: 0.18, high: null } },
  confirm: null,
});
const status = (exitCode: number, rows: object[], failOnInconclusive = false) =>
  stepStatus({ exitCode, gate: { rows }, failOnInconclusive });

test('noise fails the check only where that is asked for', () => {
  expect(status(2, [row('inconclusive', ['MARGIN_IN_INTERVAL'])])).toBe(0);
  expect(status(2, [row('invalid', ['TOO_MANY_DROPPED'])])).toBe(0);
  expect(status(2, [row('inconclusive')], true)).toBe(2);
});

test('other answers fail the check in any case, but not where nobody gates by them', () => {
  expect(status(2, [row('invalid', ['OUTPUTS_DIFFER'])])).toBe(2);
  expect(status(2, [row('invalid', ['OUTPUTS_DIFFER'], 'informational')])).toBe(0);
});

test('every other exit code of the gate is that of the check', () => {
  for (const code of [0, 1, 3, 4, 130]) expect(status(code, [])).toBe(code);
  expect(stepStatus({ exitCode: 2, gate: null, failOnInconclusive: true })).toBe(2);
});

test('the verdict is told first, then the rows that fail, then those that warn', () => {
  const gate = { verdict: 'regressed', exitCode: 1, rows: [row('inconclusive'), row('regressed'), row('pass')] };
  expect(notesOf(gate, 1)).toEqual([
    { level: 'error', message: 'Verdict: regressed' },
    { level: 'error', message: 'small latency: regressed, +20.0 % [+18.0 %, ?], margin 5.0 %' },
    { level: 'warning', message: 'small latency: inconclusive, +20.0 % [+18.0 %, ?], margin 5.0 %' },
  ]);
});

test('a benchmark that head lost is warned of, and fails nothing', () => {
  const removed = [{ scenario: 'text', metric: 'latency' }];
  expect(notesOf({ verdict: 'pass', exitCode: 0, rows: [], removed }, 0)).toEqual([
    { level: 'notice', message: 'Verdict: pass' },
    { level: 'warning', message: 'Head no longer measures text latency' },
  ]);
});

test('a gate that could not tell warns and says that it fails nothing', () => {
  const gate = { verdict: 'inconclusive', exitCode: 2, rows: [] };
  expect(notesOf(gate, 0)).toEqual([{ level: 'warning', message: 'Verdict: inconclusive (does not fail the check)' }]);
  expect(notesOf(gate, 2)[0]?.level).toBe('error');
});

test('a gate that failed tells its error', () => {
  const gate = { verdict: 'nothing', exitCode: 4, rows: [], error: { code: 'BASE_NOT_SET_UP', message: 'step 1' } };
  expect(notesOf(gate, 4)).toEqual([{ level: 'error', message: 'BASE_NOT_SET_UP: step 1' }]);
});

test('more rows than GitHub shows do not hide the verdict', () => {
  const gate = { verdict: 'regressed', exitCode: 1, rows: Array.from({ length: 30 }, () => row('regressed')) };
  expect(notesOf(gate, 1)).toHaveLength(10); // the verdict and nine rows
});

test('what head lost is counted among the warnings that GitHub shows', () => {
  const removed = [{ scenario: 'text', metric: 'latency' }];
  const rows = Array.from({ length: 30 }, () => row('inconclusive'));
  const notes = notesOf({ verdict: 'inconclusive', exitCode: 2, rows, removed }, 0);
  expect(notes.map(({ level }) => level)).toEqual(Array.from({ length: 10 }, () => 'warning'));
  expect(notes[1]?.message).toBe('Head no longer measures text latency');
});

test('the answer of the gate has all that is read of it', () => {
  const gate = gateJson(reportOf(workedGate(workedRows)));
  const open = gate.rows.filter(({ verdict, role, accepted }) => verdict !== 'pass' && role === 'gating' && !accepted);
  expect(open.length).toBeGreaterThan(0);
  const text = notesOf(gate, gate.exitCode)
    .map(({ message }) => message)
    .join('\n');
  expect(text).toContain(`Verdict: ${gate.verdict}`);
  expect(text).not.toMatch(/undefined|NaN/);
});
