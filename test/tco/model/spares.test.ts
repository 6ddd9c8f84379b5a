import { expect, test } from 'vitest';
import { binomialAtMost } from '../../../src/stats/binomial.ts';
import { binomialQuantile, poissonQuantile, spareMachines } from '../../../src/tco/model/spares.ts';

test('with one failure expected, 2 spares last with 92 %, 3 with 98 %', () => {
  // P(≤ 2) = e⁻¹ (1 + 1 + 1/2) = 0.9197, P(≤ 3) = e⁻¹ (1 + 1 + 1/2 + 1/6) = 0.9810
  expect(poissonQuantile(1, 0.91)).toBe(2);
  expect(poissonQuantile(1, 0.92)).toBe(3);
  expect(poissonQuantile(1, 0.98)).toBe(3);
  expect(poissonQuantile(1, 0.982)).toBe(4);
  expect(poissonQuantile(0, 0.99)).toBe(0);
});

test('of three coins one shows heads at most with 1/2, two with 7/8', () => {
  expect([0.499, 0.501, 0.874, 0.876].map((chance) => binomialQuantile(3, 0.5, chance))).toEqual([1, 2, 2, 3]);
});

test('the binomial quantile is the least count whose chance is enough', () => {
  for (const [trials, p] of [
    [10, 0.1],
    [500, 0.01],
    [40_000, 0.3],
    [200_000, 0.3],
  ] as const) {
    for (const confidence of [0.05, 0.5, 0.95, 0.9999]) {
      const count = binomialQuantile(trials, p, confidence);
      expect(binomialAtMost(count, trials, p)).toBeGreaterThanOrEqual(confidence);
      if (count > 0) expect(binomialAtMost(count - 1, trials, p)).toBeLessThan(confidence);
    }
  }
});

test('the Poisson quantile of many expected failures lies at mean + 1.645 deviations', () => {
  expect(Math.abs(poissonQuantile(10_000, 0.95) - (10_000 + 164.5))).toBeLessThanOrEqual(2);
});

test('100 machines at 4 % a year and 90 days of waiting: one failure is expected, 3 spares last with 95 %', () => {
  // 100 · 0.04 · 90 / 365.25 = 0.986
  const rule = { leadTimeDays: 90, confidence: 0.95 } as const;
  expect(spareMachines({ rule: 'poisson', ...rule }, 100, 0.04)).toBe(3);
  expect(spareMachines({ rule: 'binomial', ...rule }, 100, 0.04)).toBe(3);
});

test('a share is rounded up, and 5 % of 20 and of 60 are 1 and 3', () => {
  const machines = [1, 20, 21, 60].map((count) => spareMachines({ rule: 'share', share: 0.05 }, count, 0.04));
  expect(machines).toEqual([1, 1, 2, 3]);
});

test('certain and impossible failures need all and none', () => {
  expect(binomialQuantile(7, 1, 0.5)).toBe(7);
  expect(binomialQuantile(7, 0, 0.999)).toBe(0);
  expect(binomialQuantile(0, 0.5, 0.9)).toBe(0);
});

test('quantiles of large fleets go on as those of small ones, and a million million failures need no time', () => {
  for (const confidence of [0.05, 0.5, 0.95, 0.9999]) {
    const [below, above] = [999, 1_001].map((mean) => poissonQuantile(mean, confidence));
    expect((above ?? 0) - (below ?? 0)).toBeGreaterThanOrEqual(1);
    expect((above ?? 0) - (below ?? 0)).toBeLessThanOrEqual(3);
  }
  // scipy.stats.poisson.ppf and binom.ppf
  expect([0.05, 0.95, 0.9999].map((chance) => poissonQuantile(1_500, chance))).toEqual([1_437, 1_564, 1_646]);
  expect([0.05, 0.95, 0.9999].map((chance) => binomialQuantile(20_000, 0.1, chance))).toEqual([1_930, 2_070, 2_159]);
  // 1.644854 deviations of 10⁶ above 10¹².
  expect(Math.abs(poissonQuantile(1e12, 0.95) - 1e12 - 1_644_854)).toBeLessThan(2);
});
