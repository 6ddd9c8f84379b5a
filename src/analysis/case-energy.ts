import type {
  AboveIdle,
  CaseEnergy,
  DeviceEnergy,
  IdlePower,
  RoundDeviceEnergy,
  RoundEnergy,
} from '../results/energy.ts';
import type { Reason } from '../results/events.ts';
import type { Measured } from '../results/snapshot.ts';
import { aboveIdle, isWhole, measuredPower } from './above-idle.ts';
import { powerUncertainty } from './energy-uncertainty.ts';
import type { RoundSamples } from './pool-samples.ts';
import type { Reasons } from './reasons.ts';
import { wallSeconds } from './transport.ts';

/** A finished round: its energy or why it has none, what that energy was spent on, and the power at rest of its sitting. */
export interface EnergyOfRound {
  readonly energy: RoundEnergy | Reason;
  readonly measured: Measured;
  readonly samples: RoundSamples;
  /** null: its sitting did not measure it. */
  readonly idle: IdlePower | Reason | null;
}

/**
 * Energy of a case: that of all its finished rounds over all their items. One round without energy leaves the case without: rounds
 * with a gap are not the same as those without, so that leaving them out would choose. Devices are those of every round; a set that
 * changed between rounds is refused.
 */
export function caseEnergy(rounds: readonly EnergyOfRound[], reasons: Reasons): CaseEnergy | null {
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
  const above = aboveIdle(
    rounds.flatMap(({ measured, idle }, index) => {
      const devices = taken[index]?.devices ?? [];
      return [{ seconds: wallSeconds(measured), devices, idle }];
    }),
    items,
  );
  const devices = first.devices.map((device, index): DeviceEnergy => {
    const { id } = device;
    const mine = taken.flatMap((energy) => energy.devices.filter((other) => other.id === id));
    const path = `energy.devices.${index}`;
    return {
      ...deviceEnergy(device, mine, items, seconds),
      uncertainty: uncertaintyOf(mine, path, reasons),
      idleSubtracted: orReason('code' in above ? above : above.of(id), path, reasons),
    };
  });
  const joules = taken.reduce((sum, energy) => sum + energy.joules, 0);
  return {
    joulesPerItem: joules / items,
    meanPowerWatts: joules / seconds,
    method: methodOf(devices),
    covers: [...new Set(devices.map(({ kind }) => kind))],
    uncertainty: uncertaintyOfAll(devices, joules / items, reasons),
    idleSubtracted: orReason('code' in above ? above : above.all, 'energy', reasons),
    devices,
  };
}

function deviceEnergy(
  { id, kind, name, sensorCoverage, sensorSource }: RoundDeviceEnergy,
  mine: readonly RoundDeviceEnergy[],
  items: number,
  seconds: number,
): DeviceEnergy {
  const joules = mine.reduce((sum, device) => sum + device.joules, 0);
  return {
    id,
    kind,
    name,
    joulesPerItem: joules / items,
    meanPowerWatts: joules / seconds,
    method: methodOf(mine),
    ...(mine.some(({ estimated }) => estimated === true) ? { estimated: true } : {}),
    ...(sensorCoverage === undefined ? {} : { sensorCoverage }),
    ...(sensorSource === undefined ? {} : { sensorSource }),
  };
}

/** ± of the energy of a device over its rounds; null, with the reason, where nothing is known of its sensor. */
function uncertaintyOf(mine: readonly RoundDeviceEnergy[], path: string, reasons: Reasons): number | null {
  const power = measuredPower(mine);
  return isWhole(power) ? powerUncertainty(power) : reasons.withhold(`${path}.uncertainty`, 'SENSOR_ERROR_UNKNOWN');
}

/** Sensors of a kind may all be off in the same direction: what the devices leave uncertain adds up. */
function uncertaintyOfAll(devices: readonly DeviceEnergy[], joulesPerItem: number, reasons: Reasons): number | null {
  const parts = devices.flatMap((one) =>
    typeof one.uncertainty === 'number' ? [one.uncertainty * one.joulesPerItem] : [],
  );
  if (parts.length < devices.length) return reasons.withhold('energy.uncertainty', 'SENSOR_ERROR_UNKNOWN');
  return parts.reduce((sum, part) => sum + part, 0) / joulesPerItem;
}

function orReason(above: AboveIdle | Reason, path: string, reasons: Reasons): AboveIdle | null {
  if ('code' in above) return reasons.because(`${path}.idleSubtracted`, above);
  if (above.uncertainty === null) {
    reasons.withhold(
      `${path}.idleSubtracted.uncertainty`,
      above.joulesPerItem > 0 ? 'SENSOR_ERROR_UNKNOWN' : 'NOTHING_ABOVE_IDLE',
    );
  }
  return above;
}

type Method = CaseEnergy['method'];

function methodOf(parts: readonly { readonly method: Method }[]): Method {
  const methods = new Set(parts.map(({ method }) => method));
  if (methods.size > 1) return 'both';
  return parts[0]?.method ?? 'power';
}
