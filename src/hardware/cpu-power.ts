import { join } from 'node:path';
import type { PowerSaving } from '../collectors/power-settings.ts';
import { namesIfReadable, textIfReadable } from '../kernel/tolerant-read.ts';
import { cpuFrequency } from './cpu-frequency.ts';

/** What governs the power of the processor, beside its governor. What the kernel does not tell is null. */
export interface CpuPower {
  /** The driver of cpufreq, such as `intel_pstate` or `acpi-cpufreq`: what a governor does depends on it. */
  readonly driver: string | null;
  /** What the processor itself is asked to prefer, such as `performance` or `balance_power`; several joined by commas when cores differ. */
  readonly energyPreference: string | null;
  /** Whether cores may go above their base clock for a while. */
  readonly boost: boolean | null;
  /** The highest clock that the kernel allows now. */
  readonly limitHertz: number | null;
  /** Share of its performance that intel_pstate allows. */
  readonly allowedPerformance: number | null;
  /** Of the firmware (ACPI), such as `balanced` or `low-power`: mostly of laptops. */
  readonly platformProfile: string | null;
  readonly powerSaving: PowerSaving;
}

/**
 * Drivers that choose the clock themselves: their governor "powersave" goes up with the load and is the default of most distributions. With
 * others it holds the lowest clock. (Linux, admin-guide/pm: intel_pstate.rst and amd-pstate.rst.)
 */
const choosingDrivers: ReadonlySet<string> = new Set(['intel_pstate', 'amd-pstate-epp', 'amd_pstate_epp']);
/** Preferences of the processor that favour saving; `balance_performance` is what most begin with. */
const savingPreferences: ReadonlySet<string> = new Set(['power', 'balance_power']);
/** Profiles of `Documentation/ABI/testing/sysfs-platform_profile` below `balanced`. */
const savingProfiles: ReadonlySet<string> = new Set(['low-power', 'cool', 'quiet']);
/** Clocks below this share of the highest are held; the kernel rounds them. */
const leastShareOfClock = 0.99;

/** What governs the power of the processor, from `/sys`. Nothing is ever set. */
export function cpuPower(sysRoot: string): CpuPower {
  const folder = join(sysRoot, 'devices', 'system', 'cpu');
  const cores = namesIfReadable(folder).filter((name) => /^cpu\d+$/.test(name));
  const all = (file: string): string[] => [
    ...new Set(cores.flatMap((core) => textIfReadable(join(folder, core, 'cpufreq', file)) ?? [])),
  ];
  const joined = (values: readonly string[]): string | null =>
    values.length === 0 ? null : [...values].sort().join(',');
  const limits = all('scaling_max_freq').map(Number).filter(Number.isFinite);
  const settings = {
    driver: joined(all('scaling_driver')),
    energyPreference: joined(all('energy_performance_preference')),
    boost: boostOf(folder),
    limitHertz: limits.length === 0 ? null : Math.max(...limits) * 1e3,
    allowedPerformance: shareIn(textIfReadable(join(folder, 'intel_pstate', 'max_perf_pct'))),
    platformProfile: textIfReadable(join(sysRoot, 'firmware', 'acpi', 'platform_profile')),
  };
  const { governor, maximumHertz } = cpuFrequency(sysRoot);
  return { ...settings, powerSaving: powerSavingOf({ ...settings, governor, maximumHertz }) };
}

interface Governed extends Omit<CpuPower, 'powerSaving'> {
  readonly governor: string | null;
  readonly maximumHertz: number | null;
}

function powerSavingOf(cpu: Governed): PowerSaving {
  const { driver, governor, energyPreference, boost, limitHertz, maximumHertz, allowedPerformance } = cpu;
  const reasons: PowerSaving['reasons'][number][] = [];
  const because = (code: string, message: string): void => {
    reasons.push({ code, message });
  };
  const has = (text: string | null, words: ReadonlySet<string>): string | undefined =>
    text?.split(',').find((word) => words.has(word));
  const chooses = has(driver, choosingDrivers) !== undefined;
  if (has(governor, new Set(['powersave'])) !== undefined && !chooses) {
    because('GOVERNOR_POWERSAVE', 'The governor "powersave" holds the lowest clock.');
  }
  const preference = has(energyPreference, savingPreferences);
  if (preference !== undefined) {
    because(
      'PREFERENCE_POWER',
      `The processor is asked to prefer saving (energy_performance_preference "${preference}").`,
    );
  }
  if (boost === false) because('BOOST_OFF', 'Boost is off: no core goes above its base clock.');
  if (allowedPerformance !== null && allowedPerformance < 1) {
    const share = Math.round(allowedPerformance * 100);
    because('PERFORMANCE_LIMITED', `intel_pstate allows ${share} % of the performance (max_perf_pct).`);
  }
  if (limitHertz !== null && maximumHertz !== null && limitHertz < maximumHertz * leastShareOfClock) {
    const [limit, most] = [limitHertz, maximumHertz].map((hertz) => Math.round(hertz / 1e6));
    because('CLOCK_LIMITED', `The clock may go up to ${limit} MHz of ${most} MHz (scaling_max_freq).`);
  }
  const profile = has(cpu.platformProfile, savingProfiles);
  if (profile !== undefined) because('PLATFORM_SAVING', `The platform profile is "${profile}".`);
  if (reasons.length > 0) return { active: true, reasons };
  if (governor !== null) return { active: false, reasons };
  const message = 'The kernel does not tell how the clock is governed, as in most virtual machines.';
  return { active: null, reasons: [{ code: 'NO_CPUFREQ', message }] };
}

/** `no_turbo` of intel_pstate is the opposite of `boost` of the other drivers, of all cores or of each policy. */
function boostOf(folder: string): boolean | null {
  const noTurbo = textIfReadable(join(folder, 'intel_pstate', 'no_turbo'));
  if (noTurbo !== null) return noTurbo === '0';
  const policies = namesIfReadable(join(folder, 'cpufreq')).filter((name) => /^policy\d+$/.test(name));
  const texts = ['', ...policies].map((policy) => textIfReadable(join(folder, 'cpufreq', policy, 'boost')));
  const told = texts.filter((text) => text !== null);
  return told.length === 0 ? null : told.every((text) => text === '1');
}

function shareIn(percent: string | null): number | null {
  return percent !== null && /^\d+$/.test(percent) ? Number(percent) / 100 : null;
}
