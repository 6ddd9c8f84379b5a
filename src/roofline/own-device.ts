import { matchProfiles } from '../hardware/match.ts';
import { type HardwareProfile, localProfileId } from '../hardware/profile.ts';
import type { Case, Run } from '../results/run.ts';
import type { NoRow } from './own-case.ts';

/** The backend whose device is known where a case says `local`: the processor. */
const processorBackend = 'ort-cpu';

/**
 * The profile that the figures of a measured case are of: the one that it names; of `local` the one that was measured on such a machine (`dyno
 * hardware measure`), or that of its processor where the whole of it is the machine. A part of a processor is none of the known devices.
 */
export function deviceOf(one: Case, run: Run, profiles: readonly HardwareProfile[]): HardwareProfile | NoRow {
  const { cpu } = run.environment;
  if (one.profile !== localProfileId) {
    const named = profiles.find(({ id }) => id === one.profile);
    if (named === undefined) {
      return noProfile(`there is no hardware profile "${one.profile}"; --profiles DIR names the folder that it is in`);
    }
    return sameSize(named, cpu.physicalCores) ? named : otherSize(named, cpu.physicalCores);
  }
  if (one.backend !== processorBackend) {
    return noProfile(
      `what the backend ${one.backend} ran on is not known of "local"; a profile whose adaptation names it, and --profile with the id of that, would tell`,
    );
  }
  const measured = profiles.filter(({ measuredOn }) => measuredOn !== undefined && isSuch(measuredOn, cpu));
  const [first, second] = measured;
  if (first !== undefined && second !== undefined) {
    return {
      code: 'SEVERAL_PROFILES',
      reason: `${measured.map(({ id }) => id).join(' and ')} were all measured on such a machine; keep one of them in the folder of profiles`,
    };
  }
  if (first !== undefined) return first;
  const [match] = matchProfiles({ processor: cpu.model, availableCores: cpu.availableCores, gpus: [] }, profiles);
  if (match?.confidence === 'exact' && match.profile.cores !== null) {
    return sameSize(match.profile, cpu.physicalCores)
      ? match.profile
      : otherSize(match.profile, cpu.physicalCores ?? null);
  }
  return noProfile(
    `what ${cpu.model ?? 'its processor'} can do at most with ${cpu.availableCores} cores is in no profile; on that machine: npx dyno hardware measure --out hardware-profiles/${suggestedId(cpu)}.yaml`,
  );
}

function noProfile(reason: string): NoRow {
  return { code: 'NO_PROFILE', reason };
}

function isSuch(measuredOn: NonNullable<HardwareProfile['measuredOn']>, cpu: Run['environment']['cpu']): boolean {
  const sets = (names: readonly string[]) => [...names].sort().join(' ');
  return (
    measuredOn.processor === cpu.model &&
    measuredOn.cores === cpu.availableCores &&
    sets(measuredOn.instructions) === sets(cpu.flags)
  );
}

/** A profile states one socket: what two of them reached together is no figure of it. */
function sameSize({ kind, cores, measuredOn }: HardwareProfile, physicalCores: number | null): boolean {
  return kind !== 'cpu' || measuredOn !== undefined || cores === null || physicalCores === cores;
}

function otherSize({ id, cores }: HardwareProfile, physicalCores: number | null): NoRow {
  return {
    code: 'OTHER_SIZE',
    reason: `the profile ${id} is of ${cores} cores, the machine has ${physicalCores ?? 'an unknown number of'} cores`,
  };
}

/** A name for the file, such as `amd-epyc-2-cores`. */
function suggestedId({ model, availableCores }: Run['environment']['cpu']): string {
  const words = (model ?? 'this-machine')
    .toLowerCase()
    .replaceAll(/\((r|tm|c)\)|@.*$|\bcpu\b|\bprocessor\b/g, ' ')
    .match(/[a-z0-9]+/g);
  return [...(words ?? ['machine']), availableCores, 'cores'].join('-');
}
