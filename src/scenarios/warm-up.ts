import type { Policy } from '../suite/plan.ts';

/** Tells whether a latency has become steady, query by query. */
export interface SteadinessWatch {
  /** Takes one completed query; answers whether the stretch so far ends steadily. */
  add(completedSeconds: number, latencySeconds: number): boolean;
}

/** What a warm-up came to. `no plateau`: it ended at its maximum, or because queries piled up, without having become steady. */
export interface WarmUpOutcome {
  readonly queries: number;
  readonly seconds: number;
  readonly ended: 'minimum' | 'plateau' | 'no plateau';
}

/**
 * Decides when a warm-up is over: at its minima, or, with a watch, when the latency has become steady after them, at most until its maximum. It
 * is asked between queries, and what follows it follows without a pause.
 */
export class WarmUp {
  readonly #bounds: Policy['warmup'];
  readonly #watch: SteadinessWatch | null;
  #queries = 0;
  #seconds = 0;
  #ended: WarmUpOutcome['ended'] = 'no plateau';

  /** @param watch null: the warm-up ends at its minima. */
  constructor(bounds: Policy['warmup'], watch: SteadinessWatch | null) {
    this.#bounds = bounds;
    this.#watch = watch;
  }

  /** Whether there is a warm-up at all: without minima and without a plateau to wait for there is none. */
  get isWanted(): boolean {
    return this.#watch !== null || this.#bounds.minQueries > 0 || this.#bounds.minSeconds > 0;
  }

  /** Takes one completed query, in seconds since the warm-up began; answers whether the warm-up is over. */
  add(completedSeconds: number, latencySeconds: number): boolean {
    const { minQueries, minSeconds, maxSeconds } = this.#bounds;
    this.#queries++;
    this.#seconds = completedSeconds;
    const isSteady = this.#watch?.add(completedSeconds, latencySeconds) ?? false;
    if (this.#queries < minQueries || completedSeconds < minSeconds) return false;
    if (this.#watch !== null && !isSteady) return completedSeconds >= maxSeconds;
    this.#ended = isSteady ? 'plateau' : 'minimum';
    return true;
  }

  get outcome(): WarmUpOutcome {
    return this.isWanted
      ? { queries: this.#queries, seconds: this.#seconds, ended: this.#ended }
      : { queries: 0, seconds: 0, ended: 'minimum' };
  }
}
