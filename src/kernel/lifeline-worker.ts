/** Thread of `lifeline.ts`: waits for the end of stdin or the deadline, whichever comes first. */
import { Socket } from 'node:net';
import { workerData } from 'node:worker_threads';
import { timerMilliseconds } from './timer.ts';

const { deadlineSeconds } = workerData as { deadlineSeconds: number };

// A socket, not a file read: a blocking read would hold one of the few threads that decode images.
const lifeline = new Socket({ fd: 0, readable: true, writable: false });
lifeline.on('data', () => {});
lifeline.on('error', end);
lifeline.on('close', end);
lifeline.on('end', end);
setTimeout(end, timerMilliseconds(deadlineSeconds));

function end(): void {
  process.kill(process.pid, 'SIGKILL');
}
