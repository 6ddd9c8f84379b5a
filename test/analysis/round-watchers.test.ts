import { expect, test } from 'vitest';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import type { QueryRecord } from '../../src/results/record.ts';
import type { Case } from '../../src/results/run.ts';
import type { ScenarioSnapshot } from '../../src/results/snapshot.ts';
import { plan, plannedCase, roundFinished, roundStarted, runFinished, Samples, startedEvent } from './run-fixture.ts';

/**
 * Arrivals every 10 ms, sent 0.5 ms late, each served in 4 ms at once but for every tenth, which takes 24 ms: the two behind it have to wait
 * in the queue, the first for 14 ms and the second for 8 ms.
 */
function arrivals(count: number): QueryRecord[] {
  let completed = 0;
  return Array.from({ length: count }, (_, query) => {
    const scheduled = query / 100;
    const sent = scheduled + 0.5e-3;
    const started = Math.max(sent, completed);
    completed = started + (query % 10 === 0 ? 24e-3 : 4e-3);
    const stages = { preprocess: 0, inference: completed - started, postprocess: 0 };
    return { query, items: 4, firstItem: 0, kind: 0, scheduled, sent, started, completed, ...stages };
  });
}

async function measured(scenario: ScenarioSnapshot, ...rounds: (readonly QueryRecord[])[]): Promise<Case> {
  const samples = new Samples();
  const events = rounds.flatMap((records, round) => [
    roundStarted('key-a', round),
    roundFinished('key-a', round, samples.add(`r${round}`, records), {
      windowSeconds: records.at(-1)?.completed ?? 0,
      queries: records.length,
    }),
  ]);
  const started = startedEvent(plan([plannedCase('a', { scenario })], {}, rounds.length));
  const [one] = (await summariseRun([started, ...events, runFinished()], samples.read)).cases;
  if (one === undefined) throw new Error('The run has no case.');
  return one;
}

const server = { kind: 'server', arrivals: { kind: 'constant' }, rate: 100 } as const;

test('response time is lateness of the generator, wait in the queue and service, each told by itself', async () => {
  const one = await measured(server, arrivals(200));
  expect(one.issueDelay?.p50).toBeCloseTo(0.5e-3, 12);
  expect(one.serviceLatency?.p50).toBeCloseTo(4e-3, 12);
  expect(one.queueDelay?.p50).toBeCloseTo(0, 12);
  expect(one.queueDelay?.max).toBeCloseTo(14e-3, 12);
  expect(one.queueDelay?.mean).toBeCloseTo((14e-3 + 8e-3 + 2e-3) / 10, 12);
  const parts = [one.issueDelay, one.queueDelay, one.serviceLatency].map((summary) => summary?.mean ?? Number.NaN);
  expect(one.latency?.mean).toBeCloseTo(
    parts.reduce((sum, part) => sum + part, 0),
    12,
  );
});

test('a scheduled load is told by its rates, and its throughput counts the gaps between queries', async () => {
  const rounds = [arrivals(200), arrivals(100)];
  const one = await measured(server, ...rounds);
  expect(one.load).toMatchObject({ targetRate: 100, late: { share: 0 }, unserved: 0 });
  // N − 1 gaps of 10 ms, in either round.
  expect(one.load?.scheduledRate).toBeCloseTo(100, 9);
  const throughputs = rounds.map((records) => (4 * (records.length - 1)) / (records.at(-1)?.completed ?? 0));
  expect(one.rounds.map(({ summary }) => summary?.throughput)).toEqual(
    throughputs.map((value) => expect.closeTo(value, 9)),
  );
  expect(one.throughput?.value).toBeCloseTo(((throughputs[0] ?? 0) + (throughputs[1] ?? 0)) / 2, 9);
  expect(one.load?.completedRate).toBeCloseTo((one.throughput?.value ?? 0) / 4, 9);
});

test('one query of a scheduled load has no rate', async () => {
  const one = await measured(server, arrivals(200), arrivals(1));
  expect(one.throughput).toBeNull();
  expect(one.reasons.throughput).toEqual({ code: 'TOO_FEW_SAMPLES', need: 2, have: 1 });
  expect(one.rounds[1]?.summary?.throughput).toBeNull();
  expect(one.reasons['rounds.1.summary.throughput']).toEqual({ code: 'TOO_FEW_SAMPLES', need: 2, have: 1 });
});

test('offline has no queue and no lateness, and says so', async () => {
  const one = await measured(
    { kind: 'offline' },
    arrivals(200).map((record) => ({ ...record, scheduled: 0 })),
  );
  expect([one.latency, one.queueDelay, one.issueDelay]).toEqual([null, null, null]);
  expect(one.reasons.queueDelay?.code).toBe('NOT_DEFINED_OFFLINE');
  expect(one.reasons['load.late']?.code).toBe('NOT_DEFINED_OFFLINE');
  expect(one.serviceLatency?.p50).toBeCloseTo(4e-3, 12);
});

test.each([
  ['server', server],
  ['single_stream', { kind: 'single_stream' }],
  ['offline', { kind: 'offline' }],
  ['closed_loop', { kind: 'closed_loop', concurrency: 2 }],
  ['a ramp', { kind: 'server', arrivals: { kind: 'ramp' } }],
] as const)('what is not known of the load and of sampling has its reason: %s', async (_, scenario) => {
  const one = await measured(scenario, arrivals(20));
  const nulls = Object.entries(one.load ?? {}).flatMap(([name, value]) => (value === null ? [`load.${name}`] : []));
  expect(nulls.length).toBeGreaterThan(0);
  expect([...nulls, 'observer'].filter((path) => one.reasons[path] === undefined)).toEqual([]);
  expect(one.observer).toBeNull();
  expect(one.reasons.observer?.code).toBe('NO_OBSERVER_BLOCKS');
});

test('a case that was not measured has neither, with the reason of the case', async () => {
  const [one] = (await summariseRun([startedEvent()], new Samples().read)).cases;
  expect([one?.load, one?.observer]).toEqual([null, null]);
  expect(one?.reasons.load?.code).toBe('CASE_INTERRUPTED');
  expect(one?.reasons.observer?.code).toBe('CASE_INTERRUPTED');
});

test('how a round was warmed up is told with it', async () => {
  const one = await measured(server, arrivals(20));
  expect(one.rounds[0]?.summary?.warmup).toEqual({ queries: 10, seconds: 0.1 });
});
