import { expect, test } from 'vitest';
import { engineReadings } from '../../src/gate/engine-readings.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import type { MemoryShortage } from '../../src/results/memory-shortage.ts';
import { readRun } from '../../src/results/result-folder.ts';
import type { Case } from '../../src/results/run.ts';

const run = readRun(packageFile('results', 'example'));
const [measured] = run.cases;

function metricsOf(changes: Partial<Case>): string[] {
  if (measured === undefined) throw new Error('The example has no case.');
  const reading = engineReadings({ ...run, cases: [{ ...measured, ...changes }] }).get(measured.id);
  return reading?.outcome === 'measured' ? reading.figures.map(({ metric }) => metric) : [];
}

test('each measured case is a scenario with the figures of its row', () => {
  const readings = engineReadings(run);
  expect([...readings.keys()]).toEqual(run.cases.filter(({ status }) => status === 'ok').map(({ id }) => id));
  for (const one of run.cases) {
    const reading = readings.get(one.id);
    if (reading?.outcome !== 'measured') throw new Error(`${one.id} was not measured.`);
    const value = (name: string) => reading.figures.find(({ metric }) => metric === name)?.value;
    expect(reading.figures[0]).toMatchObject({
      metric: 'latency_p50',
      value: one.latency?.p50,
      unit: 's',
      better: 'lower',
    });
    expect(value('throughput')).toBe(one.throughput?.value);
    expect(value('peak_rss')).toBe(one.memory.peakRssBytes);
    expect(value('model_bytes')).toBe(one.variant?.bytes ?? one.model?.bytes);
    expect(value('accuracy')).toBe(one.accuracy?.value);
    expect(Object.keys(reading.stages)).toContain('inference');
  }
});

test('size, operators and accuracy are exact and nothing else is', () => {
  const [reading] = engineReadings(run).values();
  const exact = reading?.outcome === 'measured' ? reading.figures.filter(({ kind }) => kind === 'exact') : [];
  expect(exact.map(({ metric }) => metric)).toEqual(['model_bytes', 'operators', 'accuracy']);
});

test('a percentile that was withheld has no figure', () => {
  const latency = measured?.latency ?? null;
  expect(metricsOf({ latency: latency && { ...latency, p99: null } })).not.toContain('latency_p99');
});

test('without a response time throughput comes first', () => {
  const metrics = metricsOf({ latency: null, serviceLatency: measured?.latency ?? null });
  expect(metrics.slice(0, 2)).toEqual(['throughput', 'service_latency_p50']);
});

test('a failed case tells why, and a skipped one is not there', () => {
  if (measured === undefined) throw new Error('The example has no case.');
  const cause = { code: 'OUT_OF_MEMORY', message: 'too large', exitCode: null, signal: 'SIGKILL', stderrTail: '' };
  const failed = { ...measured, id: 'failed', status: 'failed', cause } as const;
  const skipped = { ...measured, id: 'skipped', status: 'skipped' } as const;
  const readings = engineReadings({ ...run, cases: [failed, skipped] });
  expect([...readings]).toEqual([['failed', { outcome: 'failed', code: 'OUT_OF_MEMORY', message: 'too large' }]]);

  const memory: MemoryShortage = {
    ...{ device: 'gpu0', place: 'memory', neededBytes: 2 ** 30, freeBytes: 2 ** 20, totalBytes: 2 ** 34 },
    ...{ freeAfterBytes: 2 ** 33, evidence: { needed: 'message', free: 'message', total: 'message' } },
    ...{ projected: null, holders: [], batchSize: 4, precisions: [], remedies: [], reasons: {} },
  };
  const explained = engineReadings({ ...run, cases: [{ ...failed, cause: { ...cause, memory } }] }).get('failed');
  expect(explained).toMatchObject({ message: 'needed 1 GiB more, 1 MiB of 16 GiB free on gpu0: take --batch-size 4' });
});

test('the answers of a case are its outputs, and where there are none nothing is told of them', () => {
  if (measured === undefined) throw new Error('The example has no case.');
  const answers = { sha256: 'a'.repeat(64), items: 1, codes: 'abc.xy.' };
  const { answers: _, ...without } = measured;
  const readings = engineReadings({
    ...run,
    cases: [
      { ...without, id: 'told', answers },
      { ...without, id: 'null', answers: null },
      { ...without, id: 'old' },
    ],
  });
  expect(readings.get('told')).toMatchObject({ outputs: answers.sha256, answers });
  for (const id of ['null', 'old']) {
    expect(readings.get(id)).toMatchObject({ outputs: null });
    expect(readings.get(id)).not.toHaveProperty('answers');
  }
});
