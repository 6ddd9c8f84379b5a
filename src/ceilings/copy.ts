import { once } from 'node:events';
import { freemem } from 'node:os';
import { Worker } from 'node:worker_threads';
import { readCgroup } from '../kernel/cgroup.ts';
import { errorText } from '../kernel/errors.ts';
import { builtScript } from '../kernel/package-root.ts';
import { formatBytes } from '../units/format.ts';
import { type Ceiling, type CeilingTiming, noFigures, rateOf } from './ceiling.ts';

/** What a thread of the copy is told. */
export interface CopyTask extends CeilingTiming {
  readonly bytes: number;
}

const largestBlock = 128 * 2 ** 20;
const smallestBlock = 8 * 2 ** 20;

/** Bytes of the two blocks of each thread where this much memory is free: a container's limit ends the process that goes over it. */
export function copyBlockBytes(threads: number, free: number): number {
  const share = free / 8 / (2 * threads);
  return Math.min(largestBlock, Math.max(smallestBlock, Math.floor(share / 4096) * 4096));
}

/**
 * Bytes per second that all threads together move by copying blocks of their own, those read and those written (STREAM's Copy). The blocks
 * are larger than the caches, but take no more than an eighth of the free memory.
 * @see J. D. McCalpin, "Memory Bandwidth and Machine Balance in Current High Performance Computers", 1995.
 */
export async function copyCeiling(threads: number, timing: CeilingTiming): Promise<Ceiling> {
  const base = { name: 'copy', unit: 'bytes/s', precision: null, computedIn: null, threads } as const;
  const bytes = copyBlockBytes(
    threads,
    Math.min(freemem(), readCgroup().memoryAvailableBytes ?? Number.POSITIVE_INFINITY),
  );
  const workerData: CopyTask = { bytes, ...timing };
  const workers = Array.from(
    { length: threads },
    () => new Worker(builtScript('ceilings/copy-worker.js'), { workerData }),
  );
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    const answers = workers.map((worker) => once(worker, 'message') as Promise<[Float64Array]>);
    for (const worker of workers) worker.postMessage('go');
    const figures = (await Promise.all(answers)).map(([seconds]) => rateOf(2 * bytes, seconds));
    const sum = (pick: (figure: (typeof figures)[number]) => number | null | undefined): number =>
      figures.reduce((total, figure) => total + (pick(figure) ?? 0), 0);
    return {
      ...base,
      value: sum(({ value }) => value),
      best: sum(({ best }) => best),
      quartiles: [sum(({ quartiles }) => quartiles?.[0]), sum(({ quartiles }) => quartiles?.[1])],
      calls: sum(({ calls }) => calls),
      size: `${threads} × ${formatBytes(bytes)}`,
      reason: null,
    };
  } catch (error) {
    return { ...base, ...noFigures, size: null, reason: errorText(error) };
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
