import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { DynoError } from './errors.ts';
import { timerMilliseconds } from './timer.ts';

/** A process of ours that outlives this one to clear up after it. */
export interface GuardProcess {
  readonly pid: number;
  /** Sends a line and waits for the line that answers it; null where the guard has ended, or does not answer within `seconds`. */
  ask(line: string, seconds: number): Promise<string | null>;
  /** It is needed no more: its stdin is closed, and this process may end without it. */
  release(): void;
}

/**
 * Starts a Node.js process of ours in a process group of its own, so that what ends this one and all that it started does not end it; its stdin closes
 * when this process is gone, however that came, and stderr is that of this process, to tell people what it did. It is given its job as a line of JSON and
 * answers with the line `ready`. Throws `GUARD_FAILED` when it does not within `seconds`.
 */
export async function startGuard(script: string, job: object, seconds: number): Promise<GuardProcess> {
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const waiting: ((line: string | null) => void)[] = [];
  let isOver = false;
  const end = (): void => {
    isOver = true;
    for (const resolve of waiting.splice(0)) resolve(null);
  };
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(line));
  child.stdin.on('error', () => {});
  child.on('error', end);
  // Not at its exit: its last line may still be on its way.
  child.on('close', end);
  const nextLine = (limit: number): Promise<string | null> =>
    new Promise((resolve) => {
      if (isOver) return resolve(null);
      const timer = setTimeout(() => resolve(null), timerMilliseconds(limit));
      waiting.push((line) => {
        clearTimeout(timer);
        resolve(line);
      });
    });
  child.stdin.write(`${JSON.stringify(job)}\n`);
  const first = await nextLine(seconds);
  if (first !== 'ready' || child.pid === undefined) {
    child.kill('SIGKILL');
    throw new DynoError(
      'GUARD_FAILED',
      `The process that is to clear up after this one did not start within ${seconds} s.`,
    );
  }
  return {
    pid: child.pid,
    ask: (line, limit) => {
      child.stdin.write(`${line}\n`);
      return nextLine(limit);
    },
    release: () => {
      child.stdin.end();
      child.unref();
    },
  };
}
