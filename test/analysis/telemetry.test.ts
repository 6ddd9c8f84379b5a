import { expect, test } from 'vitest';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import { caseTelemetry } from '../../src/analysis/telemetry.ts';
import type { RunEvent } from '../../src/results/events.ts';
import type { Case } from '../../src/results/run.ts';
import type { Columns } from '../../src/results/segment-file.ts';
import { plan, plannedCase, roundFinished, roundStarted, Samples, startedEvent, stream } from './run-fixture.ts';

/** A case whose window runs from 5 to 6 s, sampled every 100 ms from 4 s on, and what reads its telemetry. */
async function sampled(columns: (time: Float64Array) => Columns): Promise<{ one: Case; samples: Samples }> {
  const samples = new Samples();
  const time = Float64Array.from({ length: 31 }, (_, index) => 4 + index / 10);
  const telemetry = samples.addColumns('telemetry', { time, ...columns(time) }, time.length);
  const finished = roundFinished('key-a', 0, samples.add('r', stream(new Array(20).fill(0.05))));
  const events: RunEvent[] = [
    startedEvent(plan([plannedCase('a')])),
    roundStarted('key-a'),
    { ...finished, telemetry } as RunEvent,
  ];
  const [one] = (await summariseRun(events, samples.read)).cases;
  if (one === undefined) throw new Error('The run has no case.');
  return { one, samples };
}

test('only samples within the window count, with times from its start', async () => {
  const { one, samples } = await sampled((time) => ({
    'process.cpu_cores': time.map((at) => (at >= 4.999 && at <= 6.001 ? 2 : 100)),
  }));
  const telemetry = await caseTelemetry(one, 4, samples.read.columns);
  const [series] = telemetry?.series ?? [];
  expect(telemetry?.round).toBe(0);
  expect(series).toMatchObject({ name: 'processCores', mean: 2 });
  expect(series?.seconds.every((second) => second >= 0 && second <= 1)).toBe(true);
  expect(series?.seconds.length).toBeGreaterThanOrEqual(10);
});

test('the busy share of the machine becomes cores, also from the portable collector', async () => {
  const { one, samples } = await sampled((time) => ({
    'machine.cpu_busy': time.map(() => Number.NaN),
    'machine-portable.cpu_busy': time.map(() => 0.25),
  }));
  const telemetry = await caseTelemetry(one, 4, samples.read.columns);
  expect(telemetry?.series).toMatchObject([{ name: 'machineCores', mean: 1 }]);
});

test('a sample that could not be read is a gap and not a zero', async () => {
  const { one, samples } = await sampled((time) => ({
    'process.rss_bytes': time.map((at) => (at > 5.25 && at < 5.35 ? Number.NaN : 100)),
  }));
  const [series] = (await caseTelemetry(one, 4, samples.read.columns))?.series ?? [];
  expect(series?.values.filter((value) => value === null)).toHaveLength(1);
  expect(series?.mean).toBe(100);
});

test('many samples are thinned by their means', async () => {
  const { one, samples } = await sampled((time) => ({ 'process.cpu_cores': time.map((_, index) => index % 2) }));
  const [series] = (await caseTelemetry(one, 4, samples.read.columns, 5))?.series ?? [];
  expect(series?.values.length).toBeLessThanOrEqual(5);
  expect(series?.values.every((value) => value !== null && value > 0 && value < 1)).toBe(true);
});

test('a case without telemetry has none', async () => {
  const samples = new Samples();
  const [one] = (await summariseRun([startedEvent()], samples.read)).cases;
  expect(one === undefined ? undefined : await caseTelemetry(one, 4, samples.read.columns)).toBeNull();
});
