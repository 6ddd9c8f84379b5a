import { InputError } from '../kernel/errors.ts';
import { nearest } from '../kernel/nearest.ts';
import type { Catalogue } from './catalogue.ts';
import { type HardwareProfile, localProfileId } from './profile.ts';

/** A profile that was asked for by some word. */
export interface ResolvedProfile {
  readonly asked: string;
  readonly profile: HardwareProfile;
  /** Said where the word left the variant open: which one was taken, and which others there are; null when it did not. */
  readonly alias: string | null;
}

/**
 * The profile of an id or an alias. An alias of a family is its default variant, and that is said. Throws `PROFILE_UNKNOWN` (exit 3) with the
 * nearest names and what to do, "local" among them where the caller knows it.
 */
export function resolveProfile(
  asked: string,
  { profiles }: Catalogue,
  { localIsKnown = false }: { readonly localIsKnown?: boolean } = {},
): ResolvedProfile {
  const word = asked.trim().toLowerCase();
  const profile = profiles.find(({ id }) => id === word) ?? profiles.find(({ aliases }) => aliases.includes(word));
  if (profile === undefined) throw unknownProfile(asked, profiles, localIsKnown);
  const variants = profile.family === word ? profiles.filter(({ family }) => family === word) : [];
  const others = variants.filter(({ id }) => id !== profile.id).map(({ id }) => id);
  const alias =
    others.length === 0 ? null : `${asked} is ${profile.id} (${profile.name}); others: ${others.join(', ')}`;
  return { asked, profile, alias };
}

function unknownProfile(asked: string, profiles: readonly HardwareProfile[], localIsKnown: boolean): InputError {
  const words = [...(localIsKnown ? [localProfileId] : []), ...profiles.flatMap(({ id, aliases }) => [id, ...aliases])];
  if (asked === localProfileId) {
    return new InputError(
      'PROFILE_UNKNOWN',
      `expected a profile, got "local": this machine has none that states figures. "npx dyno hardware detect" says what it is, "npx dyno hardware measure --out FILE" measures it and writes a profile.`,
    );
  }
  const near = nearest(asked, words);
  const part = asked.trim().toLowerCase();
  const containing = part === '' ? [] : profiles.filter(({ id }) => id.includes(part)).map(({ id }) => id);
  const hint =
    near !== null
      ? `Did you mean "${near}"?`
      : containing.length > 0
        ? `These have it in their name: ${containing.slice(0, 6).join(', ')}.`
        : 'A device of your own needs a file in hardware-profiles/ (docs/hardware.md).';
  return new InputError(
    'PROFILE_UNKNOWN',
    `expected ${localIsKnown ? '"local" (this machine) or ' : ''}one of ${profiles.length} hardware profiles, got ${JSON.stringify(asked)}. ${hint} "npx dyno hardware list" lists them all.`,
  );
}
