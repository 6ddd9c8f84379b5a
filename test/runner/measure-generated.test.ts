import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { monotonicSeconds } from '../../src/kernel/clock.ts';
import { readSegments } from '../../src/results/segment-file.ts';
import { measureWindow } from '../../src/runner/measure-window.ts';
import type { QuerySource } from '../../src/runner/query-source.ts';
import { windowArrivals } from '../../src/scenarios/arrivals/create-arrivals.ts';
import { loadSeeds } from '../../src/scenarios/seeds.ts';
import type { Policy, ScenarioSettings } from '../../src/suite/plan.ts';
import { presetPolicy } from '../../src/suite/presets.ts';
import { readTrace } from '../../src/suite/trace.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-generated-'));
afterAll(() => rmSync(folder, { recursive: true }));

const source: QuerySource = {
  stage: null,
  issue: async () => {},
  bareCall: () => null,
  firstItem: (query) => query,
  distinctItems: 1,
  itemsPerQuery: 2,
  stages: { preprocess: 0, inference: 0, postprocess: 0 },
};

const poisson = { kind: 'poisson', normalise: false } as const;
let files = 0;

/** Measures a window of 40 queries after a warm-up of 10, with a generator's real thread. */
async function measure(
  scenario: ScenarioSettings,
  { driven = source, window = { minQueries: 40, minSeconds: 0, maxSeconds: 30 }, seed = 7, until = Infinity } = {},
) {
  const { timeLimitSeconds: _, ...quick } = presetPolicy('smoke');
  const policy: Policy = {
    preset: 'smoke',
    ...quick,
    warmup: { minQueries: 10, minSeconds: 0, maxSeconds: 5, until: 'minimum' },
    window,
  };
  const samplesFile = join(folder, `${files++}.seg`);
  const measured = await measureWindow({
    source: driven,
    scenario,
    policy,
    samplesFile,
    origin: monotonicSeconds(),
    seed,
    drainUntil: until,
  });
  const { data, rows } = readSegments(samplesFile);
  const column = (name: string): number[] => [...(data[name] ?? [])];
  return { measured, rows, column };
}

test('the window of a server scenario is the schedule of its seed, to the last query', async () => {
  const scenario = { kind: 'server', arrivals: poisson, rate: 400 } as const;
  const { measured, rows, column } = await measure(scenario);
  const bounds = { minQueries: 40, minSeconds: 0, maxSeconds: 30 };
  const schedule = windowArrivals({ scenario, seed: loadSeeds(7).schedule, bounds, trace: null });
  expect(rows).toBe(40);
  expect(column('scheduled')).toEqual(Array.from({ length: 40 }, () => schedule.next()));
  expect(column('query')).toEqual(Array.from({ length: 40 }, (_, query) => query));
  expect(measured).toMatchObject({ queries: 40, items: 80, warmup: { ended: 'minimum' } });
  expect(measured.warmup.queries).toBeGreaterThanOrEqual(10);
  expect(measured.generator).toMatchObject({
    thread: 'worker',
    spins: true,
    stopped: null,
    unserved: 0,
    seed: loadSeeds(7).schedule,
  });
  if (existsSync('/proc/thread-self/schedstat')) expect(measured.generator?.cpuSeconds).toBeGreaterThan(0);
  // Seen by the clocks of two threads: nothing is sent before it is due, or started before it was sent.
  const [scheduled, sent, started, completed] = ['scheduled', 'sent', 'started', 'completed'].map(column);
  for (let row = 0; row < rows; row++) {
    expect(sent?.[row]).toBeGreaterThanOrEqual(scheduled?.[row] ?? Number.NaN);
    expect(started?.[row]).toBeGreaterThan((sent?.[row] ?? Number.NaN) - 1e-5);
    expect(completed?.[row]).toBeGreaterThanOrEqual(started?.[row] ?? Number.NaN);
  }
  expect(measured.windowSeconds).toBe(completed?.at(-1));
});

test('a closed loop of three has three queries under way, each scheduled when another one was done', async () => {
  const { measured, rows, column } = await measure({ kind: 'closed_loop', concurrency: 3 });
  const [scheduled, completed] = [column('scheduled'), column('completed')];
  expect(rows).toBe(40);
  // The first of the window follow the last of the warm-up; from the fourth on the third before has made place.
  for (let row = 3; row < rows; row++) expect(scheduled[row]).toBeCloseTo(completed[row - 3] ?? Number.NaN, 9);
  expect(measured.generator).toMatchObject({ thread: 'worker', seed: null, stopped: null });
});

test('a replay has the arrivals of its trace and ends with it', async () => {
  const file = join(folder, 'trace.txt');
  writeFileSync(file, '3\n3.01\n3.02\n3.05\n');
  const { seconds, sha256 } = readTrace(file);
  const trace = { file, sha256, queries: 4, seconds: seconds.at(-1) ?? 0 };
  const { column } = await measure({ kind: 'replay', trace, speed: 2 });
  expect(column('scheduled').map((time) => Math.round(time * 1e6))).toEqual([0, 5000, 10_000, 25_000]);

  writeFileSync(file, '3\n3.01\n');
  await expect(measure({ kind: 'replay', trace, speed: 2 })).rejects.toMatchObject({ code: 'TRACE_CHANGED' });
});

test.skipIf(!existsSync('/proc/self/task'))('a query that fails ends the measurement and the thread', async () => {
  const threads = (): number => readdirSync('/proc/self/task').length;
  const before = threads();
  const failing: QuerySource = {
    ...source,
    issue: async (query) => {
      if (query === 20) throw new Error('out of memory');
    },
  };
  const scenario = { kind: 'server', arrivals: poisson, rate: 2000 } as const;
  await expect(measure(scenario, { driven: failing })).rejects.toThrow('out of memory');
  expect(threads()).toBe(before);
});

/** Takes 2 ms of the processor for each query. */
const busy: QuerySource = {
  ...source,
  issue: async () => {
    const end = performance.now() + 2;
    while (performance.now() < end);
  },
};

/** A trace of so many queries at one moment: they wait, however the threads of this machine get on. */
function burst(queries: number): ScenarioSettings {
  const file = join(folder, `burst-${queries}.txt`);
  writeFileSync(file, '0\n'.repeat(queries));
  return { kind: 'replay', trace: { file, sha256: readTrace(file).sha256, queries, seconds: 0 }, speed: 1 };
}

test('a window of which nothing was served is no measurement, and the error says so', async () => {
  // Of the warm-up 990 are left when the window begins, which would take two seconds.
  const measuring = measure(burst(1000), { driven: busy, until: monotonicSeconds() });
  await expect(measuring).rejects.toMatchObject({ code: 'OVER_SATURATED' });
});
