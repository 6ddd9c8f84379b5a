import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { monotonicSeconds } from '../../src/kernel/clock.ts';
import { kindOfBareLoop, kindOfHarness } from '../../src/results/record.ts';
import { readSegments } from '../../src/results/segment-file.ts';
import { measureWindow } from '../../src/runner/measure-window.ts';
import type { QuerySource } from '../../src/runner/query-source.ts';
import type { Policy } from '../../src/suite/plan.ts';
import { presetPolicy } from '../../src/suite/presets.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-window-'));
afterAll(() => rmSync(folder, { recursive: true }));

const source: QuerySource = {
  stage: null,
  issue: async () => {},
  bareCall: () => async () => {},
  firstItem: (query) => 10 * query,
  distinctItems: 1,
  itemsPerQuery: 4,
  stages: { preprocess: 0, inference: 0.5, postprocess: 0 },
};

/** Measures a window of two queries after a warm-up of three, unless `policy` says otherwise. */
async function measure(name: string, driven: QuerySource, policy: Partial<Policy> = {}) {
  const { timeLimitSeconds: _, ...quick } = presetPolicy('smoke');
  const samplesFile = join(folder, `${name}.seg`);
  const measured = await measureWindow({
    source: driven,
    scenario: { kind: 'single_stream' },
    policy: {
      preset: 'smoke',
      ...quick,
      warmup: { minQueries: 3, minSeconds: 0, maxSeconds: 5, until: 'minimum' },
      window: { minQueries: 2, minSeconds: 0, maxSeconds: 60 },
      ...policy,
    },
    samplesFile,
    origin: monotonicSeconds(),
    seed: 1,
    drainUntil: Number.POSITIVE_INFINITY,
  });
  return { measured, samples: readSegments(samplesFile) };
}

const path = (name: string): string => join(folder, `${name}.seg`);

test('the file of the samples is there before the warm-up, and only the rows of the window are in it', async () => {
  const rowsSeen: number[] = [];
  const steps: string[] = [];
  const { measured, samples } = await measure('rows', {
    ...source,
    stage: (query) => {
      steps.push(`stage ${query}`);
      return undefined;
    },
    issue: async (query) => {
      steps.push(`issue ${query}`);
      rowsSeen.push(readSegments(path('rows')).rows);
    },
  });
  expect(rowsSeen).toEqual([0, 0, 0, 0, 0]);
  // Staged like this in the warm-up too: it drives the loop of the window.
  expect(steps).toEqual([0, 1, 2, 0, 1].flatMap((query) => [`stage ${query}`, `issue ${query}`]));
  expect(measured.warmup.queries).toBe(3);
  expect(measured).toMatchObject({ queries: 2, items: 8 });
  expect([...(samples.data.query ?? [])]).toEqual([0, 1]);
  expect([...(samples.data.first_item ?? [])]).toEqual([0, 10]);
});

test('without minima there is no warm-up', async () => {
  const { measured, samples } = await measure('cold', source, {
    warmup: { minQueries: 0, minSeconds: 0, maxSeconds: 5, until: 'minimum' },
  });
  expect(measured.warmup).toEqual({ queries: 0, seconds: 0, ended: 'minimum' });
  expect(samples.rows).toBe(2);
});

test('a query of more than a second is on record before the next one is served', async () => {
  const rowsSeen: number[] = [];
  await measure(
    'slow',
    {
      ...source,
      issue: async (query) => {
        rowsSeen.push(readSegments(path('slow')).rows);
        if (query === 0) await sleep(1100);
      },
    },
    { warmup: { minQueries: 0, minSeconds: 0, maxSeconds: 5, until: 'minimum' } },
  );
  expect(rowsSeen).toEqual([0, 1]);
});

test('the queries before one that fails are on record', async () => {
  const failing = {
    ...source,
    issue: async (query: number) => {
      if (query === 2) throw new Error('out of memory');
    },
  };
  const window = { minQueries: 5, minSeconds: 0, maxSeconds: 60 };
  const measuring = measure('failing', failing, {
    warmup: { minQueries: 2, minSeconds: 0, maxSeconds: 5, until: 'minimum' },
    window,
  });
  await expect(measuring).rejects.toThrow('out of memory');
  expect([...(readSegments(path('failing')).data.query ?? [])]).toEqual([0, 1]);
});

test('a bare loop takes turns with the harness in the warm-up as in the window', async () => {
  const calls: string[] = [];
  const { measured, samples } = await measure(
    'bare',
    {
      ...source,
      issue: async (query) => {
        calls.push(`harness ${query}`);
      },
      bareCall: (query) => async () => {
        calls.push(`bare ${query}`);
      },
    },
    { bareLoop: 'interleaved', warmup: { minQueries: 2, minSeconds: 0, maxSeconds: 5, until: 'minimum' } },
  );
  const pairs = ['harness 0', 'bare 0', 'bare 1', 'harness 1'];
  expect(calls).toEqual([...pairs, ...pairs]);
  expect(measured).toMatchObject({ queries: 2, warmup: { queries: 2 } });
  expect([...(samples.data.kind ?? [])]).toEqual([kindOfHarness, kindOfBareLoop, kindOfBareLoop, kindOfHarness]);
});
