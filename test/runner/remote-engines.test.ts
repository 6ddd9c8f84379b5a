import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { RemoteEngine, Session } from '../../src/engine/backends/backend.ts';
import { nullBackend } from '../../src/engine/backends/null.ts';
import { monotonicSeconds } from '../../src/kernel/clock.ts';
import { kindOfHarness } from '../../src/results/record.ts';
import { readSegments } from '../../src/results/segment-file.ts';
import { measureWindow } from '../../src/runner/measure-window.ts';
import { peakRssOf, usageOf } from '../../src/runner/process-usage.ts';
import { RemoteEngines } from '../../src/runner/remote-engines.ts';
import { presetPolicy } from '../../src/suite/presets.ts';
import { oneNode, writtenModel } from '../engine/small-models.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-remote-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function sessionWith(remote: Partial<RemoteEngine> | null): Promise<Session> {
  const path = writtenModel(oneNode());
  const session = await nullBackend.load(path, {
    fusion: 'on',
    precision: 'fp32',
    threads: 1,
    spinning: 'off',
    dumpPath: null,
    profilePrefix: null,
  });
  if (remote === null) return session;
  const engine: RemoteEngine = {
    pid: process.pid,
    startSeconds: 0,
    lastRun: () => ({ insideSeconds: 0, outsideSeconds: 0, deviceSeconds: null }),
    transport: () => ({ runs: 0, seconds: 0 }),
    preparationSeconds: () => 0,
    echo: async () => 0,
    ...remote,
  };
  return { ...session, remote: engine };
}

test('sessions that compute in this process have no engines elsewhere', async () => {
  expect(RemoteEngines.of([await sessionWith(null)])).toBe(undefined);
});

test('what several engines took is added up', async () => {
  const one = { startSeconds: 2, preparationSeconds: () => 30, transport: () => ({ runs: 3, seconds: 0.25 }) };
  const engines = RemoteEngines.of([await sessionWith(one), await sessionWith(null), await sessionWith(one)]);
  expect(engines?.transport()).toEqual({ runs: 6, seconds: 0.5 });
  expect(engines?.startSeconds()).toBe(4);
  expect(engines?.preparationSeconds()).toBe(60);
});

test('time on devices is added up where every engine tells it, and null where one does not', async () => {
  const told = { deviceTime: () => ({ runs: 3, insideSeconds: 0.5, deviceSeconds: 0.25 }) };
  const engines = RemoteEngines.of([await sessionWith(told), await sessionWith(told)]);
  expect(engines?.deviceTime()).toEqual({ runs: 6, insideSeconds: 1, deviceSeconds: 0.5 });
  const oneWithout = RemoteEngines.of([await sessionWith(told), await sessionWith({ deviceTime: () => null })]);
  expect(oneWithout?.deviceTime()).toBe(null);
  expect(RemoteEngines.of([await sessionWith({})])?.deviceTime()).toBe(null);
});

test('an echo is the median of five, and of several engines the mean over their runs', async () => {
  const taking = (runs: number, ...seconds: number[]) =>
    sessionWith({ transport: () => ({ runs, seconds: 1 }), echo: async () => seconds.shift() ?? Number.NaN });
  const engines = RemoteEngines.of([await taking(30, 9, 1, 2, 3, 0), await taking(10, 6, 6, 6, 6, 6)]);
  expect(await engines?.echoSeconds()).toBe(3); // (30 · 2 + 10 · 6) / 40
});

/** Measures two queries of 20 ms, of which the tensors travel for 15. */
async function measureTravelling(scope: 'request' | 'inference') {
  let seconds = 0;
  let runs = 0;
  const remote = RemoteEngines.of([
    await sessionWith({
      transport: () => ({ runs, seconds }),
      deviceTime: () => ({ runs, insideSeconds: 5 * runs, deviceSeconds: 4 * runs }),
    }),
  ]);
  const { timeLimitSeconds: _, ...quick } = presetPolicy('smoke');
  const samplesFile = join(folder, `${scope}.seg`);
  const origin = monotonicSeconds();
  const measured = await measureWindow({
    source: {
      stage: null,
      issue: async () => {
        const start = monotonicSeconds();
        await sleep(20);
        seconds += 0.75 * (monotonicSeconds() - start);
        runs++;
      },
      bareCall: () => null,
      firstItem: () => 0,
      distinctItems: 1,
      itemsPerQuery: 1,
      stages: { preprocess: 0, inference: 0, postprocess: 0 },
    },
    scenario: { kind: 'single_stream' },
    policy: {
      preset: 'smoke',
      ...quick,
      warmup: { minQueries: 3, minSeconds: 0, maxSeconds: 5, until: 'minimum' },
      window: { minQueries: 2, minSeconds: 0, maxSeconds: 60 },
    },
    samplesFile,
    origin,
    seed: 1,
    drainUntil: Number.POSITIVE_INFINITY,
    remote,
    scope,
  });
  const wall = monotonicSeconds() - origin;
  return { measured, samples: readSegments(samplesFile), wall, all: { runs, seconds } };
}

test('in scope inference the clock of the window stands still while tensors travel', async () => {
  const { measured, samples, wall, all } = await measureTravelling('inference');
  const { transport, windowSeconds, windowStart } = measured;
  // Of five runs, two are of the window.
  expect(all.runs).toBe(5);
  expect(transport).toMatchObject({ runs: 2, inLatency: false });
  expect(measured.deviceTime).toEqual({ runs: 2, insideSeconds: 10, deviceSeconds: 8 });
  // 15 of 20 ms travel: three times as long as all the rest, and the window's clock has the rest alone.
  expect(transport?.seconds).toBeGreaterThan(2 * windowSeconds);
  const { scheduled = [], completed = [], kind = [] } = samples.data;
  expect([...kind]).toEqual([kindOfHarness, kindOfHarness]);
  expect(completed[1]).toBe(windowSeconds);
  expect((completed[0] ?? 0) - (scheduled[0] ?? 0)).toBeLessThan((transport?.seconds ?? 0) / 2);
  // Where it starts is told on the clock of the machine: behind all that travelled in the warm-up.
  expect(windowStart).toBeGreaterThan(all.seconds - (transport?.seconds ?? 0));
  expect(windowStart + windowSeconds + (transport?.seconds ?? 0)).toBeLessThanOrEqual(wall);
});

test('in scope request it runs on, and transport is told beside it', async () => {
  const { measured } = await measureTravelling('request');
  const { transport, windowSeconds } = measured;
  expect(transport).toMatchObject({ runs: 2, inLatency: true });
  expect(transport?.seconds).toBeLessThan(windowSeconds);
});

test.skipIf(!existsSync('/proc/self/stat'))('what another process uses is read while it lives', async () => {
  const child = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  const pid = child.pid ?? 0;
  try {
    while (usageOf(pid).userSeconds < 0.1) await sleep(20);
    expect(peakRssOf(pid)).toBeGreaterThan(1e6);
    expect(usageOf(pid).involuntarySwitches + usageOf(pid).voluntarySwitches).toBeGreaterThan(0);
  } finally {
    child.kill('SIGKILL');
  }
  await new Promise((resolve) => child.once('exit', resolve));
  expect(usageOf(pid)).toEqual({ userSeconds: 0, systemSeconds: 0, voluntarySwitches: 0, involuntarySwitches: 0 });
  expect(peakRssOf(pid)).toBe(null);
});
