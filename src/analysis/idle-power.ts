import type { IdlePower } from '../results/energy.ts';
import type { CollectorState, Reason, RunEvent } from '../results/events.ts';
import type { Columns } from '../results/segment-file.ts';
import { mean } from '../stats/moments.ts';
import type { TelemetryProblem } from './case-history.ts';
import { type EnergyWindow, powerOfCounter, type SensorSamples, sensorSamples } from './energy-integral.ts';
import { powerSensors, roundEnergy, type Sensor } from './round-energy.ts';
import type { ReadSamples } from './scan-samples.ts';

export type IdleEvent = Extract<RunEvent, { type: 'idle.measured' }>;

/** The power at rest of each sitting that measured it, or why it cannot be taken off, by the event that tells of it. */
export type IdlePowers = ReadonlyMap<IdleEvent, IdlePower | Reason>;

/** A device is at rest below this share of its time (the bound of the gate for other work before a round). */
const mostBusy = 0.05;
/** From the first third of the window to its last, power may move by this share, and by so many watts whatever the share. */
const mostDrift = 0.2;
const leastDriftWatts = 2;
/** Fewer readings make no thirds worth comparing. */
const leastReadings = 6;

/** What the devices drew at rest in each sitting of a run. */
export async function idlePowers(events: readonly RunEvent[], readSamples: ReadSamples): Promise<IdlePowers> {
  const powers = new Map<IdleEvent, IdlePower | Reason>();
  let collectors: readonly CollectorState[] = [];
  let problems: TelemetryProblem[] = [];
  for (const event of events) {
    if (event.type === 'run.resumed') collectors = [];
    if (event.type === 'sampler.started') [collectors, problems] = [event.collectors, []];
    if (event.type === 'telemetry.problem') problems.push(event);
    if (event.type === 'idle.measured') powers.set(event, await idlePower(event, collectors, problems, readSamples));
  }
  return powers;
}

async function idlePower(
  { telemetry, windowStart, windowSeconds }: IdleEvent,
  collectors: readonly CollectorState[],
  problems: readonly TelemetryProblem[],
  readSamples: ReadSamples,
): Promise<IdlePower | Reason> {
  const window = { start: windowStart, seconds: windowSeconds };
  const energy = await roundEnergy({ collectors, problems }, telemetry, window, readSamples);
  if ('code' in energy) return energy;
  if (telemetry === null) return because('NOT_SAMPLED', null);
  const columns = await readSamples(telemetry);
  for (const sensor of powerSensors(collectors)) {
    const why = atWork(sensor, columns, window) ?? unsettled(sensor, columns, window);
    if (why !== null) return why;
  }
  const devices = energy.devices.map(({ id, kind, name, meanPowerWatts, spreadWatts = 0, readings = 0 }) => ({
    id,
    kind,
    name,
    meanPowerWatts,
    spreadWatts,
    readings,
  }));
  return { telemetry, windowStart, windowSeconds, devices };
}

/** Why a device was not at rest: it was busy, somebody else was on it, or nothing tells. */
function atWork({ collector, device }: Sensor, columns: Columns, window: EnergyWindow): Reason | null {
  const name = `${device.kind}${device.index}`;
  const isPackage = device.kind === 'package';
  const busy = isPackage
    ? (meanWithin(columns, 'machine.cpu_busy', window) ?? meanWithin(columns, 'machine-portable.cpu_busy', window))
    : meanWithin(columns, `${collector}.${name}_utilization`, window);
  const others = isPackage ? null : most(columns[`${collector}.${name}_foreign_processes`]);
  if (busy !== null && busy > mostBusy)
    return because('IDLE_NOT_QUIET', `${name} was ${Math.round(busy * 100)} % busy`);
  if (others !== null && others > 0) {
    return because('IDLE_NOT_QUIET', `${others} ${others === 1 ? 'process was' : 'processes were'} on ${name}`);
  }
  return busy === null && others === null ? because('IDLE_NOT_WATCHED', name) : null;
}

/** A device that has just worked falls to its power at rest in steps that take seconds. */
function unsettled(sensor: Sensor, columns: Columns, window: EnergyWindow): Reason | null {
  const { seconds, values } = powerOf(sensor, columns);
  const within = values.filter((_, index) => {
    const at = seconds[index] ?? Number.NaN;
    return at >= window.start && at <= window.start + window.seconds;
  });
  if (within.length < leastReadings) return null;
  const third = Math.floor(within.length / 3);
  const [first, last] = [mean(within.slice(0, third)), mean(within.slice(-third))];
  const moved = Math.abs(last - first);
  if (moved <= leastDriftWatts || moved <= mostDrift * Math.min(first, last)) return null;
  const { kind, index } = sensor.device;
  return because('IDLE_NOT_SETTLED', `${kind}${index}: ${first.toFixed(1)} W, then ${last.toFixed(1)} W`);
}

/** As the energy is taken: from the counter where there is one. */
function powerOf({ counter, power, age }: Sensor, columns: Columns): SensorSamples {
  const of = (name: string): SensorSamples =>
    sensorSamples(columns.time ?? [], columns[name] ?? [], age === null ? undefined : columns[age]);
  return counter === null ? of(power ?? '') : powerOfCounter(of(counter));
}

function meanWithin(columns: Columns, name: string, { start, seconds }: EnergyWindow): number | null {
  const time = columns.time ?? [];
  const values = (columns[name] ?? []).filter((value, row) => {
    const at = time[row] ?? Number.NaN;
    return Number.isFinite(value) && at >= start && at <= start + seconds;
  });
  return values.length === 0 ? null : mean(values);
}

/** The greatest number of the whole file: processes are counted at its beginning and at its end. */
function most(values: ArrayLike<number> | undefined): number | null {
  const known = Array.from(values ?? []).filter(Number.isFinite);
  return known.length === 0 ? null : Math.max(...known);
}

function because(code: string, have: Reason['have']): Reason {
  return { code, need: null, have };
}
