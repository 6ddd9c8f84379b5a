import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type LoadgenRun, type LoadgenSummary, loadgenSummary } from '../../src/stats/loadgen-summary.ts';

const run: LoadgenRun = {
  scenario: 'SV',
  percentile: 0.9,
  target_latency_ns: 99,
  min_duration_ms: 600,
  min_query_count: 100,
  duration_s: 0.6,
  latencies_ns: Array.from({ length: 100 }, (_, index) => index + 1), // 1 … 100
};

test('a server run is worked out by hand', () => {
  expect(loadgenSummary(run)).toEqual({
    valid: true,
    min_duration_met: true, // exactly as long as asked for
    min_queries_met: true,
    perf_met: true,
    early_stopping_met: true, // 64 would do with one over the bound
    target_pct_ns: 91, // sorted[floor(100 · 0.9)]
    es_ss_ns: 0,
    es_ms_ns: 0,
    overlatency: 1, // 100; 99 is at the bound, not over it
    mean_ns: 50, // 5,050 / 100 = 50.5, rounded down
    pcts: { 50: 51, 90: 91, 95: 96, 97: 98, 99: 100, '99.9': 100 },
    note: '100 queries are enough with 1 of them over the bound.',
  });
});

test('too many over the bound says how many more queries would do', () => {
  // The chance of at most ten over the bound, summed from the binomial distribution, falls below 1 % at that many queries.
  const summary = loadgenSummary({ ...run, target_latency_ns: 90 });
  expect(summary).toMatchObject({ valid: false, early_stopping_met: false, perf_met: false, overlatency: 10 });
  const total = 100 + Number(/: (\d+) more would do/.exec(summary.note)?.[1]);
  const atMostTenOver = (n: number) => {
    let chance = 0;
    let term = 0.9 ** n;
    for (let over = 0; over <= 10; over++) {
      chance += term;
      term *= ((n - over) / (over + 1)) * (0.1 / 0.9);
    }
    return chance;
  };
  expect(atMostTenOver(total)).toBeLessThan(0.01);
  expect(atMostTenOver(total - 1)).toBeGreaterThan(0.01);
});

test('the mean is exact where the sum is beyond what a double holds', () => {
  const latencies_ns = [2 ** 53 - 1, 2 ** 53 - 1, 2 ** 53 - 5];
  expect(loadgenSummary({ ...run, latencies_ns }).mean_ns).toBe(2 ** 53 - 3); // −(1 + 1 + 5) / 3 = −2.33, rounded down
});

test('single stream at p99.9 says nothing of p99 when it is withheld itself', () => {
  const latencies_ns = Array.from({ length: 5_000 }, (_, index) => index);
  const summary = loadgenSummary({ ...run, scenario: 'SS', percentile: 0.999, latencies_ns });
  expect(summary).toMatchObject({ early_stopping_met: false, es_ss_ns: 0, es_ms_ns: 0 });
  expect(summary.note).toContain('it takes 6636');
});

/** Runs of others, and what LoadGen makes of them but for its words. */
function disagreeing(rows: readonly { input: LoadgenRun; expected: Partial<LoadgenSummary> }[]): unknown[] {
  return rows.flatMap(({ input, expected }) => {
    const { note: _, ...summary } = loadgenSummary(input);
    const { note: __, ...wanted } = expected;
    try {
      expect(summary).toEqual(wanted);
      return [];
    } catch (error) {
      return [{ scenario: input.scenario, count: input.latencies_ns.length, error: String(error) }];
    }
  });
}

describe('what MLPerf LoadGen 6.0.17 makes of runs', () => {
  interface Rule {
    readonly count: number;
    readonly least: number;
    readonly step: number;
    readonly shift: number;
    readonly spread: number;
    readonly tail: number;
  }
  // The rule of test/golden/loadgen.py.
  const latencies = ({ count, least, step, shift, spread, tail }: Rule) =>
    Array.from({ length: count }, (_, index) => {
      const value = least + ((index * step + shift) % spread);
      return tail !== 0 && index % tail === tail - 1 ? value * 10 : value;
    });

  test('is what we make of drawn ones', () => {
    const runs: readonly { input: LoadgenRun; latencies: Rule; expected: LoadgenSummary }[] = JSON.parse(
      readFileSync('test/golden/loadgen.json', 'utf8'),
    ).runs;
    expect(runs.length).toBeGreaterThanOrEqual(40);
    expect(
      disagreeing(runs.map((each) => ({ ...each, input: { ...each.input, latencies_ns: latencies(each.latencies) } }))),
    ).toEqual([]);
    // Drawn so that both answers occur.
    expect(new Set(runs.map(({ expected }) => expected.valid)).size).toBe(2);
  });

  const exchanged = '../shared/data/loadgen-summary.json';
  test.skipIf(!existsSync(exchanged))('is what we make of the exchanged ones', () => {
    const runs = JSON.parse(readFileSync(exchanged, 'utf8'));
    expect(runs.length).toBeGreaterThan(10);
    expect(disagreeing(runs)).toEqual([]);
  });
});
