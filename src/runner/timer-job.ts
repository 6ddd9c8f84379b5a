/** Asks how exactly this machine can wait. */
export interface TimerJob {
  readonly deadlineSeconds: number;
}

/** How long waits took that were asked to take `askedSeconds`. */
export interface Waiting {
  readonly askedSeconds: number;
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

export interface TimerAnswer {
  /** The smallest step of the clock that was seen. */
  readonly clockStepSeconds: number;
  /** By `setTimeout`. */
  readonly timer: Waiting;
  /** By a thread that sleeps until its time is over (`Atomics.wait`). */
  readonly blocked: Waiting;
  /** By reading the clock over and over, as the load generator does. */
  readonly spinning: Waiting;
}
