import { DynoError } from './errors.ts';

/** Something that is started before a measurement and stopped after it. */
export interface Startable {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts all in order, runs `work`, stops in reverse what was started, each within `timeoutSeconds`.
 * Everything started is stopped even after a failure; the first error wins.
 */
export async function runWithin<T>(
  parts: readonly Startable[],
  timeoutSeconds: number,
  work: () => Promise<T>,
): Promise<T> {
  const started: Startable[] = [];
  let failed = false;
  let firstError: unknown;
  let answer: T | undefined;
  try {
    for (const part of parts) {
      started.push(part);
      await withTimeout(part.start(), timeoutSeconds, `start of ${part.name}`);
    }
    answer = await work();
  } catch (error) {
    failed = true;
    firstError = error;
  }
  for (const part of started.reverse()) {
    try {
      await withTimeout(part.stop(), timeoutSeconds, `stop of ${part.name}`);
    } catch (error) {
      if (!failed) firstError = error;
      failed = true;
    }
  }
  if (failed) throw firstError;
  return answer as T;
}

/** The promise's outcome, or `TIMED_OUT` when it takes longer than `seconds`. The work itself is not cancelled. */
export async function withTimeout<T>(promise: Promise<T>, seconds: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DynoError('TIMED_OUT', `The ${what} took longer than ${seconds} s.`)),
      seconds * 1e3,
    );
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
