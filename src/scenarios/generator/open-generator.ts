import { Worker } from 'node:worker_threads';
import { DynoError, errorText, InputError } from '../../kernel/errors.ts';
import { builtScript } from '../../kernel/package-root.ts';
import { readTrace } from '../../suite/trace.ts';
import type { LoadSeeds } from '../seeds.ts';
import type { WindowBounds } from '../window.ts';
import type { GeneratedScenario, GeneratorJob } from './generator-job.ts';
import { QueryRing, ringCapacity } from './query-ring.ts';

export interface GeneratorRequest {
  readonly scenario: GeneratedScenario;
  readonly seeds: LoadSeeds;
  readonly hasWarmup: boolean;
  readonly bounds: WindowBounds;
}

/** A thread that generates load; it waits for its first order, asleep. */
export interface GeneratorThread {
  readonly ring: QueryRing;
  /** The kernel's id of the thread; null where it cannot be told. */
  readonly threadId: number | null;
  /** Throws the error that ended the thread, if one did. */
  check(): void;
  close(): Promise<void>;
}

/**
 * Starts the thread that generates the load of a scenario.
 * @throws InputError `TRACE_CHANGED` and what `readTrace` throws, for a replay.
 */
export async function openGenerator(request: GeneratorRequest): Promise<GeneratorThread> {
  const { scenario, seeds, hasWarmup, bounds } = request;
  const ring = QueryRing.allocate(scenario.kind === 'closed_loop' ? capacityFor(scenario.concurrency) : ringCapacity);
  const trace = scenario.kind === 'replay' ? readUnchanged(scenario.trace) : null;
  const workerData: GeneratorJob = { shared: ring.shared, scenario, seeds, hasWarmup, bounds, trace };

  const worker = new Worker(builtScript('scenarios/generator/generator-worker.js'), { workerData });
  let failure: unknown = null;
  let isClosing = false;
  worker.on('error', (error) => {
    failure = error;
  });
  worker.on('exit', () => {
    if (!isClosing && ring.state !== 'ended') failure ??= new Error('it ended');
  });
  const check = (): void => {
    if (failure === null) return;
    throw new DynoError('GENERATOR_FAILED', `The thread that generates load failed: ${errorText(failure)}.`, {
      cause: failure,
    });
  };
  const threadId = await new Promise<number | null>((resolve) => {
    worker.once('message', (ready: { readonly threadId: number | null }) => resolve(ready.threadId));
    worker.once('exit', () => resolve(null));
  });
  check();
  return {
    ring,
    threadId,
    check,
    async close() {
      isClosing = true;
      await worker.terminate();
    },
  };
}

/** The smallest power of two that holds so many queries, and no less than usual. */
function capacityFor(concurrency: number): number {
  return Math.max(ringCapacity, 2 ** Math.ceil(Math.log2(concurrency)));
}

function readUnchanged({ file, sha256 }: { readonly file: string; readonly sha256: string }): Float64Array {
  const trace = readTrace(file);
  if (trace.sha256 === sha256) return trace.seconds;
  throw new InputError(
    'TRACE_CHANGED',
    `${file}: the trace has changed since the run was planned: expected the SHA-256 ${sha256}, got ${trace.sha256}. Start a new run.`,
  );
}
