import { Bench } from 'tinybench';

export interface TimingSettings {
  /** Calls are made for at least this long … */
  readonly seconds: number;
  /** … and at least this many times. */
  readonly minCalls: number;
  /** What is called for this long beforehand is not counted; at least once. */
  readonly warmupSeconds: number;
}

/**
 * Seconds that each call of a function took, in the order of the calls, driven by tinybench. A call that returns a promise has ended
 * when that is settled. Throws what the function throws.
 */
export async function timeFunction(call: () => unknown, settings: TimingSettings): Promise<Float64Array> {
  const bench = new Bench({
    time: settings.seconds * 1e3,
    iterations: settings.minCalls,
    warmupTime: settings.warmupSeconds * 1e3,
    warmupIterations: 1,
    throws: true,
  });
  // tinybench keeps its samples in the order of their size: that of the calls is kept here.
  const seconds: number[] = [];
  bench.add(
    'call',
    async () => {
      const start = performance.now();
      const answer = call();
      if (answer instanceof Promise) await answer;
      seconds.push((performance.now() - start) / 1e3);
    },
    {
      async: true,
      // Called before the warm-up and before the calls that count: at the second time it forgets the warm-up.
      beforeAll: () => {
        seconds.length = 0;
      },
    },
  );
  await bench.run();
  return Float64Array.from(seconds);
}
