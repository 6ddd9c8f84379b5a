import type { Cause } from '../results/events.ts';
import type { PlannedCase } from '../suite/plan.ts';

/** What a run tells while it goes on. It is told between windows, never within one. */
export type Progress =
  | { readonly type: 'preparing'; readonly workload: string }
  | { readonly type: 'proving'; readonly case: PlannedCase; readonly done: number; readonly of: number }
  | {
      readonly type: 'round';
      readonly case: PlannedCase;
      readonly round: number;
      readonly done: number;
      readonly of: number;
      readonly secondsLeft: number;
    }
  | { readonly type: 'failed'; readonly what: string; readonly cause: Cause }
  | { readonly type: 'skipped'; readonly case: PlannedCase; readonly message: string }
  | { readonly type: 'note'; readonly message: string };

export type OnProgress = (progress: Progress) => void;

/** Seconds that rounds are likely to take, from those that are done. */
export class RoundTimes {
  readonly #byKey = new Map<string, number>();
  readonly #byWorkload = new Map<string, number[]>();

  add(planned: PlannedCase, seconds: number): void {
    this.#byKey.set(planned.key, seconds);
    const ofWorkload = this.#byWorkload.get(planned.workload) ?? [];
    ofWorkload.push(seconds);
    this.#byWorkload.set(planned.workload, ofWorkload);
  }

  /** The case's own time if it has run, else the mean of its workload, else `fallback`. */
  estimate(planned: PlannedCase, fallback: number): number {
    const own = this.#byKey.get(planned.key);
    if (own !== undefined) return own;
    const ofWorkload = this.#byWorkload.get(planned.workload);
    if (ofWorkload === undefined) return fallback;
    return ofWorkload.reduce((sum, seconds) => sum + seconds, 0) / ofWorkload.length;
  }
}
