import { expect, test } from 'vitest';
import { CaseProjections, projectionBasis, publishedNames } from '../../src/cli/case-projections.ts';
import { Registry } from '../../src/kernel/registry.ts';
import type { GraphCount } from '../../src/runner/job.ts';
import { compileSuites } from '../../src/suite/compile.ts';
import { resnet50 } from '../../src/workloads/resnet50.ts';
import { known as knownWithout, suiteFolder } from '../suite/suite-folder.ts';

const known = { ...knownWithout, backends: [...knownWithout.backends, 'operators'] };
const { write } = suiteFolder();
const basis = projectionBasis(undefined);
const a100 = { asked: 'a100', id: 'nvidia-a100-sxm-80gb', name: 'A100', present: false, why: 'there is none' };
const plan = (text: string, requested = [a100]) =>
  compileSuites([write(`name: a\n${text}`)], {}, { ...known, requested });
const offline = plan('workloads: [resnet50]\nscenarios: [offline]\nmatrix: {precision: [int8], threads: [1]}\n');
const published = new Map([['resnet50', 'resnet50-v1.5']]);
const none = new Map<string, GraphCount>();

test('a model with published figures is projected by its name, once for each stack that has run the precision', () => {
  const projections = new CaseProjections(offline, basis, null, published);
  const records = projections.records(none, []);
  const [first] = records;
  expect(projections.graphs.size).toBe(0);
  expect(first).toMatchObject({
    id: 'resnet50/nvidia-a100-sxm-80gb/mlperf/int8/offline',
    stack: 'mlperf',
    beside: offline.cases.map(({ key }) => key),
    asked: { model: 'resnet50-v1.5', cost: 'published', scenario: 'Offline', precision: 'int8' },
  });
  expect(first?.outcome).toMatchObject({ level: 0.9, unit: 'samples/s per accelerator' });
  if (first === undefined || 'refused' in first.outcome) throw new Error('expected a figure');
  const { low, value, high } = first.outcome;
  expect(low).toBeLessThan(value);
  expect(value).toBeLessThan(high);
  const ranInInt8 = new Set(basis.evidence.filter((one) => one.precision === 'int8').map(({ stack }) => stack));
  expect(records.every(({ stack }) => stack !== null && ranInInt8.has(stack))).toBe(true);
});

test('a hash tells what a projection rests on: the published figures, the profile, and what was asked', () => {
  // A stack that nothing is known of is refused without a look at the others.
  const record = (of = basis) => new CaseProjections(offline, of, ['another'], published).records(none, [])[0];
  const plain = record();
  expect(record()).toEqual(plain);
  const fewer = record({ ...basis, evidence: basis.evidence.slice(1) });
  const changed = basis.profiles.map((one) => (one.id === a100.id ? { ...one, note: 'another' } : one));
  const other = record({ ...basis, profiles: changed });
  expect(fewer?.inputs.profile).toBe(plain?.inputs.profile);
  expect(fewer?.inputs.evidence).not.toBe(plain?.inputs.evidence);
  expect(other?.inputs.evidence).toBe(plain?.inputs.evidence);
  expect(other?.inputs.profile).not.toBe(plain?.inputs.profile);
  expect(new Set([plain, fewer, other].map((one) => one?.inputs.sha256)).size).toBe(3);
  expect(new Set([plain, fewer, other].map((one) => one?.key)).size).toBe(1);
});

test('a stack that is named has its row, refused with what would help where it has no support', () => {
  const [row, ...others] = new CaseProjections(offline, basis, ['my-stack'], published).records(none, []);
  expect(others).toEqual([]);
  expect(row).toMatchObject({ stack: 'my-stack', outcome: { code: 'OTHER_STACK' } });
  expect(row?.outcome).toMatchObject({ refused: expect.stringContaining('would help') });
});

test('a workload that nobody publishes figures of needs its graph, and is refused where that was not read', () => {
  const projections = new CaseProjections(offline, basis, null, new Map());
  expect([...projections.graphs]).toEqual(['resnet50']);
  expect(projections.planned()).toMatchObject([{ outcome: null, cost: 'graph', stack: null }]);
  expect(projections.records(none, [])).toMatchObject([
    { stack: null, outcome: { code: 'WORKLOAD_NOT_PREPARED' }, inputs: { cost: null } },
  ]);
});

test('a graph that was counted goes in by its operations, and a chain is refused', () => {
  const node = { name: 'conv', operator: 'Conv', weightBytes: 4, bytesRead: 8, bytesWritten: 8, reason: null };
  const work = { nodes: [{ ...node, multiplyAdds: 4e9 }], multiplyAdds: 4e9, weightBytes: 1e8 };
  const graph: GraphCount = { work: { ...work, bytesRead: 8, bytesWritten: 8, reason: null }, parameters: 25e6 };
  const records = (count: GraphCount) =>
    new CaseProjections(offline, basis, ['mlperf'], new Map()).records(new Map([['resnet50', count]]), []);
  const [counted] = records(graph);
  expect(counted?.asked).toMatchObject({ model: 'resnet50', cost: 'graph' });
  expect(counted?.inputs.cost).toMatch(/^[0-9a-f]{64}$/);
  const [chain] = records({ code: 'CHAIN', message: 'it is a chain' });
  expect(chain?.outcome).toEqual({ refused: 'it is a chain', code: 'CHAIN' });
});

test('scenarios without a published counterpart, dynamic 8-bit integers and single operators are refused without a graph', () => {
  const reasonOf = (text: string) => {
    const projections = new CaseProjections(plan(text), basis, null, new Map());
    const [row] = projections.records(none, []);
    return [projections.graphs.size, row !== undefined && 'refused' in row.outcome ? row.outcome.code : null];
  };
  expect(reasonOf('workloads: [digits]\nmatrix: {batch_size: 8, threads: 1}\n')).toEqual([0, 'NO_COUNTERPART']);
  expect(reasonOf('workloads: [digits]\nmatrix: {precision: int8_dynamic, threads: 1}\n')).toEqual([0, 'NO_PEAK']);
  const operator =
    'workloads: [{name: mine, model: {operator: decode_jpeg}}]\nmatrix: {backend: operators, threads: 1}\nscenarios: [micro]\n';
  expect(reasonOf(operator)).toEqual([0, 'NO_MODEL']);
});

test('a run that is resumed projects nothing twice', () => {
  const both = plan('workloads: [resnet50, digits]\nmatrix: {precision: [int8], threads: [1]}\n');
  const projections = new CaseProjections(both, basis, ['mlperf'], published);
  const first = projections.records(none, []);
  expect(first).toHaveLength(2);
  expect(projections.records(none, first)).toEqual([]);
  expect(projections.records(none, first.slice(1)).map(({ key }) => key)).toEqual([first[0]?.key]);
});

test('a workload of the hub is known by the name that published figures give its model', () => {
  const hub = new Registry<typeof resnet50>('workload');
  hub.add(resnet50);
  expect([...publishedNames(offline, hub)]).toEqual([['resnet50', 'resnet50-v1.5']]);
});
