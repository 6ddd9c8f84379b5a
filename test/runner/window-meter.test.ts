import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { ownThreadId } from '../../src/kernel/thread-ids.ts';
import { WindowMeter } from '../../src/runner/window-meter.ts';

/** Uses the processor for so long, by the clock of the processor and not of the wall. */
function work(seconds: number): void {
  const used = (): number => process.cpuUsage().user / 1e6;
  const end = used() + seconds;
  while (used() < end);
}

test('what is used between begin and end is counted, and nothing before', () => {
  const meter = new WindowMeter(null);
  work(0.1);
  meter.begin();
  work(0.02);
  const { cpu, generatorSeconds } = meter.end();
  expect(cpu.userSeconds).toBeGreaterThanOrEqual(0.02);
  expect(cpu.userSeconds).toBeLessThan(0.1);
  expect(generatorSeconds).toBe(null);
});

test('less than a second says nothing of how the clocks agree', () => {
  const meter = new WindowMeter(null);
  meter.begin();
  expect(meter.end().clockRatioError).toBe(null);
});

test.skipIf(!existsSync('/proc/thread-self/schedstat'))('the time of a thread that spins is told apart', async () => {
  const script = `
    const { parentPort } = require('node:worker_threads');
    const { readlinkSync } = require('node:fs');
    parentPort.postMessage(Number(readlinkSync('/proc/thread-self').split('/').pop()));
    for (;;);
  `;
  const worker = new Worker(script, { eval: true });
  try {
    const thread = await new Promise<number>((resolve) => worker.once('message', resolve));
    expect(thread).not.toBe(ownThreadId());
    const meter = new WindowMeter(thread);
    meter.begin();
    let spun = 0;
    // Until the thread has had its share, however busy the machine is.
    while (spun < 0.1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      spun = meter.end().generatorSeconds ?? Number.NaN;
    }
    const { cpu, generatorSeconds } = meter.end();
    expect(generatorSeconds).toBeGreaterThanOrEqual(0.1);
    // Whatever the rest of the process needed to wait.
    expect(cpu.userSeconds).toBeLessThan(generatorSeconds ?? 0);
  } finally {
    await worker.terminate();
  }
});

test('a thread that is gone has no time that could be told', () => {
  const meter = new WindowMeter(2 ** 22 + 1); // above the greatest thread id of Linux
  meter.begin();
  expect(meter.end().generatorSeconds).toBe(null);
});
