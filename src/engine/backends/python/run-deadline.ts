import { InputError } from '../../../kernel/errors.ts';

/** The first run of a shape may compile the model for it, or try kernels against each other, and one that compiles for a GPU takes minutes. */
const firstRunSeconds = 1800;

/** How long a run may take, whatever the ones before took. */
const patienceSeconds = 30;

/** How many times as long as the longest run until then. */
const patienceFactor = 20;

/** By which the user says how many seconds a worker may need for a run. */
export const deadlineVariable = 'DYNO_PYTHON_DEADLINE';

/**
 * Seconds after which a run counts as hanging: `DYNO_PYTHON_DEADLINE` where it is set, half an hour for the first run of a shape, and from then on 30 s and twenty
 * times the longest of that shape. `longestSeconds` null: there was none. Throws `ENVIRONMENT_INVALID`.
 */
export function runDeadline(
  longestSeconds: number | null,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): number {
  const asked = environment[deadlineVariable];
  if (asked !== undefined && asked !== '') {
    const seconds = Number(asked);
    if (seconds > 0 && seconds <= firstRunSeconds) return seconds;
    throw new InputError(
      'ENVIRONMENT_INVALID',
      `${deadlineVariable}: expected seconds above 0 and up to ${firstRunSeconds}, got ${JSON.stringify(asked)}.`,
    );
  }
  return longestSeconds === null ? firstRunSeconds : patienceSeconds + patienceFactor * longestSeconds;
}
