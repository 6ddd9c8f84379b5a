import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { earlyStoppingEstimate, mostOver, queriesUnder } from '../../src/stats/early-stopping.ts';

interface Row {
  readonly t: number;
  readonly p: number;
  readonly c: number;
  readonly d: number;
  readonly h: number;
  readonly n: number;
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

function disagreeing(rows: readonly Row[]): Row[] {
  return rows.filter(({ t, p, c, d, h, n }) => {
    const under = queriesUnder(p, t, { confidence: c, tolerance: d });
    return under !== h || under + t !== n;
  });
}

test('with none over the bound, 0.5^h must be below 1 %: seven', () => {
  expect(queriesUnder(0.5, 0)).toBe(7); // 0.5^6 = 1.6 %, 0.5^7 = 0.8 %
});

test('a chance of exactly 1 − confidence is not below it', () => {
  expect(queriesUnder(0.5, 0, { confidence: 0.75 })).toBe(3); // 0.5^2 = 0.25 is not below 0.25
});

test('one over the bound: 3·0.5^4 + … is summed by hand', () => {
  // At most one of h + 1 fair coins: (1 + (h + 1)) / 2^(h + 1). h = 9: 11/1024 = 1.07 %; h = 10: 12/2048 = 0.59 %.
  expect(queriesUnder(0.5, 1)).toBe(10);
});

test('a tolerance asks for what the lower percentile asks for', () => {
  expect(queriesUnder(0.75, 3, { tolerance: 0.25 })).toBe(queriesUnder(0.5, 3));
});

test('of 10,000 queries at p99, 77 may lie over the bound, not 78', () => {
  expect(mostOver(0.99, 10_000)).toBe(77);
  expect(queriesUnder(0.99, 77) + 77).toBeLessThanOrEqual(10_000);
  expect(queriesUnder(0.99, 78) + 78).toBeGreaterThan(10_000);
});

test('below the count for none over the bound nothing is allowed, not even none', () => {
  expect(mostOver(0.99, 458)).toBe(-1);
  expect(mostOver(0.99, 459)).toBe(0); // 0.99^459 = 0.993 %, 0.99^458 = 1.003 %
  expect(mostOver(0.99, 661)).toBe(0);
  expect(mostOver(0.99, 662)).toBe(1);
  expect(mostOver(0.9, 0)).toBe(-1);
});

test('the most over the bound is what a search through all counts finds', () => {
  for (const p of [0.3, 0.5, 0.9, 0.97]) {
    for (const count of [3, 10, 44, 100, 333]) {
      const allowed = range(count).filter((over) => queriesUnder(p, over) + over <= count);
      expect(mostOver(p, count), `p = ${p}, n = ${count}`).toBe(allowed.at(-1) ?? -1);
    }
  }
});

test('the estimate is the value with t − 1 above it, and is withheld below the floor', () => {
  expect(earlyStoppingEstimate(range(63), 0.9)).toBeNull();
  expect(earlyStoppingEstimate(range(64), 0.9)).toEqual({ value: 63, discarded: 0 });
  expect(earlyStoppingEstimate(range(10_000), 0.99)).toEqual({ value: 10_000 - 77, discarded: 76 });
});

test('wrong input is refused with what was expected', () => {
  expect(() => queriesUnder(1, 0)).toThrow(/Expected 0 < p < 1, got 1/);
  expect(() => queriesUnder(0.5, -1)).toThrow(/whole number >= 0, got -1/);
  expect(() => queriesUnder(0.5, 0.5)).toThrow(/whole number >= 0, got 0.5/);
  expect(() => queriesUnder(0.5, 0, { confidence: 1 })).toThrow(/confidence < 1, got 1/);
  expect(() => queriesUnder(0.5, 0, { tolerance: 0.5 })).toThrow(/tolerance < p \(0.5\), got 0.5/);
  expect(() => mostOver(0.5, 1.5)).toThrow(/whole number >= 0, got 1.5/);
});

// Computed by MLPerf LoadGen 6.0.17: test/golden/loadgen.py.
const golden: readonly Row[] = JSON.parse(readFileSync('test/golden/loadgen.json', 'utf8')).rows;
test('every drawn row is what MLPerf LoadGen computes', () => {
  expect(golden.length).toBeGreaterThanOrEqual(100);
  expect(disagreeing(golden)).toEqual([]);
});

const table = '../shared/data/loadgen-early-stopping.json';
test.skipIf(!existsSync(table))('every row of the exchanged table is met exactly', () => {
  const rows: readonly Row[] = JSON.parse(readFileSync(table, 'utf8'));
  expect(rows.length).toBeGreaterThan(40);
  expect(disagreeing(rows)).toEqual([]);
});
