import { expect, test } from 'vitest';
import { answerOf } from '../../src/analysis/answer.ts';
import { compareRuns } from '../../src/analysis/compare-runs.ts';
import { notMeasured } from '../../src/analysis/projected-case.ts';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import type { RunEvent } from '../../src/results/events.ts';
import { storedRun } from '../../src/results/result-folder.ts';
import { alone, offline, projectedEvent, refused } from './projected-fixture.ts';
import { plan, plannedCase, preparedEvent, Samples, startedEvent } from './run-fixture.ts';

const started = startedEvent(plan([plannedCase('a'), plannedCase('b')]));
const runOf = (...events: readonly RunEvent[]) =>
  summariseRun([started, preparedEvent(), ...events], new Samples().read);

test('a projected case tells its figure with the interval, and of all else that only a measurement would tell it', async () => {
  const { projected: [one] = [] } = await runOf(projectedEvent(offline));
  expect(one).toMatchObject({ provenance: 'projected', status: 'ok', cause: null, profile: 'nvidia-a100-sxm4-80gb' });
  expect(one?.throughput).toEqual({ unit: 'items/s', value: 2000, ci95: null, interval90: [1000, 4000] });
  expect([one?.latency, one?.energy, one?.accuracy, one?.verdicts.load]).toEqual([null, null, null, null]);
  expect(one?.reasons.energy).toEqual({ code: notMeasured, need: null, have: null });
  expect([one?.axes.threads, one?.axes.batchSize, one?.axes.precision]).toEqual([null, null, 'fp32']);
  expect(one?.reasons['axes.threads']?.code).toBe('STACK_DECIDES');
});

test('every null of a projected case but the cause of one that was not refused has its reason', async () => {
  const { projected = [] } = await runOf(projectedEvent(alone), projectedEvent(refused, { key: 'r', stack: null }));
  const nulls = (value: unknown, path: string): string[] => {
    if (value === null) return [path];
    if (typeof value !== 'object') return [];
    return Object.entries(value ?? {}).flatMap(([key, part]) => nulls(part, path === '' ? key : `${path}.${key}`));
  };
  for (const { reasons, projection: _projection, model: _model, ...one } of projected) {
    expect(nulls(one, '').filter((path) => !path.startsWith('cause') && !(path in reasons))).toEqual([]);
  }
  expect(projected).toHaveLength(2);
});

test('published milliseconds are the 90th percentile in seconds', async () => {
  const { projected: [one] = [] } = await runOf(
    projectedEvent(alone, {
      asked: { model: 'resnet50-v1.5', cost: 'published', scenario: 'SingleStream', precision: 'fp32', unit: null },
    }),
  );
  expect(one?.latency).toMatchObject({ p90: 0.002, p50: null, interval90: { p90: [0.001, 0.004] } });
  expect(one?.throughput).toBeNull();
  expect(one?.axes.batchSize).toBe(1);
});

test('a refused projection is a skipped case whose cause says why and what would help', async () => {
  const { projected: [one] = [] } = await runOf(projectedEvent(refused));
  expect(one).toMatchObject({ status: 'skipped', latency: null, throughput: null });
  expect(one?.cause).toMatchObject({ code: 'NO_SUPPORT', message: 'nothing is known of it; a figure would help' });
  expect(one?.reasons.status?.code).toBe('NO_SUPPORT');
});

test('a case that was projected twice, as when its run was resumed, stands once', async () => {
  const { projected = [] } = await runOf(projectedEvent(refused), projectedEvent(offline));
  expect(projected.map(({ status }) => status)).toEqual(['ok']);
});

test('a projection beside a case that the plan does not have is a corrupt log', async () => {
  await expect(runOf(projectedEvent(offline, { beside: ['elsewhere'] }))).rejects.toThrow(
    expect.objectContaining({ code: 'EVENTS_CORRUPT' }),
  );
});

test('projected cases are no part of the cases that are counted, answered from and compared', async () => {
  const plain = await runOf();
  const run = await runOf(projectedEvent({ ...offline, value: 1e9 }));
  expect(run.cases).toEqual(plain.cases);
  expect(answerOf(run)).toEqual(answerOf(plain));
  expect(compareRuns(run, run)).toEqual(compareRuns(plain, plain));
  expect(run.status).toBe(plain.status);
});

test('in the file of a run they follow the measured cases, and a run without them has no word of them', async () => {
  const run = await runOf(projectedEvent(offline));
  expect(storedRun(run).cases.map(({ provenance }) => provenance)).toEqual(['measured', 'measured', 'projected']);
  expect('projected' in storedRun(run)).toBe(false);
  expect('projected' in (await runOf())).toBe(false);
});
