import { expect, test } from 'vitest';
import { decide } from '../../src/gate/decide.ts';
import { settle, type Today } from '../../src/gate/settle.ts';
import { accepting, workedGate, workedRows } from './worked-report.ts';

const today: Today = { date: '2026-11-22', baseContains: () => null };
const rows = workedRows.filter(({ scenario }) => scenario === 'vision');
const { decision } = workedGate(rows);
const states = (entries: Parameters<typeof settle>[1], on = today) =>
  settle(decision, entries, on).acknowledgements.map(({ state }) => state);

test('without entries the verdict is that of the decision', () => {
  expect(decision.verdict).toBe('regressed');
  expect(settle(decision, [], today)).toMatchObject({ verdict: 'regressed', acknowledgements: [] });
});

test('an accepted row fails nothing, and keeps what was found of it', () => {
  const settled = settle(decision, [accepting('vision', 'latency_p50')], today);
  expect(settled.verdict).toBe('pass');
  const [first] = settled.rows;
  expect(first?.accepted?.reason).toBe('A more precise filter.');
  expect(first?.row.verdict).toBe('regressed');
});

test('a row that is shown to be worse than was accepted fails', () => {
  // The row is worse by 15 %: an interval around that lies above 5 %, and not above 14.9 %.
  const accepted = (share: number) =>
    settle(decision, [accepting('vision', 'latency_p50', { accepted: share })], today);
  expect(accepted(0.05)).toMatchObject({ verdict: 'regressed', acknowledgements: [{ state: 'exceeded' }] });
  expect(accepted(0.149)).toMatchObject({ verdict: 'pass', acknowledgements: [{ state: 'used' }] });
});

test('an entry holds on its last day and not on the next', () => {
  const entry = accepting('vision', 'latency_p50', { until: { kind: 'date', date: '2026-11-22' } });
  expect(states([entry])).toEqual(['used']);
  expect(states([entry], { ...today, date: '2026-11-23' })).toEqual(['expired']);
  expect(settle(decision, [entry], { ...today, date: '2026-11-23' }).verdict).toBe('regressed');
});

test('an entry until a commit ends when the base contains it, and does not hold where nobody can tell', () => {
  const entry = accepting('vision', 'latency_p50', { until: { kind: 'commit', commit: 'abcdef1' } });
  const on = (contains: boolean | null): Today => ({
    ...today,
    baseContains: (commit) => (commit === 'abcdef1' ? contains : false),
  });
  expect(states([entry], on(false))).toEqual(['used']);
  expect(states([entry], on(true))).toEqual(['expired']);
  expect(states([entry], on(null))).toEqual(['commit-unknown']);
});

test('entries that no row needs, that no version has and that head has no more are told apart', () => {
  const gate = workedGate(workedRows.filter(({ scenario }) => scenario === 'text'));
  const entries = [accepting('text', 'throughput'), accepting('text', 'througput'), accepting('text', 'load_time')];
  const { verdict, acknowledgements } = settle(gate.decision, entries, today);
  expect(verdict).toBe(gate.decision.verdict);
  expect(acknowledgements.map(({ state, suggestion }) => [state, suggestion])).toEqual([
    ['unused', null],
    ['unknown', 'throughput of text'],
    ['removed', null],
  ]);
});

test('a throughput is accepted by how many times as small it is', () => {
  // 400 to 320 items a second: 1.25 times as small, worse by 25 %, though the change is −20 %.
  const row = {
    scenario: 'text',
    metric: 'throughput',
    unit: 'items/s',
    better: 'higher',
    floor: 0,
    base: 400,
    times: 0.8,
  } as const;
  const gate = workedGate([{ ...row, noise: 0.005 }]);
  expect(gate.decision.verdict).toBe('regressed');
  const verdict = (accepted: number) =>
    settle(gate.decision, [accepting('text', 'throughput', { accepted })], today).verdict;
  expect([verdict(0.22), verdict(0.25)]).toEqual(['regressed', 'pass']);
});

