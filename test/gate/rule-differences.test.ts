import { expect, test } from 'vitest';
import type { MetricRule } from '../../src/gate/metric-rules.ts';
import type { Reading, Readings } from '../../src/gate/reading.ts';
import { ruleDifferences } from '../../src/gate/rule-differences.ts';

const figure = (metric: string) => ({ metric, value: 1, unit: 's', better: null, role: null, kind: null });
const reading: Reading = { outcome: 'measured', figures: [figure('p50'), figure('p99')], outputs: null, stages: {} };
const told: Readings = new Map([
  ['small', reading],
  ['large', reading],
  ['huge', reading],
]);

const rule = (given: Partial<MetricRule>): MetricRule => ({
  scenario: '*',
  metric: '*',
  where: 'gate.yaml:1',
  ...given,
});
const differences = (base: readonly MetricRule[] | null, head: readonly MetricRule[]) =>
  ruleDifferences(told, told, { base, head }).map(({ what, ...arms }) => [what, arms.base, arms.head]);

test('equal rules, and rules that come to the same, differ in nothing', () => {
  expect(differences([], [])).toEqual([]);
  // 5 % is the default of a latency.
  expect(differences([], [rule({ metric: 'p50', margin: 0.05 })])).toEqual([]);
});

test('a margin is loosened by whichever rule does it, and rows with the same change are told together', () => {
  expect(differences([rule({ metric: 'p50', margin: 0.05 })], [rule({ metric: 'p*', margin: 0.5 })])).toEqual([
    ['margin of p50 in small, p50 in large and 1 more (loosened)', '5.0 %', '50.0 %'],
    ['margin of p99 in small, p99 in large and 1 more (loosened)', '10.0 %', '50.0 %'],
  ]);
});

test('a row that no longer gates, or is left out, is loosened; a tighter margin is told after it', () => {
  const head = [
    rule({ metric: 'p50', margin: 0.01 }),
    rule({ scenario: 'huge', metric: 'p50', role: 'informational' }),
    rule({ scenario: 'large', metric: 'p99', role: 'ignored' }),
  ];
  expect(differences([], head)).toEqual([
    ['role of p99 in large (loosened)', 'informational', 'ignored'],
    ['role of p50 in huge (loosened)', 'gating', 'informational'],
    ['margin of p50 in small, p50 in large and 1 more', '5.0 %', '1.0 %'],
    ['role of p99 in huge', 'informational', 'gating'],
  ]);
});

test('where base has no rules that can be read, there is nothing to compare', () => {
  expect(differences(null, [rule({ margin: 9 })])).toEqual([]);
  // A floor of bytes does not fit a latency: these rules judged nothing.
  expect(differences([rule({ floor: '1MiB' })], [])).toEqual([]);
});
