import { type Load, type WindowOutcome, windowHasEnded } from './window.ts';

/**
 * One query at a time: the next is scheduled when the one before is done (MLPerf's single stream). A query is sent at the
 * moment it is scheduled, so that its response time is its service time.
 */
export async function singleStream({ bounds, now, issue, record }: Load): Promise<WindowOutcome> {
  const start = now();
  let queries = 0;
  let completed = 0;
  do {
    const sent = now() - start;
    await issue(queries);
    completed = now() - start;
    record(queries, sent, sent, completed);
    queries++;
  } while (!windowHasEnded(bounds, queries, completed));
  return { start, queries, seconds: completed };
}
