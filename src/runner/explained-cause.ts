import { explainError } from '../engine/diagnosis/explain-error.ts';
import type { Cause } from '../results/events.ts';

/**
 * The cause with what is known of it: what its message or its last words mean and what to do. Unchanged when they say nothing that is
 * known.
 */
export function explainedCause(cause: Cause): Cause {
  const [known] = explainError(`${cause.message}\n${cause.stderrTail}`);
  if (known === undefined) return cause;
  const { code, title, meaning, remedy } = known;
  return { ...cause, explanation: { code, title, meaning, remedy } };
}
