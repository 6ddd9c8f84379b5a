import { readSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/**
 * Reads the one line of JSON that the parent writes to the stdin of a process of ours, without touching what follows.
 * Blocks until it is there: nothing else can be done before.
 */
export function readJob<T>(): T {
  const parts: Buffer[] = [];
  for (;;) {
    const part = Buffer.alloc(65_536);
    const count = readSync(0, part, 0, part.length, null);
    if (count === 0)
      throw new Error('stdin ended before the job was read: this process is started by dyno, not by hand.');
    const end = part.subarray(0, count).indexOf(10);
    parts.push(part.subarray(0, end === -1 ? count : end));
    if (end !== -1) return JSON.parse(Buffer.concat(parts).toString('utf8')) as T;
  }
}

/**
 * Ends this process by SIGKILL when its parent is gone (its stdin closes, which the kernel does even for a parent that was
 * killed) or after `deadlineSeconds`. A worker thread watches, because inference blocks the main thread; it sleeps otherwise.
 */
export function holdLifeline(deadlineSeconds: number): void {
  const worker = new Worker(new URL('./lifeline-worker.js', import.meta.url), { workerData: { deadlineSeconds } });
  worker.unref();
  // What the terminal sends to the whole process group is the runner's to decide.
  process.on('SIGINT', () => {});
}
