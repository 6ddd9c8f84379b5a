import { monotonicSeconds } from './clock.ts';

/** How long calls are repeated. */
export interface RepeatBounds {
  /** At least for this long … */
  readonly minSeconds: number;
  /** … and at least this many times, … */
  readonly minCalls: number;
  /** … but no further when this long has passed. */
  readonly maxSeconds: number;
}

/**
 * Repeats a call as tinybench repeats the functions that it times: until both minima are reached. The call tells itself how many seconds
 * of it count, so that what it does around them is in no figure. The one file that uses tinybench, which is loaded at the first use:
 * most processes do without it. Throws what the call throws.
 */
export async function repeatTimed(
  call: () => Promise<number>,
  { minSeconds, minCalls, maxSeconds }: RepeatBounds,
  now: () => number = monotonicSeconds,
): Promise<void> {
  const { Bench } = await import('tinybench');
  const end = new AbortController();
  const bench = new Bench({
    iterations: Math.max(1, minCalls),
    time: minSeconds * 1e3,
    now: () => now() * 1e3,
    warmup: false,
    throws: true,
    signal: end.signal,
  });
  let start = 0;
  const timed = async (): Promise<{ readonly overriddenDuration: number }> => {
    const seconds = await call();
    if (now() - start >= maxSeconds) end.abort();
    return { overriddenDuration: seconds * 1e3 };
  };
  // Said to be asynchronous: tinybench would call it once more to find that out.
  bench.add('call', timed, { async: true });
  start = now();
  await bench.run();
}

export interface TimingSettings {
  /** Calls count for at least this long … */
  readonly seconds: number;
  /** … and at least this many times. */
  readonly minCalls: number;
  /** What is called for this long beforehand does not count; at least once. */
  readonly warmupSeconds: number;
}

/**
 * Seconds that each call of a function took, in the order of the calls. A call that returns a promise has ended when that is settled.
 * Throws what the function throws.
 */
export async function timeFunction(call: () => unknown, settings: TimingSettings): Promise<Float64Array> {
  const seconds: number[] = [];
  const timed = async (): Promise<number> => {
    const start = monotonicSeconds();
    const answer = call();
    if (answer instanceof Promise) await answer;
    const taken = monotonicSeconds() - start;
    seconds.push(taken);
    return taken;
  };
  const forever = Number.POSITIVE_INFINITY;
  await repeatTimed(timed, { minSeconds: settings.warmupSeconds, minCalls: 1, maxSeconds: forever });
  seconds.length = 0;
  await repeatTimed(timed, { minSeconds: settings.seconds, minCalls: settings.minCalls, maxSeconds: forever });
  return Float64Array.from(seconds);
}
