import type { Load, WindowOutcome } from './window.ts';

/**
 * One query after another as tinybench drives a function that it times: until both minima of the window are reached. What tinybench
 * takes as the duration of a call is what is recorded; getting the query ready and taking it down are in neither.
 */
export async function micro({ bounds, now, stage, issue, record }: Load): Promise<WindowOutcome> {
  // Loaded at the first window, which is the warm-up's: processes without this scenario do without it.
  const { Bench } = await import('tinybench');
  const end = new AbortController();
  const bench = new Bench({
    iterations: Math.max(1, bounds.minQueries),
    time: bounds.minSeconds * 1e3,
    now: () => now() * 1e3,
    // The window's own warm-up has run, with its record path.
    warmup: false,
    throws: true,
    signal: end.signal,
  });
  let start = 0;
  let queries = 0;
  let completed = 0;
  const call = async (): Promise<{ readonly overriddenDuration: number }> => {
    const staging = stage?.(queries);
    if (staging !== undefined) await staging;
    const sent = now() - start;
    await issue(queries);
    completed = now() - start;
    record(queries, sent, sent, completed);
    queries++;
    if (completed >= bounds.maxSeconds) end.abort();
    return { overriddenDuration: (completed - sent) * 1e3 };
  };
  // Said to be asynchronous: tinybench would call it once more to find that out.
  bench.add('query', call, { async: true });
  start = now();
  await bench.run();
  return { start, queries, seconds: completed };
}
