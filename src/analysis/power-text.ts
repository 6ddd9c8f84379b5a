import type { DeviceState, Environment } from '../results/events.ts';
import type { DevicePowerRecord, PowerSavingRecord } from '../results/power-settings.ts';
import { formatNumber, formatPercent } from '../units/format.ts';

type Powered = Pick<DeviceState, 'powerLimitWatts' | 'power' | 'sensorCoverage' | 'sensorSource'>;

/** What limits a device, in one line: `limit 250 W (default 700 W, 200 to 700 W), up to 1,980 MHz, persistence mode on, compute mode Default`. */
export function devicePowerText({ powerLimitWatts, power, sensorCoverage }: Powered): string {
  const parts = [
    limitText(powerLimitWatts, power),
    ...(power === undefined ? [] : clockTexts(power)),
    ...(typeof power?.persistenceMode === 'boolean'
      ? [`persistence mode ${power.persistenceMode ? 'on' : 'off'}`]
      : []),
    ...(typeof power?.computeMode === 'string' ? [`compute mode ${power.computeMode}`] : []),
    ...(typeof power?.performanceLevel === 'string' ? [`performance level ${power.performanceLevel}`] : []),
    ...(sensorCoverage === undefined ? [] : [coverageText(sensorCoverage)]),
  ];
  return parts.join(', ');
}

/** The mark of a sensor that does not look all the time. */
export function coverageText(sensorCoverage: number): string {
  return `sensor covers ${formatPercent(sensorCoverage)} of the time`;
}

function limitText(limit: number | null, power: DevicePowerRecord | undefined): string {
  const effective = power?.enforcedLimitWatts ?? limit;
  if (effective === null) return 'power limit not told';
  const { defaultLimitWatts = null, minimumLimitWatts: least = null, maximumLimitWatts: most = null } = power ?? {};
  const notes = [
    ...(defaultLimitWatts === null ? [] : [`default ${watts(defaultLimitWatts)}`]),
    ...(least === null || most === null ? [] : [`${formatNumber(least)} to ${watts(most)}`]),
    // Another limit than that of the board, such as one of the chassis, may be the lower one.
    ...(limit !== null && Math.abs(effective - limit) > 0.5 ? [`set to ${watts(limit)}`] : []),
  ];
  return `limit ${watts(effective)}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
}

function clockTexts({ maximumClocks, applicationClocks }: DevicePowerRecord): string[] {
  return [
    ...(maximumClocks.smHertz === null ? [] : [`clock up to ${megahertz(maximumClocks.smHertz)}`]),
    ...(applicationClocks.smHertz === null ? [] : [`set to ${megahertz(applicationClocks.smHertz)} under load`]),
  ];
}

/** Whether something is held below its default, and by what: `held below its default: …`. */
export function powerSavingText({ active, reasons }: PowerSavingRecord): string {
  const why = reasons.map(({ message }) => message).join(' ');
  if (active === null) return `not known whether it is held below its default. ${why}`.trim();
  return active ? `held below its default. ${why}` : 'not held below its default';
}

/** What governs the power of the processor: `driver intel_pstate, prefers balance_performance, boost on, platform profile balanced`. */
export function cpuPowerText(power: NonNullable<Environment['cpu']['power']>): string {
  const { driver, energyPreference, boost, limitHertz, allowedPerformance, platformProfile } = power;
  const parts = [
    ...(driver === null ? [] : [`driver ${driver}`]),
    ...(energyPreference === null ? [] : [`prefers ${energyPreference}`]),
    ...(boost === null ? [] : [`boost ${boost ? 'on' : 'off'}`]),
    ...(limitHertz === null ? [] : [`clock up to ${megahertz(limitHertz)}`]),
    ...(allowedPerformance === null || allowedPerformance === 1
      ? []
      : [`${formatPercent(allowedPerformance)} of its performance allowed`]),
    ...(platformProfile === null ? [] : [`platform profile ${platformProfile}`]),
  ];
  return parts.length === 0 ? 'not told' : parts.join(', ');
}

function watts(value: number): string {
  return `${formatNumber(value)} W`;
}

function megahertz(value: number): string {
  return `${formatNumber(Math.round(value / 1e6))} MHz`;
}
