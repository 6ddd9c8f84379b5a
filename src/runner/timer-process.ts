/** How exactly a process of this machine can wait, in a process of its own: whatever the one that asks is doing would be measured with it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicSeconds } from '../kernel/clock.ts';
import { percentile, samplesNeeded } from '../stats/percentile.ts';
import { childMain } from './child-main.ts';
import type { TimerAnswer, TimerJob, Waiting } from './timer-job.ts';

/** What is asked for, the shortest wait that a timer of Node.js knows. */
const askedSeconds = 1e-3;
/** As many as p99 needs to be given. */
const waits = samplesNeeded(0.99);
const clockReadings = 20_000;

await childMain<TimerJob, TimerAnswer>(async () => {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  return {
    clockStepSeconds: clockStep(),
    timer: await waiting(() => sleep(askedSeconds * 1e3)),
    // Nobody wakes it: it waits until the time is over.
    blocked: await waiting(() => Atomics.wait(cell, 0, 0, askedSeconds * 1e3)),
    spinning: await waiting(() => {
      const end = monotonicSeconds() + askedSeconds;
      while (monotonicSeconds() < end);
    }),
  };
});

async function waiting(wait: () => unknown): Promise<Waiting> {
  const taken = new Float64Array(waits);
  for (let index = 0; index < waits; index++) {
    const start = monotonicSeconds();
    await wait();
    taken[index] = monotonicSeconds() - start;
  }
  taken.sort();
  return {
    askedSeconds,
    count: waits,
    p50: percentile(taken, 0.5).value ?? Number.NaN,
    p99: percentile(taken, 0.99).value ?? Number.NaN,
  };
}

/** The smallest step between two readings of the clock one after the other that are not the same. */
function clockStep(): number {
  let least = Number.POSITIVE_INFINITY;
  let before = process.hrtime.bigint();
  for (let reading = 0; reading < clockReadings; reading++) {
    const now = process.hrtime.bigint();
    if (now > before) least = Math.min(least, Number(now - before) / 1e9);
    before = now;
  }
  return least;
}
