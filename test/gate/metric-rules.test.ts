import { expect, test } from 'vitest';
import { type MetricRule, ruledMetrics } from '../../src/gate/metric-rules.ts';
import type { Figure, Readings } from '../../src/gate/reading.ts';

type Given = Partial<Figure> & Pick<Figure, 'metric'>;

function readings(scenarios: Readonly<Record<string, readonly Given[]>>): Readings {
  return new Map(
    Object.entries(scenarios).map(([scenario, given]) => {
      const figures = given.map(
        (one): Figure => ({ value: 1, unit: 's', better: null, role: null, kind: null, ...one }),
      );
      return [scenario, { outcome: 'measured', figures, outputs: null, stages: {} }];
    }),
  );
}

const rule = (said: Partial<MetricRule>): MetricRule => ({
  scenario: '*',
  metric: '*',
  where: 'suite.yaml:9:7',
  ...said,
});

function metricsOf(given: readonly Given[], rules: readonly MetricRule[] = []) {
  const both = readings({ s: given });
  return ruledMetrics(both, both, rules).metrics;
}

test('margin, floor and direction follow from the unit, and the tail may move more', () => {
  const given = [
    { metric: 'latency_p50' },
    { metric: 'latency_p99' },
    { metric: 'throughput', unit: 'items/s' },
    { metric: 'rss', unit: 'bytes' },
    { metric: 'energy', unit: 'J/item' },
    { metric: 'tokens', unit: 'tokens/s' },
    { metric: 'model', unit: 'bytes', kind: 'exact' as const },
  ];
  expect(metricsOf(given).map(({ metric, better, margin, floor }) => [metric, better, margin, floor])).toEqual([
    ['latency_p50', 'lower', 0.05, 1e-4],
    ['latency_p99', 'lower', 0.1, 1e-4],
    ['throughput', 'higher', 0.05, 0],
    ['rss', 'lower', 0.03, 2 ** 20],
    ['energy', 'lower', 0.1, 0],
    ['tokens', 'higher', 0.05, 0],
    ['model', 'lower', 0, 0],
  ]);
});

test('the first sampled metric of each scenario gates, and every exact one', () => {
  const given = [{ metric: 'size', unit: 'bytes', kind: 'exact' as const }, { metric: 'a' }, { metric: 'b' }];
  const both = readings({ s: given, t: given });
  const gating = ruledMetrics(both, both, []).metrics.filter(({ role }) => role === 'gating');
  expect(gating.map(({ scenario, metric }) => `${scenario} ${metric}`)).toEqual(['s size', 's a', 't size', 't a']);
});

test('where a metric is said to gate, the first one does not by itself', () => {
  const roles = (rules: readonly MetricRule[]) =>
    metricsOf([{ metric: 'a' }, { metric: 'b' }, { metric: 'c', role: 'gating' }], rules).map(({ role }) => role);
  expect(roles([])).toEqual(['informational', 'informational', 'gating']);
  expect(roles([rule({ metric: 'b', role: 'gating' }), rule({ metric: 'c', role: 'informational' })])).toEqual([
    'informational',
    'gating',
    'informational',
  ]);
  // The first one was said to be shown only: the next one gates.
  const shown = [rule({ metric: 'a', role: 'informational' })];
  expect(metricsOf([{ metric: 'a' }, { metric: 'b' }], shown).map(({ role }) => role)).toEqual([
    'informational',
    'gating',
  ]);
});

test('of several rules the last one that fits holds, key by key', () => {
  const rules = [
    rule({ margin: 0.2, floor: 0.5 }),
    rule({ metric: 'lat*', margin: 0.1 }),
    rule({ scenario: 'other', margin: 0.3 }),
  ];
  expect(metricsOf([{ metric: 'latency' }, { metric: 'load' }], rules)).toMatchObject([
    { margin: 0.1, floor: 0.5 },
    { margin: 0.2, floor: 0.5 },
  ]);
});

test('names that hold signs of patterns stand for themselves', () => {
  const rules = [rule({ metric: 'p.9', margin: 0.2 }), rule({ metric: '(b)', margin: 0.3 })];
  const given = [{ metric: 'px9' }, { metric: 'p.9' }, { metric: '(b)' }];
  expect(metricsOf(given, rules).map(({ margin }) => margin)).toEqual([0.05, 0.2, 0.3]);
});

test('an ignored metric has no row, and rules that fit nothing are named', () => {
  const typo = rule({ metric: 'latencie' });
  const both = readings({ s: [{ metric: 'latency' }, { metric: 'other' }] });
  const { metrics, unused } = ruledMetrics(both, both, [rule({ metric: 'other', role: 'ignored' }), typo]);
  expect(metrics.map(({ metric }) => metric)).toEqual(['latency']);
  expect(unused).toEqual([typo]);
});

test('floors are written in the unit of the metric', () => {
  const floors = (unit: string, floor: number | string) =>
    metricsOf([{ metric: 'm', unit }], [rule({ floor })])[0]?.floor;
  expect(floors('s', '50us')).toBe(0.00005);
  expect(floors('s', '2min')).toBe(120);
  expect(floors('bytes', '1.5MiB')).toBe(1_572_864);
  expect(floors('items/s', 3)).toBe(3);
  expect(() => floors('items/s', '50us')).toThrow('suite.yaml:9:7: floor: expected a plain number');
  expect(() => floors('s', '1MiB')).toThrow(expect.objectContaining({ code: 'METRIC_INVALID', exitCode: 3 }));
});

test('rows stand in the order of head, those that only base has behind them in their scenario', () => {
  const base = readings({ gone: [{ metric: 'x' }], s: [{ metric: 'old' }, { metric: 'a' }] });
  const head = readings({ s: [{ metric: 'a' }, { metric: 'new' }], fresh: [{ metric: 'y' }] });
  const names = ruledMetrics(base, head, []).metrics.map(({ scenario, metric }) => `${scenario} ${metric}`);
  expect(names).toEqual(['s a', 's new', 's old', 'fresh y', 'gone x']);
});

test('a direction that nobody tells, and units that differ, are refused', () => {
  expect(() => metricsOf([{ metric: 'score', unit: 'points' }])).toThrow(
    's, score: expected to know which way is better',
  );
  expect(metricsOf([{ metric: 'score', unit: 'points', better: 'higher' }])).toMatchObject([{ better: 'higher' }]);
  expect(metricsOf([{ metric: 'score', unit: '' }], [rule({ better: 'lower' })])).toMatchObject([{ better: 'lower' }]);
  const [base, head] = [readings({ s: [{ metric: 'm' }] }), readings({ s: [{ metric: 'm', unit: 'bytes' }] })];
  expect(() => ruledMetrics(base, head, [])).toThrow('got "s" in base and "bytes" in head');
});
