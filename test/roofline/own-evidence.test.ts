import { expect, test } from 'vitest';
import { loadCatalogue } from '../../src/hardware/catalogue.ts';
import { loadPublished } from '../../src/hardware/published.ts';
import type { Case } from '../../src/results/run.ts';
import { sortEvidence } from '../../src/roofline/evidence.ts';
import { ownEvidence } from '../../src/roofline/own-evidence.ts';
import { type Projection, Projector } from '../../src/roofline/project.ts';
import { validateOwn } from '../../src/roofline/validation-table.ts';
import { itemsAt, machine, offlineCase, runOn } from './own-fixture.ts';

const none = new Map<string, string>();
const machines = [50, 100, 200, 400, 800].map((giga) => machine(`box-${giga}`, giga));
const [, , , , absent] = machines;
const four = machines.slice(0, 4);
const halves = four.map((profile) => runOn(profile.id, [offlineCase(itemsAt(0.5, profile))]));
const request = { accelerator: 'box-800', model: 'own', scenario: 'Offline', precision: 'fp32', stack: 'ort-cpu' };

function answered(projection: Projection) {
  if ('refused' in projection) throw new Error(projection.refused);
  return projection;
}

test('four machines that reach half of their peak let expect half of the peak of a fifth', () => {
  const { evidence, rows, leftOut } = ownEvidence(halves, machines, none);
  expect(leftOut).toEqual([]);
  expect(rows).toHaveLength(4);
  expect(rows[0]).toMatchObject({ stack: 'ort-cpu', profile: 'box-50', model: 'graph:own', scenario: 'Offline' });
  expect(evidence.map(({ logEfficiency }) => Math.exp(logEfficiency))).toEqual(four.map(() => expect.closeTo(0.5, 12)));
  const projection = answered(new Projector(machines, evidence).project(request));
  if (absent === undefined) throw new Error('expected five machines');
  expect(projection.value / itemsAt(0.5, absent)).toBeCloseTo(1, 2);
  expect(projection).toMatchObject({ unit: 'samples/s per accelerator', modelDevices: 4 });
  // The very numbers of a published stack: the same projection.
  const publishedAlike = evidence.map(({ measured: _, ...one }) => one);
  expect(new Projector(machines, publishedAlike).project(request)).toEqual(projection);
});

test('rows of one stack leave what is projected of another as it is', () => {
  const { profiles } = loadCatalogue({});
  const published = sortEvidence(loadPublished(), profiles).evidence.filter(({ stack }) => stack === 'pytorch');
  const all = [...profiles, ...machines];
  const { evidence } = ownEvidence(halves, all, none);
  const asked = { ...request, accelerator: 'nvidia-a100-sxm-80gb', model: 'resnet50-v1.5', stack: 'pytorch' };
  const [without, beside] = [published, [...published, ...evidence]].map((one) => new Projector(all, one));
  expect(beside?.project(asked)).toEqual(without?.project(asked));
  expect(beside?.project(request)).toMatchObject({ modelDevices: 4 });
  expect(without?.project({ ...request, model: 'resnet50-v1.5' })).toMatchObject({ code: 'OTHER_STACK' });
});

test('a case that was measured twice is one row: the median, with what its results differ by', () => {
  const [first] = four;
  if (first === undefined) throw new Error('expected a machine');
  const again = runOn(first.id, [offlineCase(itemsAt(0.25, first))], { runId: 'again' });
  const { rows, evidence } = ownEvidence([...halves, again], machines, none);
  expect(rows).toHaveLength(4);
  expect(rows[0]?.cases.map(({ run }) => run)).toEqual(['run-box-50', 'again']);
  expect(rows[0]?.value).toBeCloseTo(itemsAt(0.375, first), 9);
  expect(evidence[0]?.figure).toMatchObject({
    results: 2,
    low: itemsAt(0.25, first),
    high: itemsAt(0.5, first),
  });
  // Logarithms that are ln 2 apart have a variance of (ln 2)² / 2, their mean half of it.
  expect(rows[0]?.deviation).toBeCloseTo(Math.LN2 / 2, 12);
});

