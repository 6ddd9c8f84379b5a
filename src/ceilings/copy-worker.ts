/** One thread of `copyCeiling`: copies a block again and again and answers with the seconds of each copy. */
import { parentPort, workerData } from 'node:worker_threads';
import { timeFunction } from '../kernel/function-timing.ts';
import type { CopyTask } from './copy.ts';

const { bytes, seconds, warmupSeconds } = workerData as CopyTask;
// Filled, so that every page is there before the first copy.
const from = new Float64Array(bytes / 8).fill(1);
const to = new Float64Array(bytes / 8).fill(2);

parentPort?.once('message', async () => {
  parentPort?.postMessage(await timeFunction(() => to.set(from), { seconds, minCalls: 5, warmupSeconds }));
  parentPort?.close();
});
parentPort?.postMessage('ready');
