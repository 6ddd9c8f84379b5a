import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { doctorCommand } from '../../src/cli/commands/doctor.ts';
import { measureMachine } from '../../src/cli/doctor-measure.ts';
import { describeMachine } from '../../src/cli/doctor-measure-text.ts';
import type { MeasuredMachine } from '../../src/cli/measured-machine.ts';
import { captureStreams } from './fixtures/capture-streams.ts';

const waiting = { askedSeconds: 1e-3, count: 662, p50: 1.1e-3, p99: 2e-3 };
const arms = { roundsPerArm: 5, difference: 0.004, ci95: [-0.01, 0.018], spread: 0.012, resolvable: 0.0312 } as const;
const machine: MeasuredMachine = {
  seconds: 40,
  cores: { logical: 8, allowed: 4, available: 2, governor: 'powersave' },
  timers: { clockStepSeconds: 4e-8, timer: waiting, blocked: waiting, spinning: waiting },
  arrivals: {
    targetRate: 1000,
    queries: 4000,
    p50: 1e-6,
    p99: 2e-4,
    worst: 0.004,
    lateShare: 0.002,
    limitSeconds: 1e-3,
  },
  sampler: {
    hertz: 10,
    seconds: 5,
    samples: 50,
    cores: 0.006,
    secondsPerSample: 6e-4,
    collectors: ['process', 'machine'],
  },
  noise: { p50: arms, throughput: { ...arms, resolvable: 0.05 } },
  foreignLoad: { cores: 0.02, busiest: { name: 'sshd', cores: 0.02 }, stealRatio: 0 },
  reasons: {},
};
/** The text on one line. */
const textOf = (change: Partial<MeasuredMachine> = {}): string =>
  describeMachine({ ...machine, ...change }).replaceAll(/\s+/g, ' ');

test('the first sentence says what cannot be seen on this machine', () => {
  expect(textOf()).toMatch(
    /^Noise On this machine a difference below 3\.1 % in the median latency, or below 5 % in throughput, cannot be seen with five rounds\./,
  );
});

test('each figure is in the text, and a quiet machine is told to do nothing but set its governor', () => {
  const text = textOf();
  expect(text).toContain('0.2 % were sent more than 1 ms late');
  expect(text).toContain('To wait 1 ms takes 1.1 ms (99 %: 2 ms) by setTimeout');
  expect(text).toContain('10 times a second by process, machine takes 0.6 % of one core, 600 µs a sample');
  expect(text).toContain(
    '8 cores; this process is pinned to 4 of them, and the quota of the container pays for 2; governor "powersave"',
  );
  expect(text).toContain('cpupower frequency-set -g performance');
  for (const advice of ['End other programs', 'dedicated cores', 'Free a core']) expect(text).not.toContain(advice);
});

test('foreign load, steal and late arrivals each say what to do', () => {
  const text = textOf({
    foreignLoad: { cores: 1.23, busiest: { name: 'chromium', cores: 1 }, stealRatio: 0.03 },
    arrivals: machine.arrivals === null ? null : { ...machine.arrivals, lateShare: 0.05 },
  });
  expect(text).toContain('kept 1.2 cores busy, most of all chromium');
  for (const advice of ['End other programs', 'dedicated cores', 'Free a core']) expect(text).toContain(advice);
});

test('what was not measured says why, and leaves the others', () => {
  const reason = { code: 'NOT_MEASURED', need: null, have: null, message: 'The library is not there.' };
  const text = textOf({ noise: null, reasons: { noise: reason } });
  expect(text).toContain('Noise Not measured: The library is not there. (NOT_MEASURED)');
  expect(text).toContain('Arrivals Of 1,000');
});

test.each([{ explain: 'CUDA error 35' }, { plugin: ['p.mjs'] }])('--measure goes with no %o', async (other) => {
  const streams = captureStreams();
  const command = doctorCommand({ out: 'results', measure: true, ...other }, streams);
  await expect(command).rejects.toMatchObject({ code: 'USAGE', exitCode: 3 });
});

test('a short measurement of this machine fills every part that can be filled here, and leaves nothing behind', async () => {
  // A folder for temporary files that nobody else writes to.
  const temporary = mkdtempSync(join(tmpdir(), 'dyno-measured-'));
  vi.stubEnv('TMPDIR', temporary);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(temporary, { recursive: true });
  });
  const said: string[] = [];
  const lengths = { secondsOfSampling: 0.3, secondsOfArrivals: 0.3, secondsOfRound: 0.1, pairsOfRounds: 2 };
  const found = await measureMachine(new AbortController().signal, (line) => said.push(line), lengths);
  if (found === null) throw new Error('It was not aborted.');
  expect(said.filter((line) => line.startsWith('measure'))).toHaveLength(4);
  expect(found.timers?.timer.count).toBe(662);
  // A wait is never shorter than asked for by more than the resolution of a timer.
  expect(found.timers?.spinning.p50).toBeGreaterThanOrEqual(1e-3);
  expect(found.sampler).toMatchObject({ hertz: 10, collectors: expect.arrayContaining(['process']) });
  if (found.cores.available > 1) expect(found.arrivals?.queries).toBeGreaterThan(100);
  else expect(found.reasons.arrivals).toBeDefined();
  expect(found.noise?.p50.roundsPerArm).toBe(2);
  for (const part of ['timers', 'arrivals', 'sampler', 'noise', 'foreignLoad'] as const) {
    expect(found[part] === null).toBe(found.reasons[part] !== undefined);
  }
  expect(readdirSync(temporary)).toEqual([]);
}, 120_000);

test('an abort ends it without an answer', async () => {
  const controller = new AbortController();
  controller.abort('SIGINT');
  expect(await measureMachine(controller.signal, () => {})).toBeNull();
});
