import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Collector } from '../../src/collectors/collector.ts';
import { processCollector } from '../../src/collectors/process.ts';
import { FakeSystem, type ProcessFigures, statLine } from './fake-system.ts';

let system: FakeSystem;
let now = 0;
beforeEach(() => {
  system = new FakeSystem();
  now = 100;
});
afterEach(() => system.remove());

function write(figures: ProcessFigures, voluntary: number, involuntary: number): void {
  system.write({
    '77/stat': statLine(77, figures),
    '77/status': `Name:\tnode\nVmHWM:\t    3000 kB\nVmRSS:\t    2000 kB\nThreads:\t9\nvoluntary_ctxt_switches:\t${voluntary}\nnonvoluntary_ctxt_switches:\t${involuntary}\n`,
  });
}

function sampleOf(collector: Collector): Record<string, number> {
  const row = new Float64Array(collector.columns.length + 2).fill(-5);
  collector.sample(row, 1);
  expect([row[0], row.at(-1)]).toEqual([-5, -5]); // it writes into its own columns only
  return Object.fromEntries(collector.columns.map(({ name }, index) => [name, row[index + 1] ?? Number.NaN]));
}

test('rates count from the opening to the tick, sizes are bytes', async () => {
  const collector = processCollector(system.root, () => now);
  write({ userTicks: 100, systemTicks: 10, majorFaults: 1 }, 50, 5);
  await collector.open({ pid: 77 });
  now += 0.5;
  write({ userTicks: 150, systemTicks: 35, majorFaults: 3, threads: 9, name: 'a) S 1 (b' }, 60, 6);
  expect(sampleOf(collector)).toEqual({
    cpu_cores: 1.5, // 75 ticks of 10 ms in 0.5 s
    rss_bytes: 2000 * 1024,
    peak_rss_bytes: 3000 * 1024,
    threads: 9,
    main_voluntary_switches: 20, // 10 in 0.5 s
    main_involuntary_switches: 2,
    major_page_faults: 4,
  });
  await collector.close();
});

test('without a process all columns are NaN', async () => {
  const collector = processCollector(system.root, () => now);
  await collector.open({ pid: null });
  expect(Object.values(sampleOf(collector)).every(Number.isNaN)).toBe(true);
});

test('rates of one process are never counted from the figures of another', async () => {
  const collector = processCollector(system.root, () => now);
  write({ userTicks: 100 }, 50, 5);
  system.write({
    '78/stat': statLine(78, { userTicks: 4000 }),
    '78/status': readFileSync(system.path('77/status'), 'utf8'),
  });
  await collector.open({ pid: 77 });
  await collector.open({ pid: 78 });
  now += 1;
  expect(sampleOf(collector).cpu_cores).toBe(0);
  await collector.close();
});

test('a process that is not there is refused at the opening', async () => {
  await expect(processCollector(system.root).open({ pid: 79 })).rejects.toThrow('ENOENT');
});

test('without /proc it says so', async () => {
  expect(await processCollector(system.path('absent')).probe()).toMatchObject({ available: false, code: 'NO_PROC' });
});

test.runIf(process.platform === 'linux')(
  'a real process: its memory and threads are read, and NaN comes after its end',
  async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume(); console.log("up")']);
    await once(child.stdout, 'data');
    const collector = processCollector();
    await collector.open({ pid: child.pid ?? 0 });
    const alive = sampleOf(collector);
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    expect(alive.threads).toBe(Number(/^Threads:\s*(\d+)/m.exec(status)?.[1]));
    expect(alive.rss_bytes).toBeGreaterThan(10 * 2 ** 20); // Node.js needs some 40 MB
    expect(alive.peak_rss_bytes).toBeGreaterThanOrEqual(alive.rss_bytes ?? 0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(Object.values(sampleOf(collector)).every(Number.isNaN)).toBe(true);
    await collector.close();
  },
);
