import { monotonicSeconds } from '../kernel/clock.ts';

/**
 * Calls `onTick` every `periodSeconds`, at multiples of it since `start()`: lateness of one tick does not move the next ones. Ticks that
 * were missed altogether (the machine slept, the process was stopped) are left out, not made up for in a burst.
 */
export class Ticker {
  readonly #periodSeconds: number;
  readonly #onTick: () => void;
  #timer: NodeJS.Timeout | null = null;
  #startedAt = 0;
  #lastTickAt = Number.NEGATIVE_INFINITY;

  constructor(periodSeconds: number, onTick: () => void) {
    this.#periodSeconds = periodSeconds;
    this.#onTick = onTick;
  }

  /** Starts with a tick after one period. */
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
        this.#onTick();
      },
      // Rounded up, because a timer takes whole milliseconds and cuts off the rest.
      Math.ceil(secondsToNextTick(now - this.#startedAt, this.#periodSeconds) * 1e3),
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
