import { adaptedDevice } from '../hardware/adaptation.ts';
import { type Catalogue, loadCatalogue, loadProfilesNaming } from '../hardware/catalogue.ts';
import { identifyMachine } from '../hardware/identity.ts';
import { type Identity, type Match, matchProfiles } from '../hardware/match.ts';
import { type HardwareProfile, localProfileId } from '../hardware/profile.ts';
import { type ResolvedProfile, resolveProfile } from '../hardware/resolve.ts';
import { InputError } from '../kernel/errors.ts';
import type { Device, Target } from '../suite/device.ts';
import type { RequestedProfile } from '../suite/requested-profile.ts';

export interface ProfileOptions {
  /** Words of `--profile`. */
  readonly profile: readonly string[];
  /** Folder of `--profiles`. */
  readonly profiles?: string | undefined;
  readonly requireHardware?: boolean | undefined;
}

export interface Requested {
  readonly targets: readonly Target[];
  readonly requested: readonly RequestedProfile[];
}

/**
 * What cases are planned for. A profile whose device this machine is, and that a backend runs on, is a target of its own; where one is not,
 * and for `local`, this machine is. Throws `PROFILE_UNKNOWN`, and `HARDWARE_NOT_HERE` under `--require-hardware`, both with exit 3.
 */
export function requestedProfiles(
  options: ProfileOptions,
  backends: readonly string[],
  machine: Identity = identifyMachine(),
): Requested {
  if (options.profile.length === 0 || options.profile.includes('')) {
    // An unset variable of a script must not turn into a measurement of something else.
    throw new InputError(
      'OPTION_INVALID',
      `--profile: expected ids of hardware profiles separated by commas, got ${JSON.stringify(options.profile.join(','))}. "npx dyno hardware list" lists them; "local" is this machine.`,
    );
  }
  const others = options.profile.filter((word) => word !== localProfileId);
  // All profiles are read only where one is asked for: that takes a third of a second.
  const catalogue: Catalogue | null = others.length === 0 ? null : loadCatalogue({ own: options.profiles });
  const matches = matchProfiles(machine, catalogue?.profiles ?? namedLike(machine, options.profiles));
  const resolved = catalogue === null ? [] : unique(others.map((word) => prefixed(word, catalogue)));
  const requested = resolved.map((one) => requestOf(one, machine, matches, backends));

  const absent = requested.filter(({ present }) => !present);
  if (options.requireHardware === true && absent.length > 0) {
    const lines = absent.map(({ id, name, why }) => `--require-hardware: looked for ${id} (${name}): ${why}.`);
    throw new InputError(
      'HARDWARE_NOT_HERE',
      `${lines.join('\n')} Run this on a machine that has it, or leave --require-hardware out to measure on this one.`,
    );
  }
  const here = requested.filter(({ present }) => present);
  const asksLocal = options.profile.includes(localProfileId) || here.length === 0;
  return {
    targets: [
      ...here.map(({ id }) => ({ profile: id, device: deviceOf(matches, id, backends) })),
      ...(asksLocal ? [{ profile: localProfileId, device: deviceOf(matches, null, backends) }] : []),
    ],
    requested,
  };
}

function namedLike({ processor }: Identity, own: string | undefined): readonly HardwareProfile[] {
  return processor === null ? [] : loadProfilesNaming(processor, { own });
}

/** Names the option in the error of a word that no profile has. */
function prefixed(word: string, catalogue: Catalogue): ResolvedProfile {
  try {
    return resolveProfile(word, catalogue, { localIsKnown: true });
  } catch (error) {
    if (error instanceof InputError) throw new InputError(error.code, `--profile ${word}: ${error.message}`);
    throw error;
  }
}

function unique(resolved: readonly ResolvedProfile[]): ResolvedProfile[] {
  return resolved.filter((one, index) => resolved.findIndex(({ profile }) => profile === one.profile) === index);
}

function requestOf(
  { asked, profile, alias }: ResolvedProfile,
  machine: Identity,
  matches: readonly Match[],
  backends: readonly string[],
): RequestedProfile {
  const match = matches.find((one) => one.profile.id === profile.id);
  const common = { asked, id: profile.id, name: profile.name, ...(alias === null ? {} : { alias }) };
  if (match === undefined)
    return { ...common, present: false, why: `this machine has none: found ${foundIn(machine)}` };
  if (match.confidence === 'part') {
    return { ...common, present: false, why: `this machine has only a part of one: ${match.evidence}` };
  }
  const { backend = null } = profile.adaptation;
  if (backend === null || !backends.includes(backend)) {
    const which = backend === null ? 'no backend of Dyno runs on it yet' : `its backend ${backend} is not known here`;
    return { ...common, present: false, why: `this machine has one (${match.evidence}), but ${which}` };
  }
  return { ...common, present: true, why: match.evidence };
}

function foundIn({ processor, gpus }: Identity): string {
  const gpu =
    gpus.length === 0 ? 'no GPU that its driver names' : gpus.map(({ name }) => `the GPU "${name}"`).join(', ');
  return `${processor === null ? 'a processor without a name' : `the processor "${processor}"`} and ${gpu}`;
}

/** What cases adapt to: the device of that id, or for null the processor, of which a part will do. */
function deviceOf(matches: readonly Match[], id: string | null, backends: readonly string[]): Device | null {
  const match = matches.find(({ profile }) => (id === null ? profile.kind === 'cpu' : profile.id === id));
  const device = match === undefined ? null : adaptedDevice(match.profile);
  return device === null || !backends.includes(device.backend) ? null : (device as Device);
}
