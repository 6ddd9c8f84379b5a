import { readFileSync } from 'node:fs';

/** Seconds that a thread of this process has spent on a CPU, from the first figure of its `schedstat`; null when it is not known. */
export function threadRunSeconds(thread: number): number | null {
  try {
    const nanoseconds = Number(readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    return Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : null;
  } catch {
    return null; // ended, or a kernel without scheduler statistics
  }
}

/**
 * The most that any of the threads runs while nothing is asked of them for `seconds`; null when none could be read. The calling
 * thread sleeps meanwhile.
 */
export async function idleRunSeconds(threads: readonly number[], seconds: number): Promise<number | null> {
  const before = threads.map(threadRunSeconds);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1e3));
  const differences = threads.flatMap((thread, index) => {
    const start = before[index];
    const end = threadRunSeconds(thread);
    return start === null || start === undefined || end === null ? [] : [end - start];
  });
  return differences.length === 0 ? null : Math.max(...differences);
}