test('of cases that differ in settings the best stands for the cell, and the others are left out by name', () => {
  const [first] = four;
  if (first === undefined) throw new Error('expected a machine');
  const slow = { ...offlineCase(itemsAt(0.3, first)), key: 'other', id: 'own/slow' };
  const { rows, leftOut } = ownEvidence([runOn(first.id, [slow, offlineCase(itemsAt(0.5, first))])], machines, none);
  expect(rows).toMatchObject([{ value: itemsAt(0.5, first), deviation: null }]);
  expect(leftOut).toMatchObject([{ run: 'run-box-50', case: 'own/slow', code: 'BETTER_SETTINGS' }]);
});

test('the interval of the rounds is scatter: a row that is not sure of itself moves a projection less', () => {
  const [first] = four;
  if (first === undefined) throw new Error('expected a machine');
  const projected = (ci95: readonly [number, number]) => {
    const odd = runOn(first.id, [offlineCase(itemsAt(0.2, first), { ci95 })]);
    const { evidence, rows } = ownEvidence([odd, ...halves.slice(1)], machines, none);
    return { row: rows[0], ...answered(new Projector(machines, evidence).project(request)) };
  };
  const value = itemsAt(0.2, first);
  const sure = projected([value / 1.01, value * 1.01]);
  const unsure = projected([value / 4, value * 4]);
  // Half of the width of a 95 % interval is 1.96 deviations.
  expect(unsure.row?.deviation).toBeCloseTo(Math.log(4) / 1.959964, 5);
  expect(unsure.value).toBeGreaterThan(1.05 * sure.value);
});

test('single_stream at batch 1 is SingleStream by its p90, and its rounds tell how sure that is', () => {
  const round = (one: Case, p90: number) => {
    const [first] = one.rounds;
    if (first?.summary == null) throw new Error('expected a round');
    return { ...first, summary: { ...first.summary, p90 } };
  };
  const one = offlineCase(10, { p90: 0.1, scenario: { kind: 'single_stream' } });
  const alone = { ...one, axes: { ...one.axes, batchSize: 1 }, rounds: [round(one, 0.1), round(one, 0.1 * Math.E)] };
  const { rows } = ownEvidence([runOn('box-400', [alone])], machines, none);
  expect(rows).toMatchObject([{ scenario: 'SingleStream', unit: 'ms (p90)', value: 100 }]);
  // Two logarithms 1 apart: Student's interval of their mean is ± 12.706 · √(1/2) / √2, a normal one 1.96 deviations.
  expect(rows[0]?.deviation).toBeCloseTo((12.7062 * 0.5) / 1.959964, 3);
});

test('a server counts where a search found its rate within a limit', () => {
  const server = (changes: object) => offlineCase(10, { scenario: { kind: 'server', rate: 'search' }, ...changes });
  const rowsOf = (one: Case) => ownEvidence([runOn('box-400', [one])], machines, none);
  expect(rowsOf(server({ withinLimit: true })).rows).toMatchObject([
    { scenario: 'Server', unit: 'queries/s per accelerator', value: 10 },
  ]);
  expect(rowsOf(server({ withinLimit: null })).leftOut).toMatchObject([{ code: 'LIMIT_NOT_KEPT' }]);
  const set = server({ withinLimit: true, scenario: { kind: 'server', rate: 10 } });
  expect(rowsOf(set).leftOut).toMatchObject([
    { code: 'RATE_IS_SET', reason: expect.stringContaining('--rate search') },
  ]);
});

