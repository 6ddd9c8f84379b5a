import type { AboveIdle, IdlePower, RoundDeviceEnergy } from '../results/energy.ts';
import type { Reason } from '../results/events.ts';
import { differenceWatts, type MeasuredPower } from './energy-uncertainty.ts';

/** A finished round with an energy: how long its window was, and what the devices drew at rest in its sitting, or why nobody knows. */
export interface RoundAtWork {
  readonly seconds: number;
  readonly devices: readonly RoundDeviceEnergy[];
  readonly idle: IdlePower | Reason | null;
}

/** A device over all its rounds. */
interface Pooled {
  readonly joules: number;
  readonly idleJoules: number;
  readonly idleSpreadWatts: number;
  readonly idleReadings: number;
  readonly load: Partial<MeasuredPower>;
}

/**
 * What the devices of a case drew above their power at rest: of each round the energy of its window less the power at rest of its sitting times
 * its length. By the id of the device, and of all together under `all`. A reason instead where one round has no power at rest.
 */
export function aboveIdle(
  rounds: readonly RoundAtWork[],
  items: number,
): { readonly all: AboveIdle | Reason; readonly of: (id: string) => AboveIdle | Reason } | Reason {
  for (const { idle, devices } of rounds) {
    if (idle === null) return because('NO_IDLE_WINDOW');
    if ('code' in idle) return idle;
    const [here, there] = [devices, idle.devices ?? []].map((list) => list.map(({ id }) => id).sort());
    if (here?.join(' ') !== there?.join(' ')) return because('DEVICES_CHANGED', there?.length, here?.length);
  }
  const seconds = rounds.reduce((sum, round) => sum + round.seconds, 0);
  const pooled = new Map((rounds[0]?.devices ?? []).map(({ id }) => [id, pool(rounds, id, seconds)]));
  const all = [...pooled.values()];
  const sum = (of: (one: Pooled) => number): number => all.reduce((total, one) => total + of(one), 0);
  const whole = {
    joules: sum(({ joules }) => joules),
    idleJoules: sum(({ idleJoules }) => idleJoules),
    idleSpreadWatts: Math.hypot(...all.map(({ idleSpreadWatts }) => idleSpreadWatts)),
  };
  // What the devices leave uncertain adds up: sensors of a kind may be off in the same direction.
  const uncertain = all.map((one) => uncertainWatts(one, seconds));
  const known = uncertain.filter((watts) => watts !== null);
  const watts = known.length < uncertain.length ? null : known.reduce((total, one) => total + one, 0);
  return {
    all: difference(whole, watts, seconds, items),
    of: (id) => {
      const one = pooled.get(id);
      return one === undefined
        ? because('NO_IDLE_WINDOW')
        : difference(one, uncertainWatts(one, seconds), seconds, items);
    },
  };
}

function pool(rounds: readonly RoundAtWork[], id: string, seconds: number): Pooled {
  const mine = rounds.flatMap(({ devices, ...round }) =>
    devices.filter((device) => device.id === id).map((device) => ({ ...round, device })),
  );
  const idles = mine.flatMap(({ idle, seconds: length }) => {
    const at = idle === null || 'code' in idle ? undefined : idle.devices?.find((device) => device.id === id);
    return at === undefined ? [] : [{ at, length }];
  });
  const [first] = mine;
  return {
    joules: mine.reduce((sum, { device }) => sum + device.joules, 0),
    idleJoules: idles.reduce((sum, { at, length }) => sum + at.meanPowerWatts * length, 0),
    idleSpreadWatts: idles.reduce((sum, { at, length }) => sum + at.spreadWatts * length, 0) / seconds,
    // Rounds of a sitting have the same readings at rest: those of one count.
    idleReadings: Math.min(...idles.map(({ at }) => at.readings)),
    load: first === undefined ? {} : measuredPower(mine.map(({ device }) => device)),
  };
}

/** What is known of the power of a device over its rounds; keys are left out where nothing is. */
export function measuredPower(rounds: readonly RoundDeviceEnergy[]): Partial<MeasuredPower> {
  const [first] = rounds;
  if (first?.sensorError === undefined) return {};
  const readings = rounds.reduce((sum, one) => sum + (one.readings ?? 0), 0);
  const squares = rounds.reduce((sum, one) => sum + (one.readings ?? 0) * (one.spreadWatts ?? 0) ** 2, 0);
  const joules = rounds.reduce((sum, one) => sum + one.joules, 0);
  const seconds = rounds.reduce((sum, one) => sum + one.joules / one.meanPowerWatts, 0);
  return {
    meanWatts: joules / seconds,
    spreadWatts: readings === 0 ? 0 : Math.sqrt(squares / readings),
    readings,
    sensorError: first.sensorError,
    sensorCoverage: first.sensorCoverage ?? 1,
  };
}

export function isWhole(power: Partial<MeasuredPower>): power is MeasuredPower {
  return power.sensorError !== undefined;
}

/** ± of what a device drew above its rest, in watts; null: nothing is known of its sensor. */
function uncertainWatts(one: Pooled, seconds: number): number | null {
  const { load, idleJoules, idleSpreadWatts: spreadWatts, idleReadings: readings } = one;
  return isWhole(load)
    ? differenceWatts(load, { ...load, meanWatts: idleJoules / seconds, spreadWatts, readings })
    : null;
}

function difference(
  { joules, idleJoules, idleSpreadWatts }: Pick<Pooled, 'joules' | 'idleJoules' | 'idleSpreadWatts'>,
  uncertain: number | null,
  seconds: number,
  items: number,
): AboveIdle | Reason {
  const above = joules - idleJoules;
  const [meanWatts, idleWatts] = [joules / seconds, idleJoules / seconds];
  if (above < 0) return because('IDLE_ABOVE_LOAD', Number(meanWatts.toPrecision(4)), Number(idleWatts.toPrecision(4)));
  return {
    joulesPerItem: above / items,
    meanPowerWatts: above / seconds,
    idleWatts,
    idleSpreadWatts,
    uncertainty: above > 0 && uncertain !== null ? uncertain / (above / seconds) : null,
  };
}

function because(code: string, need: Reason['need'] = null, have: Reason['have'] = null): Reason {
  return { code, need, have };
}
