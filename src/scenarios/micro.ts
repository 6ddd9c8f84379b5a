import { repeatTimed } from '../kernel/function-timing.ts';
import type { Load, WindowOutcome } from './window.ts';

/**
 * One query after another as tinybench drives a function that it times: until both minima of the window are reached. What counts as the
 * duration of a call is what is recorded; getting the query ready is in neither. The window's own warm-up has run, with its record path.
 */
export async function micro({ bounds, now, stage, issue, record }: Load): Promise<WindowOutcome> {
  const start = now();
  let queries = 0;
  let completed = 0;
  const call = async (): Promise<number> => {
    const staging = stage?.(queries);
    if (staging !== undefined) await staging;
    const sent = now() - start;
    await issue(queries);
    completed = now() - start;
    record(queries, sent, sent, sent, completed);
    queries++;
    return completed - sent;
  };
  const { minSeconds, minQueries, maxSeconds } = bounds;
  await repeatTimed(call, { minSeconds, minCalls: minQueries, maxSeconds }, now);
  return { start, queries, seconds: completed };
}