const [other] = four;
const left = (changes: object, says: RegExp, more: Partial<Case> = {}) => [changes, says, more] as const;
test.each([
  ['NOT_OK', left({ status: 'failed' }, /it is failed/)],
  ['SCOPE_REQUEST', left({ scope: 'request' }, /bench with --scope inference/)],
  ['INVALID', left({ verdicts: { accuracy: 'invalid' } }, /verdict is invalid \(accuracy\)/)],
  ['NO_COUNTERPART', left({ scenario: { kind: 'closed_loop' } }, /nothing is projected of closed_loop/)],
  ['NO_COUNTERPART', left({ scenario: { kind: 'single_stream' } }, /single_stream in batches of 8/)],
  ['NO_COST', left({ model: null }, /recorded nothing of its model/)],
  ['NO_COST', left({ operators: null }, /policy\.proof/)],
  ['NO_PROFILE', left({ profile: 'my-npu' }, /no hardware profile "my-npu"; --profiles/)],
  ['NO_PROFILE', left({ backend: 'mine' }, /what the backend mine ran on/)],
  ['NO_PEAK', left({}, /has no peak for int8/, { axes: { ...offlineCase(1).axes, precision: 'int8' } })],
  ['ABOVE_PEAK', left({ throughput: 1e6 }, /more than the peak of .* is not of this machine/)],
] as const)('a case is left out as %s, with the reason', (code, [changes, says, more]) => {
  if (other === undefined) throw new Error('expected a machine');
  const one = { ...offlineCase(1, changes), ...more };
  const { rows, leftOut } = ownEvidence([runOn(other.id, [one])], machines, none);
  expect(rows).toEqual([]);
  expect(leftOut).toMatchObject([{ run: 'run-box-50', case: one.id, code, reason: expect.stringMatching(says) }]);
});

test('a workload of a published name has the published cost where its multiply-adds agree, else that of its own', () => {
  const named = new Map([['own', 'resnet50-v1.5']]);
  const modelOf = (multiplyAdds: number) => {
    const one = offlineCase(1);
    if (one.model === null) throw new Error('expected a model');
    const changed = { ...one, model: { ...one.model, multiplyAdds } };
    return ownEvidence([runOn('box-400', [changed])], machines, named).rows[0]?.model;
  };
  expect(modelOf(4_089_184_256)).toBe('resnet50-v1.5');
  expect(modelOf(3e9)).toBe('graph:own');
});

test('of two models of one name that of the newest result stands, and a graph that costs something else is refused', () => {
  const one = offlineCase(1);
  if (one.model === null) throw new Error('expected a model');
  const smaller = { ...one, model: { ...one.model, multiplyAdds: 1e9 } };
  const old = runOn('box-400', [smaller], { runId: 'old', startedAt: '2024-01-01T00:00:00.000Z' });
  const { evidence, leftOut } = ownEvidence([old, ...halves], machines, none);
  expect(leftOut).toMatchObject([{ run: 'old', code: 'OTHER_MODEL' }]);
  const [known] = evidence;
  if (known === undefined) throw new Error('expected evidence');
  const cost = { ...known.model, operationsPerItem: 2e9 };
  const { model: _, ...rest } = request;
  expect(new Projector(machines, evidence).project({ ...rest, cost })).toMatchObject({
    code: 'NO_SUPPORT',
    refused: expect.stringContaining('"own" is another model'),
  });
});

test('rows of one’s own are projected without their machine, each by the others', () => {
  const runs = machines.map((profile) => runOn(profile.id, [offlineCase(itemsAt(0.5, profile))]));
  const { evidence } = ownEvidence(runs, machines, none);
  const published = sortEvidence(loadPublished(), loadCatalogue({}).profiles).evidence;
  const rows = validateOwn(machines, evidence, published);
  const [device] = rows;
  expect(device).toMatchObject({ leftOut: 'device', stacks: 'ort-cpu', scenario: 'Offline', model: null });
  expect(device?.summary).toMatchObject({ figures: 5, refusedShare: 0, coverage: 1 });
  expect(device?.summary.medianError).toBeLessThan(0.01);
  // All machines are of one architecture: without it nothing is left.
  expect(rows.find(({ leftOut }) => leftOut === 'architecture')?.summary).toMatchObject({ refusedShare: 1 });
});