test('a row in doubt is accepted where its whole interval lies below what was, and nothing is said of it where it does not', () => {
  // Worse by 6 % with a margin of 5 %, in pairs that lie 5 % apart: after the last look the interval holds the margin, and ends below 12 %.
  const gate = workedGate([{ scenario: 'speech', metric: 'latency_p50', base: 0.3, times: 1.06, noise: 0.035 }]);
  const [row] = gate.decision.rows;
  expect(row).toMatchObject({ verdict: 'inconclusive', reasons: [{ code: 'MARGIN_IN_INTERVAL' }] });
  const high = row?.look?.change?.high ?? Number.NaN;
  const settled = (accepted: number) =>
    settle(gate.decision, [accepting('speech', 'latency_p50', { accepted })], today);
  expect(settled(high + 0.001)).toMatchObject({
    verdict: 'pass',
    rows: [{ row: { verdict: 'inconclusive' } }],
    acknowledgements: [{ state: 'used' }],
  });
  expect(settled(Number.POSITIVE_INFINITY).verdict).toBe('pass');
  expect(settled(high - 0.001)).toMatchObject({
    verdict: 'inconclusive',
    rows: [{ accepted: null }],
    acknowledgements: [{ state: 'undecided' }],
  });
});

test('a row of which nothing is known, as its answers differ or too few pairs were measured, is not accepted', () => {
  const entry = accepting('vision', 'latency_p50', { accepted: Number.POSITIVE_INFINITY });
  const wrong = workedGate(rows, { wrong: ['vision'] }).decision;
  expect(settle(wrong, [entry], today)).toMatchObject({
    verdict: 'invalid',
    acknowledgements: [{ state: 'undecided' }],
  });
  const { settings, pairs } = workedGate(rows);
  const early = decide(
    settings,
    pairs.filter(({ round, stage }) => stage === 'look' && round < 9),
  );
  expect(settle(early, [entry], today)).toMatchObject({
    verdict: 'inconclusive',
    acknowledgements: [{ state: 'undecided' }],
  });
});

test('where no row can fail, an accepted one for information makes no pass of it', () => {
  const counted = { unit: 'count', kind: 'exact', margin: 0, floor: 0, noise: 0, role: 'informational' } as const;
  const gate = workedGate([{ scenario: 'text', metric: 'operators', ...counted, base: 100, times: 1.05 }]);
  expect(gate.decision).toMatchObject({ verdict: 'nothing', rows: [{ verdict: 'regressed' }] });
  expect(settle(gate.decision, [accepting('text', 'operators')], today)).toMatchObject({
    verdict: 'nothing',
    acknowledgements: [{ state: 'used' }],
  });
});

test('an exact metric is accepted up to its share, and one that was 0 by "any" alone', () => {
  const exact = {
    scenario: 'text',
    metric: 'operators',
    unit: 'count',
    kind: 'exact',
    margin: 0,
    floor: 0,
    noise: 0,
  } as const;
  const grown = workedGate([{ ...exact, base: 100, times: 1.05 }]).decision;
  const verdict = (decision: typeof grown, accepted: number) =>
    settle(decision, [accepting('text', 'operators', { accepted })], today).verdict;
  expect([verdict(grown, 0.04), verdict(grown, 0.06)]).toEqual(['regressed', 'pass']);
  const [row] = grown.rows;
  if (row === undefined) throw new Error('Expected a row.');
  const fromNothing = { ...grown, rows: [{ ...row, exact: { base: 0, head: 3 } }] };
  expect([verdict(fromNothing, 10), verdict(fromNothing, Number.POSITIVE_INFINITY)]).toEqual(['regressed', 'pass']);
});

test('an accepted row does not hide another one', () => {
  const gate = workedGate(workedRows.filter(({ scenario }) => ['vision', 'speech'].includes(scenario)));
  expect(settle(gate.decision, [accepting('vision', 'latency_p50')], today).verdict).toBe('inconclusive');
});
