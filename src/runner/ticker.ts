import { monotonicSeconds } from '../kernel/clock.ts';

/**
 * Calls `onTick` at the times that `secondsToNext` says, both counting seconds since `start()`: lateness of one tick does not move the next
 * ones. Ticks that were missed altogether (the machine slept, the process was stopped) are left out, not made up for in a burst.
 */
export class Ticker {
  readonly #secondsToNext: (elapsed: number) => number;
  readonly #onTick: (elapsed: number) => void;
  #timer: NodeJS.Timeout | null = null;
  #startedAt = 0;
  #lastTickAt = Number.NEGATIVE_INFINITY;

  constructor(secondsToNext: (elapsed: number) => number, onTick: (elapsed: number) => void) {
    this.#secondsToNext = secondsToNext;
    this.#onTick = onTick;
  }

  /** Starts to count; the first tick comes when `secondsToNext(0)` says. */
  start(): void {
    this.stop();
    this.#startedAt = monotonicSeconds();
    this.#lastTickAt = this.#startedAt;
    this.#schedule();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Seconds since the last tick, or since `start()` when there was none. */
  secondsSinceTick(): number {
    return monotonicSeconds() - this.#lastTickAt;
  }

  #schedule(): void {
    const now = monotonicSeconds();
    this.#timer = setTimeout(
      () => {
        this.#lastTickAt = monotonicSeconds();
        this.#schedule();
        this.#onTick(this.#lastTickAt - this.#startedAt);
      },
      // Rounded up, because a timer takes whole milliseconds and cuts off the rest.
      Math.ceil(this.#secondsToNext(now - this.#startedAt) * 1e3),
    );
  }
}

/**
 * Seconds until the next multiple of `period` that is more than a tenth of a period away: a timer that fires a little early must not
 * tick twice for one multiple.
 */
export function secondsToNextTick(elapsed: number, period: number): number {
  const next = Math.floor(elapsed / period + 0.1) + 1;
  return next * period - elapsed;
}
