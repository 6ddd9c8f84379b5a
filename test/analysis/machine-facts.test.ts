import { expect, test } from 'vitest';
import { machineDifferences, machineFacts } from '../../src/analysis/machine-facts.ts';
import { planDifferences } from '../../src/analysis/plan-differences.ts';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import type { CollectorState, DeviceState } from '../../src/results/events.ts';
import type { Run } from '../../src/results/run.ts';
import { plan, plannedCase, preparedEvent, runFinished, Samples, startedEvent } from './run-fixture.ts';

const run: Run = await summariseRun(
  [startedEvent(plan([plannedCase('a')])), preparedEvent(), runFinished()],
  new Samples().read,
);

const gpu: DeviceState = {
  id: 'gpu:1',
  index: 0,
  kind: 'gpu',
  vendor: 'NVIDIA',
  name: 'NVIDIA H100',
  driver: '590.1',
  memoryBytes: 80 * 2 ** 30,
  powerLimitWatts: 700,
  isSliced: false,
  notes: [],
};

function withGpus(...devices: DeviceState[]): Run {
  const collector: CollectorState = {
    name: 'nvidia',
    available: true,
    code: null,
    reason: null,
    columns: [],
    devices,
  };
  return { ...run, collectors: [collector] };
}

const changed = (environment: Partial<Run['environment']>): Run => ({
  ...run,
  environment: { ...run.environment, ...environment },
});

test('runs of one machine differ in nothing, whatever their hosts are called and whatever Dyno measured them', () => {
  const other = changed({
    host: 'host:2',
    fingerprint: 'f2',
    git: { commit: 'c', dirty: true },
    versions: { ...run.environment.versions, dyno: '9', sharp: '9' },
  });
  expect(machineDifferences(run, other)).toEqual([]);
});

test.each([
  ['processor', changed({ cpu: { ...run.environment.cpu, model: 'Another' } }), 'A CPU', 'Another'],
  ['governor', changed({ cpu: { ...run.environment.cpu, governor: 'powersave' } }), 'not known', 'powersave'],
  [
    'cores',
    changed({ cpu: { ...run.environment.cpu, availableCores: 1 } }),
    '1 with 2 threads, 2 to be used',
    '1 with 2 threads, 1 to be used',
  ],
  ['Node.js', changed({ versions: { node: '22.0.0' } }), '20.20.2', '22.0.0'],
  ['ONNX Runtime', changed({ versions: { node: '20.20.2', 'onnxruntime-node': '1.30.0' } }), 'none', '1.30.0'],
  ['memory', changed({ memory: { totalBytes: 16e9, limitBytes: null } }), '4 GiB', '15 GiB'],
  ['GPU', withGpus(gpu), 'none', 'none'],
])('another %s is a difference', (field, other, base, candidate) => {
  const found = machineDifferences(run, other);
  if (field === 'GPU') expect(found).toContainEqual({ field: 'GPU 0', base: 'none', candidate: 'NVIDIA H100' });
  else expect(found).toEqual([{ field, base, candidate }]);
});

test.each([
  ['driver of GPU 0', { driver: '610.0' }, '590.1', '610.0'],
  ['power limit of GPU 0', { powerLimitWatts: 350 }, '700 W', '350 W'],
  ['slices of GPU 0 (MIG)', { isSliced: true }, 'off', 'on'],
  ['memory of GPU 0', { memoryBytes: 40 * 2 ** 30 }, '80 GiB', '40 GiB'],
])('another %s is a difference', (field, change, base, candidate) => {
  expect(machineDifferences(withGpus(gpu), withGpus({ ...gpu, ...change }))).toEqual([{ field, base, candidate }]);
});

test('a little more or less memory is the same machine', () => {
  const [a, b] = [2 ** 32, 2 ** 32 - 2 ** 24].map((totalBytes) =>
    changed({ memory: { totalBytes, limitBytes: null } }),
  );
  expect(a === undefined || b === undefined ? null : machineDifferences(a, b)).toEqual([]);
});

test('every fact is told of, and what a run does not know says so', () => {
  expect(machineFacts(withGpus(gpu)).map(({ name }) => name)).toEqual([
    'processor',
    'cores',
    'instruction sets',
    'memory',
    'GPU 0',
    'memory of GPU 0',
    'driver of GPU 0',
    'power limit of GPU 0',
    'slices of GPU 0 (MIG)',
    'operating system',
    'virtualization',
    'Node.js',
    'ONNX Runtime',
    'governor',
  ]);
  expect(machineFacts(run).find(({ name }) => name === 'governor')?.value).toBe('not known');
});

test('another window is another plan; more rounds, another seed and another suite file are not', () => {
  const policy = (change: Partial<Run['policy']>): Run => ({ ...run, policy: { ...run.policy, ...change } });
  expect(planDifferences(run, policy({ rounds: 9, seed: 4, preset: 'ci', maxTimeSeconds: 60 }))).toEqual([]);
  expect(planDifferences(run, policy({ cooldownSeconds: 3 }))).toEqual([
    { field: 'policy.cooldownSeconds', base: '0', candidate: '3' },
  ]);
  const data = run.cases.map((one) => ({ ...one, data: { sha256: 'e'.repeat(64), items: 10 } }));
  expect(planDifferences(run, { ...run, cases: data })).toEqual([
    { field: 'data of digits', base: '0 (10 items)', candidate: `${'e'.repeat(12)} (10 items)` },
  ]);
});
