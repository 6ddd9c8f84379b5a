import { expect, test } from 'vitest';
import { valueDifferences } from '../../src/gate/value-differences.ts';

const of = (base: unknown, head: unknown) =>
  valueDifferences(base, head).map(({ what, ...arms }) => [what, arms.base, arms.head]);

test('each value that changed is named by its path, and none that did not', () => {
  const base = { name: 'a', matrix: { batch_size: [1, 8], precision: ['fp32'] }, workloads: [{ id: 'x', top: 1 }] };
  const head = {
    name: 'a',
    matrix: { batch_size: [1], precision: ['fp32'] },
    workloads: [{ id: 'x', top: 5 }],
    more: true,
  };
  expect(of(base, head)).toEqual([
    ['matrix.batch_size', '[1,8]', '[1]'],
    ['workloads.0.top', '1', '5'],
    ['more', null, 'true'],
  ]);
});

test('a rule for metrics is known by what it is for, wherever it stands in the list', () => {
  const latency = { metric: 'latency*', margin: '5%' };
  const memory = { metric: 'rss', scenario: 'small', margin: 0.03 };
  expect(of({ gate: { metrics: [latency, memory] } }, { gate: { metrics: [memory, latency] } })).toEqual([]);
  expect(of({ gate: { metrics: [latency] } }, { gate: { metrics: [{ ...latency, margin: '50%' }] } })).toEqual([
    ['gate.metrics, latency* of *: margin (loosened)', '5%', '50%'],
  ]);
  expect(of({ gate: { metrics: [latency] } }, { gate: { metrics: [latency, { ...latency, margin: 9 }] } })).toEqual([
    ['gate.metrics, latency* of *: margin (2)', null, '9'],
  ]);
});

test('what lets more pass is loosened, in whatever unit it is written, and what lets less pass is not', () => {
  const gate = (floor: string | number, limit: number, role: string) => ({
    gate: { metrics: [{ metric: 'm', floor, role }], limits: { foreign_cpu: limit } },
  });
  expect(of(gate('900us', 0.1, 'gating'), gate('1ms', 1, 'informational')).map(([what]) => what)).toEqual([
    'gate.metrics, m of *: floor (loosened)',
    'gate.metrics, m of *: role (loosened)',
    'gate.limits.foreign_cpu (loosened)',
  ]);
  expect(
    of(gate('1ms', 1, 'ignored'), gate('900us', 0.1, 'gating')).filter(([what]) => what?.includes('loosened')),
  ).toEqual([]);
});

test('long values are cut', () => {
  expect(valueDifferences({ a: 'x'.repeat(200) }, {})[0]?.base).toHaveLength(80);
});
