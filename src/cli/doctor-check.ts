/**
 * One line of the doctor. `problem`: `dyno bench` cannot work. `warning`: it works, and something is worse than it could be. `optional`:
 * something that only some need is not there.
 */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'optional' | 'warning' | 'problem';
  readonly message: string;
  /** A command line, or sentences (they end with a full stop) where no command helps; null when there is nothing to do. */
  readonly fix: string | null;
}

/** Checks that belong together. */
export interface CheckGroup {
  readonly subject: string;
  readonly checks: readonly Check[];
}

/** A check that found nothing to do. */
export function ok(name: string, message: string): Check {
  return { name, status: 'ok', message, fix: null };
}
