import { expect, test } from 'vitest';
import { decideStored } from '../../src/gate/decide-stored.ts';
import type { StoredArm } from '../../src/gate/stored-runs.ts';
import { latency } from './made-pairs.ts';
import { arm, madeRuns } from './made-runs.ts';

const still = [1, 1.01, 1, 1.01, 1, 1.01];
const times = (factor: number, rounds = still) => rounds.map((value) => value * factor);
const judged = (...asked: Parameters<typeof madeRuns>) => decideStored(madeRuns(...asked));

test('a case that is 20 % slower in every round has regressed, and one that is equal passes', () => {
  const { verdict, rows, multiplicity, next } = judged({
    slower: { base: arm(still), head: arm(times(1.2)) },
    equal: { base: arm(still), head: arm(still) },
  });
  expect(verdict).toBe('regressed');
  expect(rows.map((row) => row.verdict)).toEqual(['regressed', 'pass']);
  expect(rows[0]).toMatchObject({ chosen: true, confirm: null });
  expect(multiplicity).toEqual({ rows: 2, chosen: 1, confirmed: 1 });
  expect(next).toEqual({ kind: 'done' });
});

test('one round each is descriptive only: twice as slow is no failure', () => {
  const { verdict, rows } = judged({ a: { base: arm([1]), head: arm([2]) } });
  expect(verdict).toBe('inconclusive');
  expect(rows[0]?.reasons).toEqual([{ code: 'DESCRIPTIVE_ONLY', need: 4, have: 'base: 1, head: 1' }]);
});

test('among many rows, four rounds a side are too few to fail, and the reason says how many would do', () => {
  // 1 / 70 is the least p value of four and four; ten rows ask for 0.025 / 10, and 1 / 924 of six and six is less than that.
  const names = Array.from({ length: 10 }, (_, index) => `case ${index}`);
  const four = still.slice(0, 4);
  const { verdict, rows } = judged(
    Object.fromEntries(
      names.map((name, at) => [name, { base: arm(four), head: arm(at === 0 ? times(1.5, four) : four) }]),
    ),
  );
  expect(verdict).toBe('inconclusive');
  expect(rows[0]?.reasons).toEqual([
    { code: 'NOT_CHOSEN', need: 0.025, have: expect.closeTo(10 / 70, 12) },
    { code: 'TOO_FEW_ROUNDS', need: 6, have: 'base: 4, head: 4' },
  ]);
});

test('where all rows became slower, the machine may have: nothing regressed', () => {
  const names = ['a', 'b', 'c', 'd'];
  const factors = [1.2, 1.4, 1.3, 1.25];
  const { verdict, rows, shift } = judged(
    Object.fromEntries(names.map((name, at) => [name, { base: arm(still), head: arm(times(factors[at] ?? 1)) }])),
  );
  expect(verdict).toBe('inconclusive');
  expect(shift).toMatchObject({ rows: 4, of: 4 });
  expect(rows.flatMap(({ reasons }) => reasons.map(({ code }) => code))).toEqual(new Array(4).fill('SUITE_SHIFT'));
});

test('where all rows became faster, one that stayed has not passed', () => {
  const { rows } = judged({
    a: { base: arm(still), head: arm(times(0.8)) },
    b: { base: arm(still), head: arm(times(0.8)) },
    c: { base: arm(still), head: arm(times(0.8)) },
    d: { base: arm(still), head: arm(times(0.8)) },
    stayed: { base: arm(still), head: arm(still) },
  });
  expect(rows.map(({ verdict }) => verdict)).toEqual(new Array(5).fill('inconclusive'));
});

test('exact figures are compared exactly: one more operator is a regression, whatever the rounds', () => {
  const operators = latency({ metric: 'operators', unit: 'count', kind: 'exact', margin: 0 });
  const withOperators = (count: number): StoredArm => arm([1], { figures: { latency_p50: 1, operators: count } });
  const { verdict, rows } = judged(
    { digits: { base: withOperators(10), head: withOperators(11) } },
    { metrics: [operators] },
  );
  expect(verdict).toBe('regressed');
  expect(rows[0]?.exact).toEqual({ base: 10, head: 11 });
});

