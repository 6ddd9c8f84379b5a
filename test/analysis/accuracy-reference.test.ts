import { expect, test } from 'vitest';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import type { RunEvent } from '../../src/results/events.ts';
import type { CaseSnapshot } from '../../src/results/snapshot.ts';
import {
  plan,
  plannedCase,
  preparedEvent,
  proofEvent,
  roundFinished,
  roundStarted,
  runFinished,
  Samples,
  startedEvent,
  stream,
} from './run-fixture.ts';

const latencies = Array.from({ length: 20 }, () => 0.01);
const limits = { latency: null, accuracy: { ofReference: 0.99, minimum: null } };

function planned(name: string, axes: Partial<CaseSnapshot['axes']>, workload = 'digits'): CaseSnapshot {
  return plannedCase(name, { workload, axes: { ...plannedCase(name).axes, ...axes } });
}

/** A run of cases, each of which was proven with an accuracy of its own. */
async function casesOf(
  cases: readonly { readonly of: CaseSnapshot; readonly value: number; readonly metric?: string }[],
) {
  const samples = new Samples();
  const events = cases.flatMap(({ of: { key }, value, metric = 'top1' }): RunEvent[] => [
    proofEvent([key], { accuracy: { metric, value, items: 1000, correct: 1000 * value } }),
    roundStarted(key),
    roundFinished(key, 0, samples.add(key, stream(latencies))),
  ]);
  const started = startedEvent(
    plan(
      cases.map(({ of }) => of),
      { limits },
    ),
  );
  const run = await summariseRun([started, preparedEvent(), ...events, runFinished()], samples.read);
  return run.cases;
}

test('the reference is the same workload at fp32 with fusion on, of the same batch where there is one', async () => {
  const [first, second, int8, large] = await casesOf([
    { of: planned('a', {}), value: 0.98 },
    { of: planned('b', { batchSize: 8 }), value: 0.97 },
    { of: planned('c', { batchSize: 8, precision: 'int8' }), value: 0.965 },
    { of: planned('d', { batchSize: 4, precision: 'int8' }), value: 0.965 },
  ]);
  expect([first, second, int8, large].map((one) => one?.accuracy?.reference)).toEqual([0.98, 0.97, 0.97, 0.98]);
  // 0.965 is 99.5 % of 0.97 and 98.5 % of 0.98.
  expect(int8?.verdicts.accuracy).toBe('valid');
  expect(large?.verdicts.accuracy).toBe('invalid');
  expect(large?.reasons['verdicts.accuracy']).toMatchObject({ code: 'ACCURACY_LOST', have: 0.965 });
});

test('of several references, one of the same batch goes before one with the usual hygiene and layout', async () => {
  const usual = { hygiene: 'on', layout: 'engine' };
  const cases = await casesOf([
    { of: planned('a', { ...usual, hygiene: 'off' }), value: 0.95 },
    { of: planned('b', { ...usual, layout: 'plain' }), value: 0.96 },
    { of: planned('c', usual), value: 0.97 },
    { of: planned('d', { ...usual, layout: 'plain', batchSize: 8 }), value: 0.98 },
    { of: planned('e', { ...usual, precision: 'int8' }), value: 0.9 },
    { of: planned('f', { ...usual, precision: 'int8', batchSize: 8 }), value: 0.9 },
    { of: planned('g', { ...usual, precision: 'int8', batchSize: 64 }), value: 0.9 },
  ]);
  expect(cases.slice(4).map(({ accuracy }) => accuracy?.reference)).toEqual([0.97, 0.98, 0.97]);
});

test('another workload, another metric and a graph without fusion are no reference', async () => {
  const cases = await casesOf([
    { of: planned('a', { fusion: 'off' }), value: 0.98 },
    { of: planned('b', {}, 'letters'), value: 0.98 },
    { of: planned('c', {}, 'words'), value: 0.98, metric: 'top5' },
    { of: planned('d', { precision: 'int8' }, 'words'), value: 0.98 },
  ]);
  expect(cases.map(({ accuracy }) => accuracy?.reference)).toEqual([null, 0.98, 0.98, null]);
  expect(cases[0]?.reasons['accuracy.reference']?.code).toBe('NO_REFERENCE_IN_RUN');
  expect(cases[0]?.verdicts.accuracy).toBeNull();
});
