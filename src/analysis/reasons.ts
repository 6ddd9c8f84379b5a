import type { Reason } from '../results/events.ts';

/** Collects why figures of a case are missing, by their paths within the case, such as `latency.p99` or `rounds.0.samples`. */
export class Reasons {
  readonly #byPath: Record<string, Reason> = {};

  /** Notes why the figure at `path` is not there, and is the null that stands in its place. */
  withhold(path: string, code: string, need: Reason['need'] = null, have: Reason['have'] = null): null {
    return this.because(path, { code, need, have });
  }

  /** The same for a reason that somebody else has given. */
  because(path: string, reason: Reason): null {
    this.#byPath[path] = { code: reason.code, need: reason.need, have: reason.have };
    return null;
  }

  get(path: string): Reason | null {
    return this.#byPath[path] ?? null;
  }

  /** All of them, in the order in which they were noted. */
  all(): Readonly<Record<string, Reason>> {
    return this.#byPath;
  }
}
