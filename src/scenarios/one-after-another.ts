import { type Load, type WindowOutcome, windowHasEnded } from './window.ts';

/**
 * Sends one query after another as long as the window lasts. `due`: when a query that is sent at `sent` was scheduled, the one before it having
 * been completed at `before`.
 */
export async function oneAfterAnother(
  { bounds, now, stage, issue, record }: Load,
  due: (sent: number, before: number) => number,
): Promise<WindowOutcome> {
  const start = now();
  let queries = 0;
  let completed = 0;
  for (let hasEnded = false; !hasEnded; ) {
    // Awaited only where there is something to wait for: the harness is to cost as little as it can.
    const staging = stage?.(queries);
    if (staging !== undefined) await staging;
    const sent = now() - start;
    const scheduled = due(sent, completed);
    await issue(queries);
    completed = now() - start;
    const isEnough = record(queries, scheduled, sent, sent, completed);
    queries++;
    hasEnded = isEnough === true || windowHasEnded(bounds, queries, completed);
  }
  return { start, queries, seconds: completed };
}
