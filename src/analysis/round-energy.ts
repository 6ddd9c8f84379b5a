import type { RoundDeviceEnergy, RoundEnergy } from '../results/energy.ts';
import type { CollectorState, DeviceState, Reason, SealedFile } from '../results/events.ts';
import type { Columns } from '../results/segment-file.ts';
import type { Attempt } from './case-history.ts';
import {
  counterDifference,
  type EnergyWindow,
  integratePower,
  powerOfCounter,
  readingsWithin,
  type SensorSamples,
  sensorSamples,
} from './energy-integral.ts';
import type { ReadSamples } from './scan-samples.ts';

/** A device with the columns of its sensors; null where it lacks one. */
export interface Sensor {
  readonly collector: string;
  readonly device: DeviceState;
  readonly counter: string | null;
  readonly power: string | null;
  readonly age: string | null;
}

/** Energy of a finished round, or of the devices at rest, over its window, or why there is none. */
export async function roundEnergy(
  { collectors, problems }: Pick<Attempt, 'collectors' | 'problems'>,
  telemetry: SealedFile | null,
  window: EnergyWindow,
  readSamples: ReadSamples,
): Promise<RoundEnergy | Reason> {
  const sensors = powerSensors(collectors);
  if (telemetry === null) {
    const lost = problems.find(({ collector }) => collector === null);
    return lost === undefined ? because('NOT_SAMPLED') : because('SENSOR_LOST', null, lost.code ?? null);
  }
  if (sensors.length === 0) return because('NO_POWER_SENSOR');
  const names = sensors.flatMap(({ counter, power, age }) => [counter, power, age].filter((name) => name !== null));
  const columns = await readSamples(telemetry, ['time', ...names]);

  const devices: RoundDeviceEnergy[] = [];
  for (const sensor of sensors) {
    const taken = energyOf(sensor, columns, window);
    if ('code' in taken) return explained(taken, sensor, sensors, columns, window, problems);
    const { id, kind, name, estimated } = sensor.device;
    const label = estimated === true ? { estimated } : {};
    const known = taken.method === 'power' ? knownOfSensor(sensor.device) : {};
    devices.push({ id, kind, name, ...taken, meanPowerWatts: taken.joules / window.seconds, ...label, ...known });
  }
  const joules = devices.reduce((sum, device) => sum + device.joules, 0);
  return { joules, meanPowerWatts: joules / window.seconds, devices };
}

/** The sensors of energy and power that the probes found to work, each device's once. */
export function powerSensors(collectors: readonly CollectorState[]): readonly Sensor[] {
  return withoutOverlap(collectors.flatMap(sensorsOf));
}

/** What the device says of its power sensor; keys are left out where it says nothing. */
function knownOfSensor({ sensorError, sensorCoverage, sensorSource }: DeviceState): Partial<RoundDeviceEnergy> {
  return {
    ...(sensorError === undefined ? {} : { sensorError }),
    ...(sensorCoverage === undefined ? {} : { sensorCoverage }),
    ...(sensorSource === undefined ? {} : { sensorSource }),
  };
}

/** Devices with a sensor of energy or power that the probe found to work. */
function sensorsOf({ name, available, columns, missing = [], devices = [] }: CollectorState): Sensor[] {
  if (!available) return [];
  const there = columns.map((column) => column.name).filter((one) => !missing.some(({ column }) => column === one));
  return devices.flatMap((device) => {
    const column = (figure: string): string | null => {
      const own = `${device.kind}${device.index}_${figure}`;
      return there.includes(own) ? `${name}.${own}` : null;
    };
    const [counter, power] = [column('energy'), column('power')];
    return counter === null && power === null ? [] : [{ collector: name, device, counter, power, age: column('age') }];
  });
}

/** The graphics of a processor tells the power of the whole package: where packages are counted by themselves, it would count twice. */
function withoutOverlap(sensors: readonly Sensor[]): readonly Sensor[] {
  if (!sensors.some(({ device }) => device.kind === 'package')) return sensors;
  return sensors.filter(({ device }) => device.includesPackage !== true);
}

type Taken = Pick<RoundDeviceEnergy, 'joules' | 'method' | 'powerAgainstCounter' | 'readings' | 'spreadWatts'>;

/** By the counter, which misses nothing; else by the samples of power. Where there are both, they are held against each other. */
function energyOf({ counter, power, age }: Sensor, columns: Columns, window: EnergyWindow): Taken | Reason {
  const samples = (name: string | null): SensorSamples | null =>
    name === null
      ? null
      : sensorSamples(columns.time ?? [], columns[name] ?? [], age === null ? undefined : columns[age]);
  const counted = samples(counter);
  const byCounter = counted === null ? because('NO_POWER_SENSOR') : counterDifference(counted, window);
  const drawn = samples(power);
  const byPower = drawn === null ? byCounter : integratePower(drawn, window);
  if (typeof byCounter === 'number') {
    const isBoth = drawn !== null && typeof byPower === 'number' && byCounter > 0;
    const against = isBoth ? { powerAgainstCounter: byPower / byCounter } : {};
    return {
      joules: byCounter,
      method: 'counter',
      ...spreadOf(counted && powerOfCounter(counted), window),
      ...against,
    };
  }
  return typeof byPower === 'number' ? { joules: byPower, method: 'power', ...spreadOf(drawn, window) } : byPower;
}

function spreadOf(power: SensorSamples | null, window: EnergyWindow): Pick<Taken, 'readings' | 'spreadWatts'> {
  if (power === null) return {};
  const { readings, spread: spreadWatts } = readingsWithin(power, window);
  return { readings, spreadWatts };
}

/** The cause behind missing samples: the sensor was lost, or this device while others of its kind went on; else the reason itself. */
function explained(
  why: Reason,
  sensor: Sensor,
  sensors: readonly Sensor[],
  columns: Columns,
  window: EnergyWindow,
  problems: Attempt['problems'],
): Reason {
  const problem = problems.find(({ collector }) => collector === sensor.collector || collector === null);
  if (problem !== undefined) {
    return because(problem.code === 'DEVICE_LOST' ? 'DEVICE_LOST' : 'SENSOR_LOST', null, problem.code ?? null);
  }
  const lastOf = ({ counter, power, age }: Sensor): number => {
    const name = power ?? counter ?? '';
    return (
      sensorSamples(columns.time ?? [], columns[name] ?? [], age === null ? undefined : columns[age]).seconds.at(-1) ??
      Number.NEGATIVE_INFINITY
    );
  };
  const end = window.start + window.seconds;
  const others = sensors.filter((other) => other !== sensor && other.collector === sensor.collector);
  if (lastOf(sensor) < end && others.some((other) => lastOf(other) >= end)) {
    const { kind, index, name } = sensor.device;
    return because('DEVICE_LOST', null, `${kind}${index}${name === null ? '' : `, ${name}`}`);
  }
  return why;
}

function because(code: string, need: Reason['need'] = null, have: Reason['have'] = null): Reason {
  return { code, need, have };
}
