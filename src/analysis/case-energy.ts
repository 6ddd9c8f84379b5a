import type { Reason } from '../results/events.ts';
import type { Case, RoundEnergy } from '../results/run.ts';
import type { Measured } from '../results/snapshot.ts';
import type { RoundSamples } from './pool-samples.ts';
import type { Reasons } from './reasons.ts';
import { wallSeconds } from './transport.ts';

/** A finished round: its energy or why it has none, and what that energy was spent on. */
export interface EnergyOfRound {
  readonly energy: RoundEnergy | Reason;
  readonly measured: Measured;
  readonly samples: RoundSamples;
}

/**
 * Energy of a case: that of all its finished rounds over all their items. One round without energy leaves the case without: rounds
 * with a gap are not the same as those without, so that leaving them out would choose. Devices are those of every round; a set that
 * changed between rounds is refused.
 */
export function caseEnergy(rounds: readonly EnergyOfRound[], reasons: Reasons): Case['energy'] {
  const taken: RoundEnergy[] = [];
  for (const { energy, samples } of rounds) {
    if ('code' in energy) return reasons.because('energy', energy);
    if (samples.hasBareLoop) return reasons.withhold('energy', 'BARE_LOOP_IN_WINDOW');
    taken.push(energy);
  }
  const [first] = taken;
  if (first === undefined) return reasons.withhold('energy', 'NO_SAMPLES');
  const setOf = ({ devices }: RoundEnergy): string =>
    devices
      .map(({ id }) => id)
      .sort()
      .join(' ');
  const changed = taken.find((energy) => setOf(energy) !== setOf(first));
  if (changed !== undefined) {
    return reasons.withhold('energy', 'DEVICES_CHANGED', first.devices.length, changed.devices.length);
  }
  const items = rounds.reduce((sum, { samples }) => sum + samples.items, 0);
  const seconds = rounds.reduce((sum, { measured }) => sum + wallSeconds(measured), 0);
  const devices = first.devices.map(({ id, kind, name }) => {
    const mine = taken.flatMap((energy) => energy.devices.filter((device) => device.id === id));
    const joules = mine.reduce((sum, device) => sum + device.joules, 0);
    const label = mine.some(({ estimated }) => estimated === true) ? { estimated: true } : {};
    return {
      id,
      kind,
      name,
      joulesPerItem: joules / items,
      meanPowerWatts: joules / seconds,
      method: methodOf(mine),
      ...label,
    };
  });
  const joules = taken.reduce((sum, energy) => sum + energy.joules, 0);
  return {
    joulesPerItem: joules / items,
    meanPowerWatts: joules / seconds,
    method: methodOf(devices),
    covers: [...new Set(devices.map(({ kind }) => kind))],
    devices,
  };
}

type Method = NonNullable<Case['energy']>['method'];

function methodOf(parts: readonly { readonly method: Method }[]): Method {
  const methods = new Set(parts.map(({ method }) => method));
  if (methods.size > 1) return 'both';
  return parts[0]?.method ?? 'power';
}
