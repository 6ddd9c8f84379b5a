import type { AboveIdle, CaseEnergy, DeviceEnergy } from '../results/energy.ts';
import { formatJoules, formatNumber, formatPercent } from '../units/format.ts';
import { coverageText } from './power-text.ts';

/** An energy with what may be off and what its sensor sees: `12.3 mJ ± 6.1 % (sensor 25 %)`. */
export function energyText(joules: number, uncertainty: number | null | undefined, coverage = 1): string {
  const within = typeof uncertainty === 'number' ? ` ${uncertaintyText(uncertainty)}` : '';
  return `${formatJoules(joules)}${within}${coverage < 1 ? ` (sensor ${formatPercent(coverage)})` : ''}`;
}

/** `± 6.1 %`: two digits, of what is an estimate itself. */
export function uncertaintyText(share: number): string {
  return `± ${Number((share * 100).toPrecision(2))} %`;
}

/** The least share of the time that a sensor of the energy looks at. */
export function leastCoverage({ devices }: CaseEnergy): number {
  return Math.min(1, ...devices.map(({ sensorCoverage = 1 }) => sensorCoverage));
}

/** What of the energy of a case should stand beside it: of which devices it is, how far it may be off, what its sensors do not see, what is drawn at rest. */
export function energyNotes({ covers, uncertainty, idleSubtracted, devices }: CaseEnergy): string[] {
  const idle = idleSubtracted ?? null;
  return [
    `of ${coveredText(covers, devices.length)}`,
    ...(typeof uncertainty === 'number' ? [uncertaintyText(uncertainty)] : []),
    ...partTime(devices),
    ...(idle === null ? [] : [idleText(idle)]),
  ];
}

/** `70.2 W at rest (standard deviation 0.3 W)`: the mean before the rounds, and the standard deviation of the readings. */
export function idleText({ idleWatts, idleSpreadWatts }: AboveIdle): string {
  return `${formatNumber(idleWatts)} W at rest (standard deviation ${formatNumber(idleSpreadWatts)} W)`;
}

function coveredText(covers: CaseEnergy['covers'], count: number): string {
  const names = covers.map((kind) => (kind === 'gpu' ? 'GPU boards' : 'processor packages'));
  return `${names.join(' and ')} (${count} ${count === 1 ? 'sensor' : 'sensors'})`;
}

/** The marks of sensors that do not look all the time, each once. */
function partTime(devices: readonly DeviceEnergy[]): string[] {
  return [...new Set(devices.flatMap(({ sensorCoverage }) => sensorCoverage ?? []))].map(coverageText);
}
