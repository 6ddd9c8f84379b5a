import { expect, test } from 'vitest';
import { engineSection } from '../../../src/report/sections/engines.ts';
import type { Case } from '../../../src/results/run.ts';
import { inputOf, sketchRun } from '../fixtures.ts';

const transport = { unit: 's', mean: 0.002, echo: 0.0015, share: 0.1, inLatency: false } as const;

function peers(change: (one: Case) => Case = (one) => one) {
  const run = sketchRun(
    'peers',
    ['ort-cpu', 'pytorch-eager'].map((backend, index) => ({
      ...{ workload: 'resnet50', batchSize: 1, backend, rounds: 3, median: 0.02 * (index + 1) },
    })),
  );
  return inputOf({ ...run, run: { ...run.run, cases: run.run.cases.map(change) } });
}

test('each engine has a row beside the embedded one, and transport where one computes in another process', () => {
  const software = { value: 'torch 2.15.0', evidence: 'session metadata' };
  const section = engineSection(
    peers((one) =>
      one.axes.backend === 'ort-cpu' ? one : { ...one, transport, effective: { ...one.effective, software } },
    ),
    12,
  );
  const [table, ...others] = section?.tables ?? [];
  expect(others).toEqual([]);
  expect(table?.caption).toBe('resnet50, batch 1: each engine beside ort-cpu');
  const titles = table?.columns.map(({ title }) => title) ?? [];
  const rows = table?.rows.map(({ cells }) =>
    Object.fromEntries(cells.map(({ text }, index) => [titles[index], text])),
  );
  expect(rows?.[0]).toMatchObject({ Engine: 'ort-cpu', 'Times as fast': 'reference', Transport: 'none' });
  expect(rows?.[1]).toMatchObject({ Engine: 'pytorch-eager', Transport: '2 ms' });
  expect(section?.notes).toContain('pytorch-eager: torch 2.15.0.');
  expect(section?.notes[0]).toContain('Transport is what the tensors');
});

test('where every engine computes in the measured process nothing is said of transport', () => {
  const section = engineSection(peers(), 12);
  expect(section?.tables[0]?.columns.map(({ title }) => title)).not.toContain('Transport');
  expect(section?.notes.join(' ')).not.toContain('Transport');
});

test('transport that is part of the times says so', () => {
  const section = engineSection(
    peers((one) => ({ ...one, transport: { ...transport, inLatency: true } })),
    12,
  );
  expect(section?.tables[0]?.rows[0]?.cells.map(({ text }) => text)).toContain('2 ms (in the times)');
});

test('an engine that tells the time of its device shows how much it adds to it', () => {
  const deviceTime = { unit: 's', inside: 0.0021, device: 0.002, ratio: 1.05 } as const;
  const section = engineSection(
    peers((one) => (one.axes.backend === 'ort-cpu' ? one : { ...one, deviceTime })),
    12,
  );
  const [table] = section?.tables ?? [];
  const at = table?.columns.findIndex(({ title }) => title === 'Over device') ?? -1;
  expect(table?.rows.map(({ cells }) => cells[at]?.text)).toEqual(['–', '1.050']);
  expect(table?.rows[1]?.cells[at]?.note).toBe('2.1 ms in the engine, 2 ms on the device.');
  expect(section?.notes.join(' ')).toContain('Over device is');
});

test('a run of one engine has no such section', () => {
  expect(engineSection(inputOf(sketchRun('one', [{ workload: 'resnet50', batchSize: 1 }])), 12)).toBeNull();
});
