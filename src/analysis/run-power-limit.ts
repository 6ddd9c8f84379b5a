import type { Reason, RunEvent } from '../results/events.ts';
import type { Run } from '../results/run.ts';

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/** The power limit that the last sitting of a run set, what became of it, and why a figure of that is null. Empty where none was set. */
export function powerLimitOfRun(events: readonly RunEvent[]): {
  readonly powerLimit?: NonNullable<Run['powerLimit']>;
  readonly reasons: Readonly<Record<string, Reason>>;
} {
  const at = events.findLastIndex(({ type }) => type === 'power.limited');
  const limited = events[at];
  if (limited?.type !== 'power.limited') return { reasons: {} };
  const restored = events
    .slice(at)
    .find((event): event is EventOf<'power.restored'> => event.type === 'power.restored');
  const reasons: Record<string, Reason> = {};
  const devices = limited.devices.map((device, index) => {
    const found = restored?.devices.find(({ id }) => id === device.id);
    const { heldWatts = null, restoredWatts = null } = found ?? {};
    const because = (figure: string, code: string, have: Reason['have']): void => {
      reasons[`powerLimit.devices.${index}.${figure}`] = { code, need: null, have };
    };
    if (device.persistence === null) because('persistence', 'NOT_READABLE', null);
    if (heldWatts === null) because('heldWatts', found === undefined ? 'RUN_ENDED_EARLY' : 'NOT_READABLE', null);
    if (restoredWatts === null) {
      because('restoredWatts', found === undefined ? 'RUN_ENDED_EARLY' : 'NOT_SET_BACK', found?.problem ?? null);
    }
    return { ...device, heldWatts, restoredWatts };
  });
  return { powerLimit: { watts: limited.watts, devices }, reasons };
}

/** A device whose limit was another than that which was set, when it was set back. Watts. */
export interface LimitNotHeld {
  readonly index: number;
  readonly watts: number;
  readonly heldWatts: number;
}

/** The devices whose limit did not hold, by the event that tells of the sitting's limit. Of one that was killed nobody knows. */
export type LimitsNotHeld = ReadonlyMap<EventOf<'power.limited'>, readonly LimitNotHeld[]>;

/** Of each sitting that set a limit and saw another one at its end. */
export function limitsNotHeldOf(events: readonly RunEvent[]): LimitsNotHeld {
  const found = new Map<EventOf<'power.limited'>, readonly LimitNotHeld[]>();
  let limited: EventOf<'power.limited'> | null = null;
  for (const event of events) {
    if (event.type === 'run.resumed') limited = null;
    if (event.type === 'power.limited') limited = event;
    if (event.type !== 'power.restored' || limited === null) continue;
    const { watts, devices } = limited;
    const lost = devices.flatMap(({ id, index }): LimitNotHeld[] => {
      const { heldWatts = null } = event.devices.find((one) => one.id === id) ?? {};
      return heldWatts === null || isHeld(heldWatts, watts) ? [] : [{ index, watts, heldWatts }];
    });
    if (lost.length > 0) found.set(limited, lost);
  }
  return found;
}

/** Limits are told with two digits. */
function isHeld(heldWatts: number, watts: number): boolean {
  return Math.abs(heldWatts - watts) < 0.011;
}

/** Devices whose limit was another than that which was set when the run ended: a part of it was measured without. */
export function limitsNotHeld(run: Run): NonNullable<Run['powerLimit']>['devices'] {
  const { powerLimit } = run;
  if (powerLimit === undefined) return [];
  return powerLimit.devices.filter(({ heldWatts }) => heldWatts !== null && !isHeld(heldWatts, powerLimit.watts));
}

/** What was set and what became of it, in words. Empty where none was set. */
export function powerLimitText(run: Run): string {
  const { powerLimit } = run;
  if (powerLimit === undefined) return '';
  const notHeld = new Set(limitsNotHeld(run).map(({ id }) => id));
  const devices = powerLimit.devices.map(({ id, index, name, beforeWatts, heldWatts, restoredWatts }) => {
    const what = `GPU ${index}${name === null ? '' : ` (${name})`}, ${beforeWatts} W before`;
    const held = notHeld.has(id) ? `, but at ${heldWatts} W when the run ended: something else changed it` : '';
    const after = restoredWatts === null ? ', not known to be set back' : `, set back to ${restoredWatts} W`;
    return `${what}${held}${after}`;
  });
  return `${powerLimit.watts} W set by --power-limit: ${devices.join('; ')}`;
}
