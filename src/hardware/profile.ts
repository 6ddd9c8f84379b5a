import { InputError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';

/** A piece of hardware that cases can be run for. */
export interface HardwareProfile {
  readonly id: string;
}

/** This machine, whatever it is: figures under this profile are measured here. */
export const localProfile: HardwareProfile = { id: 'local' };

const profiles: readonly HardwareProfile[] = [localProfile];

/**
 * The profile of that id. Throws `PROFILE_UNKNOWN` (exit 3) with the known ones: the name of hardware that is not here is never put as
 * a label on figures of this machine.
 */
export function resolveProfile(id: string): HardwareProfile {
  const found = profiles.find((profile) => profile.id === id);
  if (found !== undefined) return found;
  const known = profiles.map((profile) => profile.id);
  const near = nearest(id, known);
  const hint = near === null ? 'Leave --profile out to measure on this machine.' : `Did you mean "${near}"?`;
  throw new InputError(
    'PROFILE_UNKNOWN',
    `--profile ${id}: expected a known hardware profile (${known.join(', ')}). ${hint}`,
  );
}
