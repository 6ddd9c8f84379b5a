import { type Load, type WindowOutcome, windowHasEnded } from './window.ts';

/** Sends one query after another as long as the window lasts. `due`: when a query that is sent at `sent` was scheduled. */
export async function oneAfterAnother(
  { bounds, now, stage, issue, record }: Load,
  due: (sent: number) => number,
): Promise<WindowOutcome> {
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
    record(queries, due(sent), sent, completed);
    queries++;
  } while (!windowHasEnded(bounds, queries, completed));
  return { start, queries, seconds: completed };
}
