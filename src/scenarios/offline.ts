import { type Load, type WindowOutcome, windowHasEnded } from './window.ts';

/**
 * All items are there at the start (MLPerf's offline): every query is scheduled at 0 and sent as soon as the engine is free.
 * Only throughput and the service time of a batch mean anything here; a response time would measure the length of the window.
 */
export async function offline({ bounds, now, stage, issue, record }: Load): Promise<WindowOutcome> {
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
    record(queries, 0, sent, completed);
    queries++;
  } while (!windowHasEnded(bounds, queries, completed));
  return { start, queries, seconds: completed };
}