test('what speaks against the runs makes rows invalid, never regressed', () => {
  const slower = { base: arm(still), head: arm(times(1.5)) };
  const overlap = { code: 'RUNS_OVERLAP', need: null, have: 'then' };
  expect(judged({ a: slower }, { doubts: [overlap] }).rows[0]).toMatchObject({
    verdict: 'invalid',
    reasons: [overlap],
  });
  const invalid = { code: 'CASE_INVALID', need: null, have: 'head: load (UNSERVED)' };
  expect(judged({ a: { ...slower, head: arm(times(1.5), { invalid }) } }).rows[0]).toMatchObject({
    verdict: 'invalid',
    reasons: [invalid],
  });
  const [base, head] = [arm(still, { outputs: '1'.repeat(64) }), arm(times(1.5), { outputs: '2'.repeat(64) })];
  expect(judged({ a: { base, head } }).rows[0]).toMatchObject({
    verdict: 'invalid',
    reasons: [{ code: 'OUTPUTS_DIFFER', need: 'base: 111111111111', have: 'head: 222222222222' }],
  });
  const failed = { outcome: 'failed', code: 'EXIT_CODE', message: 'ended with 1', pid: null } as const;
  expect(judged({ a: { base: arm(still), head: failed } }).rows[0]).toMatchObject({
    verdict: 'invalid',
    reasons: [{ code: 'HEAD_FAILED', have: 'EXIT_CODE: ended with 1' }],
  });
});

test('a void round is left out; more than a fifth of them make the row invalid', () => {
  const stolen = { code: 'CPU_STEAL', need: 0.02, have: 'head: 0.5' };
  const withVoid = (count: number) => {
    const rounds = arm(times(1.2)).rounds.map((round, index) => ({ ...round, dropped: index < count ? stolen : null }));
    return judged({ a: { base: arm(still), head: arm(still, { rounds }) } }).rows[0];
  };
  expect(withVoid(2)).toMatchObject({
    verdict: 'regressed',
    look: { rounds: { base: 6, head: 4 }, attempted: 12, dropped: [{ code: 'CPU_STEAL', count: 2 }] },
  });
  expect(withVoid(3)).toMatchObject({
    verdict: 'invalid',
    reasons: [{ code: 'TOO_MANY_ROUNDS_DROPPED', need: 0.2, have: '3 of 12' }, stolen],
  });
});

test('a figure that results keep for a case as a whole judges nothing', () => {
  const metrics = [latency({ metric: 'latency_p99' })];
  const p99 = (value: number) => arm(still, { figures: { latency_p99: value } });
  const { verdict, rows } = judged({ digits: { base: p99(1), head: p99(3) } }, { metrics });
  expect(verdict).toBe('inconclusive');
  expect(rows[0]).toMatchObject({
    reasons: [{ code: 'NO_ROUND_FIGURES' }],
    look: { base: 1, head: 3, change: { value: 2 } },
  });
});

test('cases of one run alone are named and judge nothing; without common ones there is nothing', () => {
  const { verdict, removed, added, rows } = judged({
    old: { base: arm(still), head: null },
    new: { base: null, head: arm(still) },
  });
  expect({ verdict, rows }).toEqual({ verdict: 'nothing', rows: [] });
  expect(removed).toEqual([{ scenario: 'old', metric: 'latency_p50' }]);
  expect(added).toEqual([{ scenario: 'new', metric: 'latency_p50' }]);
});

test('a row for information that is worse is told, and fails nothing', () => {
  const { verdict, rows } = judged(
    { digits: { base: arm(still), head: arm(times(1.3)) } },
    { metrics: [latency({ role: 'informational' })] },
  );
  expect(rows[0]?.verdict).toBe('regressed');
  expect(verdict).toBe('nothing');
});
