import { expect, test } from 'vitest';
import { referenceOf, toggleEffects } from '../../src/analysis/toggle-effects.ts';
import type { Case } from '../../src/results/run.ts';
import { type ToggleSketch, toggleRun } from './toggle-run.ts';

function effectsOf(sketches: readonly ToggleSketch[], policy = {}) {
  const [effects] = toggleEffects(toggleRun(sketches, policy));
  if (effects === undefined) throw new Error('Expected a group of cases.');
  return effects;
}

test('the reference is fp32 with fusion on and what follows from it, else with fusion off, else the first that stands', () => {
  const reference = (...sketches: ToggleSketch[]) => referenceOf(toggleRun(sketches))?.key;
  const plainOn = { layout: 'plain', times: [1] };
  const off = { fusion: 'off', times: [1] };
  const int8 = { precision: 'int8', times: [1] };
  expect(reference(int8, plainOn, off, { times: [1] })).toBe('fp32 on on engine');
  expect(reference(int8, plainOn, off)).toBe('fp32 off off plain');
  expect(reference(int8, plainOn)).toBe('int8 on on engine');
  expect(reference({ ...int8, changes: { status: 'failed' } }, plainOn)).toBe('fp32 on on plain');
});

test('a speed-up is paired by rounds: what befell a whole round cancels', () => {
  // The second round took twice as long, and int8 is twice as fast in each.
  const { cells } = effectsOf([{ times: [4, 8, 4] }, { precision: 'int8', times: [2, 4, 2] }]);
  const speed = cells[1]?.speed;
  expect(speed).toMatchObject({ rounds: 3, reason: null });
  for (const end of ['value', 'low', 'high'] as const) expect(speed?.[end]).toBeCloseTo(2, 12);
});

test('rounds that did not take turns are not paired: the drift is part of what is not known', () => {
  const { cells } = effectsOf([{ times: [4, 8, 4] }, { precision: 'int8', times: [2, 4, 2] }], { order: 'listed' });
  const { value, low, high } = cells[1]?.speed ?? {};
  expect(value).toBeCloseTo(2, 12);
  expect(low).toBeLessThan(1);
  expect(high).toBeGreaterThan(4);
});

test('only rounds that both cases have are compared', () => {
  // Rounds 0 and 2 are left, with ratios 2 and 8: geometric mean 4.
  const { cells } = effectsOf([{ times: [4, 9, 8] }, { precision: 'int8', times: [2, null, 1] }]);
  expect(cells[1]?.speed.rounds).toBe(2);
  expect(cells[1]?.speed.value).toBeCloseTo(4, 12);
});

test('one round has a ratio and no interval, and lost rounds say how many are left', () => {
  const single = effectsOf([{ times: [4] }, { precision: 'int8', times: [1] }]).cells[1]?.speed;
  expect(single).toMatchObject({ low: null, high: null, reason: { code: 'ONE_ROUND', need: 2, have: 1 } });
  expect(single?.value).toBeCloseTo(4, 12);
  const lost = effectsOf([{ times: [4, 4, 4] }, { precision: 'int8', times: [null, null, 2] }]).cells[1]?.speed;
  expect(lost).toMatchObject({ value: 2, reason: { code: 'ROUNDS_LOST', need: 2, have: '1 of 3' } });
});

test('an invalid case has no speed-up, and one that was skipped says so', () => {
  const verdicts = { configuration: 'invalid' } as Case['verdicts'];
  const skipped = {
    status: 'skipped' as const,
    reasons: { status: { code: 'NOTHING_TO_FUSE', need: null, have: null } },
  };
  const { cells } = effectsOf([
    { times: [4, 4] },
    { precision: 'int8', times: [1, 1], changes: { verdicts } },
    { fusion: 'graph', times: [1, 1], changes: skipped },
  ]);
  expect(cells[1]?.speed).toMatchObject({ value: null, reason: { code: 'CASE_INVALID', have: 'configuration' } });
  expect(cells[2]?.speed).toMatchObject({ value: null, reason: { code: 'CASE_SKIPPED' } });
  expect(cells[2]?.size).toEqual({ value: null, against: null, reason: skipped.reasons.status });
});

test('size, memory and accuracy stand beside those of the reference', () => {
  const accuracy = (value: number) => ({ metric: 'top1', value, items: 1000, reference: null });
  const variant = {
    sha256: 'ab',
    bytes: 25_600_000,
    steps: ['int8'],
    passes: {},
    fused: 0,
    nodes: { before: 1, after: 1 },
    conversion: null,
  };
  const memory = (peakRssBytes: number) => ({ peakRssBytes, peakDeviceBytes: null });
  const { cells } = effectsOf([
    { times: [4], changes: { accuracy: accuracy(0.99), memory: memory(4e8) } },
    { precision: 'int8', times: [1], changes: { accuracy: accuracy(0.985), memory: memory(1e8), variant } },
  ]);
  // The model of the sketch has 102,400,000 bytes.
  expect(cells[1]?.size).toEqual({ value: 25_600_000, against: 0.25, reason: null });
  expect(cells[1]?.memory).toEqual({ value: 1e8, against: 0.25, reason: null });
  expect(cells[1]?.accuracy.against).toBeCloseTo(-0.005, 12);
});

test('accuracies of two metrics are not subtracted', () => {
  const accuracy = (metric: string) => ({ metric, value: 0.9, items: 10, reference: null });
  const { cells } = effectsOf([
    { times: [4], changes: { accuracy: accuracy('top1') } },
    { precision: 'int8', times: [1], changes: { accuracy: accuracy('top5') } },
  ]);
  expect(cells[1]?.accuracy).toEqual({
    value: 0.9,
    against: null,
    reason: { code: 'METRICS_DIFFER', need: 'top1', have: 'top5' },
  });
});

test('where queries wait for each other, the throughput is compared and not the time of a query', () => {
  const scenario = { kind: 'closed_loop', concurrency: 4 };
  const { measure, cells } = effectsOf([
    { times: [4, 4], changes: { scenario } },
    { precision: 'int8', times: [1, 1], changes: { scenario } },
  ]);
  expect(measure).toBe('item');
  expect(cells[1]?.speed.value).toBeCloseTo(4, 12);
});

test('a run that compares with a bare loop has no effects', () => {
  const sketches = [{ times: [4] }, { precision: 'int8', times: [1] }];
  expect(toggleEffects(toggleRun(sketches, { bareLoop: 'interleaved' }))).toEqual([]);
});

test('what did not take effect has no speed-up and is no reference, in results without verdicts, too', () => {
  const reasons = { 'effective.fusion': { code: 'NOT_IN_EFFECT', need: 'on', have: 'off' } };
  const run = toggleRun([
    { times: [4, 4], changes: { reasons } },
    { fusion: 'off', times: [4, 4] },
  ]);
  const [effects] = toggleEffects(run);
  expect(effects?.reference.axes.fusion).toBe('off');
  expect(effects?.cells[0]?.speed).toMatchObject({
    value: null,
    reason: { code: 'CASE_INVALID', have: 'configuration' },
  });
  expect(effects?.ladders).toEqual([]);
});
