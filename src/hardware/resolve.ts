import { InputError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import type { Catalogue } from './catalogue.ts';
import type { HardwareProfile } from './profile.ts';

/** A profile that was asked for by some word. */
export interface ResolvedProfile {
  readonly asked: string;
  readonly profile: HardwareProfile;
  /** Said where the word left the variant open: which one was taken, and which others there are; null when it did not. */
  readonly alias: string | null;
}

/**
 * The profile of an id or an alias. An alias of a family is its default variant, and that is said. Throws `PROFILE_UNKNOWN` (exit 3) with the
 * nearest names and what to do.
 */
export function resolveProfile(asked: string, { profiles }: Catalogue): ResolvedProfile {
  const word = asked.toLowerCase();
  const profile = profiles.find(({ id }) => id === word) ?? profiles.find(({ aliases }) => aliases.includes(word));
  if (profile === undefined) throw unknownProfile(asked, profiles);
  const variants = profile.family === word ? profiles.filter(({ family }) => family === word) : [];
  const others = variants.filter(({ id }) => id !== profile.id).map(({ id }) => id);
  const alias =
    others.length === 0 ? null : `${asked} is ${profile.id} (${profile.name}); others: ${others.join(', ')}`;
  return { asked, profile, alias };
}

function unknownProfile(asked: string, profiles: readonly HardwareProfile[]): InputError {
  const words = ['local', ...profiles.flatMap(({ id, aliases }) => [id, ...aliases])];
  const near = nearest(asked, words);
  const containing = profiles.filter(({ id }) => id.includes(asked.toLowerCase())).map(({ id }) => id);
  const hint =
    near !== null
      ? `Did you mean "${near}"?`
      : containing.length > 0
        ? `These have it in their name: ${containing.slice(0, 6).join(', ')}.`
        : 'A device of your own needs a file in hardware-profiles/ (docs/hardware.md).';
  return new InputError(
    'PROFILE_UNKNOWN',
    `expected "local" (this machine) or one of ${profiles.length} hardware profiles, got ${JSON.stringify(asked)}. ${hint} "npx dyno hardware list" lists them all.`,
  );
}
