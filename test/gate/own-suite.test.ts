import { expect, test } from 'vitest';
import { readGateFile } from '../../src/gate/gate-file.ts';
import { ruledMetrics } from '../../src/gate/metric-rules.ts';
import type { Figure, Readings } from '../../src/gate/reading.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { compileSuites } from '../../src/suite/compile.ts';
import { builtInWorkloads } from '../../src/workloads/builtin-workloads.ts';

const path = packageFile('suites', 'gate.yaml');

/** A reading of each case with all metrics that a round of its scenario tells, in the order of `engineReadings`. */
function readings(): Readings {
  const workloads = builtInWorkloads.map(({ name }) => name);
  const { cases } = compileSuites([path], {}, { backends: ['ort-cpu'], workloads, availableCores: 2 });
  const figure = (metric: string, unit: string, kind: Figure['kind'] = 'sampled'): Figure => {
    const better = unit === 'items/s' || unit === 'ratio' ? 'higher' : 'lower';
    return { metric, value: 1, unit, better, role: null, kind };
  };
  const times = (name: string) => [figure(`${name}_p50`, 's'), figure(`${name}_p90`, 's')];
  const throughput = figure('throughput', 'items/s');
  const shared = [figure('peak_rss', 'bytes'), figure('load_time', 's'), figure('operators', 'count', 'exact')];
  return new Map(
    cases.map(({ id }) => {
      const figures = [...times('latency'), throughput, ...shared];
      return [id, { outcome: 'measured', figures, outputs: null, stages: {} }];
    }),
  );
}

test('the median of a request of photographs gates this repository, and what of the digits has no noise', () => {
  const { metrics } = ruledMetrics(readings(), readings(), readGateFile(path).rules);
  const gating = metrics.filter(({ role }) => role === 'gating');
  expect(gating.map(({ scenario, metric, margin }) => [scenario, metric, margin])).toEqual([
    ['mobilenet-v2/ort-cpu/b1/fp32/fusion-on/t1/single_stream', 'latency_p50', 0.1],
    ['mobilenet-v2/ort-cpu/b1/fp32/fusion-on/t1/single_stream', 'operators', 0],
    ['digits/ort-cpu/b1/fp32/fusion-on/t1/single_stream', 'operators', 0],
  ]);
  const sampled = metrics.filter(({ kind }) => kind === 'sampled').map(({ scenario }) => scenario.split('/')[0]);
  expect(new Set(sampled)).toEqual(new Set(['mobilenet-v2']));
});

test('no rule of the own suite is for a metric that there is not', () => {
  expect(ruledMetrics(readings(), readings(), readGateFile(path).rules).unused).toEqual([]);
});
