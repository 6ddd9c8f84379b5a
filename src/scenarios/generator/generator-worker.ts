/**
 * Thread that generates load. It spins on a core of its own, because a timer is late by about a millisecond, and a sleeping thread by up to
 * five on a busy machine; and it serves nothing, so that no answer delays a query.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { monotonicSeconds } from '../../kernel/clock.ts';
import { ownThreadId } from '../../kernel/thread-ids.ts';
import { warmupArrivals, windowArrivals } from '../arrivals/create-arrivals.ts';
import { type Generation, generateClosedLoop, generateOnSchedule } from './generate.ts';
import type { GeneratorJob } from './generator-job.ts';
import { QueryRing, type Stopped } from './query-ring.ts';

const { shared, scenario, seeds, hasWarmup, bounds, trace } = workerData as GeneratorJob;
const ring = new QueryRing(shared);
const generation: Generation = { ring, bounds, now: monotonicSeconds };

parentPort?.postMessage({ threadId: ownThreadId() });
ring.waitForCommand();
try {
  ring.end(generate());
  // Stays, asleep, until it is closed: what it has used of the processor can be read as long as it is there.
  parentPort?.on('message', () => {});
} catch (error) {
  ring.fail();
  throw error;
}

function generate(): Stopped | null {
  if (scenario.kind === 'closed_loop') return generateClosedLoop(generation, scenario.concurrency, hasWarmup);
  const warmup = hasWarmup ? warmupArrivals({ scenario, seed: seeds.warmupSchedule, bounds, trace }) : null;
  return generateOnSchedule(generation, warmup, windowArrivals({ scenario, seed: seeds.schedule, bounds, trace }));
}
