/** When a window ends: both minima reached, or the maximum. */
export interface WindowBounds {
  readonly minQueries: number;
  readonly minSeconds: number;
  readonly maxSeconds: number;
}

/** What a scenario drives, and what it takes from outside: nothing here reads a clock or a random number of its own. */
export interface Load {
  readonly bounds: WindowBounds;
  /** Seconds on a monotonic clock. */
  readonly now: () => number;
  /**
   * Gets what query number `query` is made of, before it is scheduled and sent: not part of any latency. Answers with a promise only
   * where it has to wait.
   */
  readonly stage?: ((query: number) => Promise<void> | undefined) | undefined;
  /** Serves query number `query`; settles when its answer is there. */
  readonly issue: (query: number) => Promise<unknown>;
  /**
   * Takes down one completed query: due at `scheduled`, let go at `sent`, taken up at `started`. Times are seconds since the start of the
   * window. Not part of any latency. Answers `true` to end the load here, whatever its bounds.
   */
  readonly record: (
    query: number,
    scheduled: number,
    sent: number,
    started: number,
    completed: number,
  ) => boolean | undefined;
}

/** What a window came to. `seconds`: from its start to the completion of its last query. */
export interface WindowOutcome {
  readonly start: number;
  readonly queries: number;
  readonly seconds: number;
}

/** Whether a window may end after `queries` queries and `seconds` seconds. */
export function windowHasEnded(bounds: WindowBounds, queries: number, seconds: number): boolean {
  return (queries >= bounds.minQueries && seconds >= bounds.minSeconds) || seconds >= bounds.maxSeconds;
}
