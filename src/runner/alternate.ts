import { kindOfBareLoop } from '../results/record.ts';
import { type WindowBounds, type WindowOutcome, windowHasEnded } from '../scenarios/window.ts';
import type { QuerySource } from './query-source.ts';

interface AlternatingLoad {
  readonly bounds: WindowBounds;
  readonly now: () => number;
  readonly issue: (query: number) => Promise<unknown>;
  /** As `Load` has it; `kind` tells the bare loop's queries from the harness's. */
  readonly record: (
    query: number,
    scheduled: number,
    sent: number,
    started: number,
    completed: number,
    kind?: number,
  ) => boolean | undefined;
}

/**
 * Harness and bare loop in turn, query by query over the same session and the same inputs, so that drift hits both alike.
 * Which of the two goes first changes with every query: the second of a pair finds the caches as the first left them.
 */
export async function alternate(
  source: QuerySource,
  { bounds, now, issue, record }: AlternatingLoad,
): Promise<WindowOutcome> {
  const start = now();
  let queries = 0;
  let completed = 0;
  let isEnough = false;
  const harness = async (): Promise<void> => {
    const sent = now() - start;
    await issue(queries);
    completed = now() - start;
    isEnough = record(queries, sent, sent, sent, completed) === true;
  };
  const bare = async (): Promise<void> => {
    const call = source.bareCall(queries);
    if (call === null) throw new Error('The bare loop needs scope "inference".');
    const sent = now() - start;
    await call();
    completed = now() - start;
    record(queries, sent, sent, sent, completed, kindOfBareLoop);
  };
  do {
    if (queries % 2 === 0) {
      await harness();
      await bare();
    } else {
      await bare();
      await harness();
    }
    queries++;
  } while (!isEnough && !windowHasEnded(bounds, queries, completed));
  return { start, queries, seconds: completed };
}
