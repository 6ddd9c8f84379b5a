import type { HardwareProfile } from './profile.ts';

/** What a machine says of itself, as far as profiles can be recognised by it. */
export interface Identity {
  /** The processor's name as the operating system has it; null when it says nothing. */
  readonly processor: string | null;
  /** Logical cores that this process may use. */
  readonly availableCores: number;
  readonly gpus: readonly { readonly name: string; readonly evidence: string }[];
}

/** A profile that this machine has, or has a part of. */
export interface Match {
  readonly profile: HardwareProfile;
  /**
   * `exact`: the name is the profile's, and all of the device is here. `part`: the name is the profile's, but this machine may use
   * only some of its cores, so that figures of the whole device do not hold.
   */
  readonly confidence: 'exact' | 'part';
  /** What was recognised, for people. */
  readonly evidence: string;
}

/** The profiles that a machine's own words name: GPUs first, then the processor. */
export function matchProfiles(machine: Identity, profiles: readonly HardwareProfile[]): Match[] {
  const gpus = machine.gpus.flatMap(({ name, evidence }) => {
    const profile = profiles.find(({ recognise }) => recognise.gpu.some((known) => sameName(known, name)));
    return profile === undefined
      ? []
      : [{ profile, confidence: 'exact' as const, evidence: `the driver calls it "${name}" (${evidence})` }];
  });
  const processor = matchProcessor(machine, profiles);
  const unique = gpus.filter(({ profile }, index) => gpus.findIndex((one) => one.profile === profile) === index);
  return processor === null ? unique : [...unique, processor];
}

function matchProcessor({ processor, availableCores }: Identity, profiles: readonly HardwareProfile[]): Match | null {
  if (processor === null) return null;
  const profile = profiles.find(({ recognise }) => recognise.processor.some((known) => isWithin(known, processor)));
  if (profile === undefined) return null;
  const evidence = `the processor calls itself "${processor}"`;
  if (profile.cores === null || availableCores >= profile.cores) return { profile, confidence: 'exact', evidence };
  return {
    profile,
    confidence: 'part',
    evidence: `${evidence}; ${availableCores} of its ${profile.cores} cores may be used here`,
  };
}

/** Words of a driver's name that say who made it, not what it is. */
const makers = new Set(['nvidia', 'amd', 'tesla', 'graphics']);

/** GPUs are told apart by one letter (A10, A10G) or one word more (H200, H200 NVL): all words must agree. */
function sameName(known: string, name: string): boolean {
  const [a, b] = [known, name].map((text) => words(text).filter((word) => !makers.has(word)));
  return a?.join(' ') === b?.join(' ');
}

/** Whether the words of `known` stand in `name`, one after another: "Xeon Platinum 8380" in "Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz". */
function isWithin(known: string, name: string): boolean {
  return ` ${words(name).join(' ')} `.includes(` ${words(known).join(' ')} `);
}

function words(name: string): string[] {
  return name
    .toLowerCase()
    .replace(/\((r|tm|c)\)/g, ' ')
    .replace(/@.*$/, ' ')
    .split(/[\s,_-]+/)
    .filter((word) => word !== '' && word !== 'cpu' && word !== 'processor');
}
