import { DynoError } from './errors.ts';
import { timerMilliseconds } from './timer.ts';

/** The promise's outcome, or `TIMED_OUT` when it takes longer than `seconds`. The work itself is not cancelled. */
export async function withTimeout<T>(promise: Promise<T>, seconds: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DynoError('TIMED_OUT', `The ${what} took longer than ${seconds} s.`)),
      timerMilliseconds(seconds),
    );
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
