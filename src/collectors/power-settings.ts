/** Whether something is held below what it does by default, so that its figures are of less than the data sheet's device. */
export interface PowerSaving {
  /** null: what there is to read does not tell. */
  readonly active: boolean | null;
  /** What holds it, or what is not told; empty where nothing holds it. */
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
}

/** Clocks in hertz. */
export interface Clocks {
  readonly smHertz: number | null;
  readonly memoryHertz: number | null;
}

/** What limits the power and the clocks of a device, as it was when it was asked. What its tool does not tell is null, and is in `notTold`. */
export interface DevicePower {
  /** The limit that the device keeps, whoever set it. */
  readonly enforcedLimitWatts: number | null;
  readonly defaultLimitWatts: number | null;
  /** Between which limits one may be set. */
  readonly minimumLimitWatts: number | null;
  readonly maximumLimitWatts: number | null;
  /** Whether the driver stays loaded while nobody uses the device. */
  readonly persistenceMode: boolean | null;
  /** Who may compute on it, in the tool's word: `Default`, `Exclusive_Process`, `Prohibited`. */
  readonly computeMode: string | null;
  /** How its clocks are chosen, in the driver's word (AMD): `auto`, `low`, `high`, `manual`. */
  readonly performanceLevel: string | null;
  /** The clocks that it was told to hold under load. */
  readonly applicationClocks: Clocks;
  readonly defaultApplicationClocks: Clocks;
  readonly maximumClocks: Clocks;
  readonly powerSaving: PowerSaving;
  readonly notTold: readonly { readonly field: string; readonly code: string; readonly text: string }[];
}

/** What speaks for a device being held below its default; the rest of its settings says the same in figures. */
export interface LimitsOfDevice {
  readonly limitWatts: number | null;
  readonly enforcedLimitWatts: number | null;
  readonly defaultLimitWatts: number | null;
  readonly applicationClocks: Clocks;
  readonly defaultApplicationClocks: Clocks;
  readonly performanceLevel: string | null;
  /** Whether the driver says right now that it holds the clocks to a setting; null: it does not tell. */
  readonly clocksAreHeld: boolean | null;
}

/** Limits are printed with two decimals: what differs by less is the same. */
const leastWatts = 0.5;
/** Clocks are set in steps of some megahertz. */
const leastShareOfClock = 0.01;

/** Whether a device is held below its default, by its limit of power, its clocks or its performance level. */
export function powerSavingOf(limits: LimitsOfDevice): PowerSaving {
  const { limitWatts, enforcedLimitWatts, defaultLimitWatts, applicationClocks, defaultApplicationClocks } = limits;
  const reasons: PowerSaving['reasons'][number][] = [];
  const effective = enforcedLimitWatts ?? limitWatts;
  if (effective !== null && defaultLimitWatts !== null && effective < defaultLimitWatts - leastWatts) {
    const message = `The power limit is ${watts(effective)}, by default it is ${watts(defaultLimitWatts)}.`;
    reasons.push({ code: 'POWER_LIMIT_BELOW_DEFAULT', message });
  }
  for (const [what, of] of [
    ['the multiprocessors', 'smHertz'],
    ['the memory', 'memoryHertz'],
  ] as const) {
    const [set, usual] = [applicationClocks[of], defaultApplicationClocks[of]];
    if (set === null || usual === null || set >= usual * (1 - leastShareOfClock)) continue;
    const message = `The clock of ${what} under load is set to ${megahertz(set)}, by default it is ${megahertz(usual)}.`;
    reasons.push({ code: 'CLOCKS_BELOW_DEFAULT', message });
  }
  if (limits.clocksAreHeld === true) {
    reasons.push({ code: 'CLOCKS_HELD', message: 'The driver says that a setting holds the clocks down.' });
  }
  const { performanceLevel } = limits;
  if (performanceLevel === 'low' || performanceLevel?.startsWith('profile_min') === true) {
    const message = `The performance level is "${performanceLevel}", by default it is "auto".`;
    reasons.push({ code: 'PERFORMANCE_LEVEL_LOW', message });
  }
  if (reasons.length > 0) return { active: true, reasons };
  if (effective !== null && defaultLimitWatts !== null) return { active: false, reasons };
  const missing = effective === null ? 'power limit' : 'default of the power limit';
  return { active: null, reasons: [{ code: 'LIMIT_NOT_TOLD', message: `The ${missing} is not told.` }] };
}

function watts(value: number): string {
  return `${Number(value.toFixed(1))} W`;
}

function megahertz(value: number): string {
  return `${Math.round(value / 1e6)} MHz`;
}
