import { expect, test } from 'vitest';
import { caseDistribution } from '../../src/analysis/distribution.ts';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import type { Case } from '../../src/results/run.ts';
import {
  plan,
  plannedCase,
  roundFinished,
  roundStarted,
  runFinished,
  Samples,
  startedEvent,
  stream,
} from './run-fixture.ts';

async function measuredCase(samples: Samples, kind: string): Promise<Case> {
  const records = stream(Array.from({ length: 1_000 }, (_, index) => (index + 1) / 1e6));
  const file = samples.add('r', kind === 'offline' ? records.map((record) => ({ ...record, scheduled: 0 })) : records);
  const planned = plannedCase('a', { scenario: { kind } });
  const events = [startedEvent(plan([planned])), roundStarted('key-a'), roundFinished('key-a', 0, file), runFinished()];
  const [one] = (await summariseRun(events, samples.read)).cases;
  if (one === undefined) throw new Error('The run has no case.');
  return one;
}

test.each(['single_stream', 'offline'])(
  'the distribution of %s runs from the fastest to the slowest query, thinned',
  async (kind) => {
    const samples = new Samples();
    const distribution = await caseDistribution(await measuredCase(samples, kind), samples.read.chunks, 50);
    expect(distribution?.count).toBe(1_000);
    expect(distribution?.seconds.length).toBeLessThanOrEqual(50);
    expect(distribution?.seconds[0]).toBeCloseTo(1e-6, 12);
    expect(distribution?.seconds.at(-1)).toBeCloseTo(1e-3, 12);
    expect(distribution?.fraction.at(-1)).toBe(1);
  },
);

test('a case that was not measured has no distribution', async () => {
  const [one] = (await summariseRun([startedEvent()], new Samples().read)).cases;
  expect(one === undefined ? undefined : await caseDistribution(one, new Samples().read.chunks)).toBeNull();
});
