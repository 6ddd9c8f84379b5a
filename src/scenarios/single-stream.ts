import { type Load, type WindowOutcome, windowHasEnded } from './window.ts';

/**
 * One query at a time: the next is scheduled when the one before is done (MLPerf's single stream). A query is sent at the
 * moment it is scheduled, so that its response time is its service time.
 */
export async function singleStream({ bounds, now, stage, issue, record }: Load): Promise<WindowOutcome> {
  const start = now();
  let queries = 0;
  let completed = 0;
  do {
    // Awaited only where there is something to wait for: the harness is to cost as little as it can.
    const staging = stage?.(queries);
    if (staging !== undefined) await staging;
    const sent = now() - start;
    await issue(queries);
    completed = now() - start;
    record(queries, sent, sent, completed);
    queries++;
  } while (!windowHasEnded(bounds, queries, completed));
  return { start, queries, seconds: completed };
}
