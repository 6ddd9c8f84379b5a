import type { VerdictFinding } from '../../results/run.ts';
import { formatPercent, formatSeconds } from '../../units/format.ts';
import { uncertaintyText } from '../energy-text.ts';
import { type Evidence, type Judgement, judged, notJudged } from './evidence.ts';
import { longer } from './longer.ts';
import { finding, type VerdictCodeName, verdictCodes } from './verdict-codes.ts';

/** Counter and integral may differ by this share (the cross-check of InferenceX's power protocol). */
const crossCheckShare = 0.05;

/**
 * Whether the energy comes from sensors that covered the windows (M20, M21, M25 of the measuring rules). Without a sensor, or in a
 * window that is too short for one, there is nothing to judge; a sensor that failed makes the family invalid, and says nothing of a latency.
 */
export function judgeEnergy(evidence: Evidence): Judgement {
  const { energy } = evidence.figures;
  if (energy === null) return missing(evidence);
  return judged([
    ...estimated(energy.devices),
    ...shortWindows(evidence),
    ...crossChecks(evidence),
    ...shared(evidence),
    ...partTime(energy.devices),
  ]);
}

function missing({ reasons, rounds }: Evidence): Judgement {
  const why = reasons.energy ?? { code: 'NOT_RECORDED', need: null, have: null };
  const code = failureCode(why.code);
  if (code === null) return notJudged(why);
  const { need, have } = why;
  // A device that is known by its number and name; where the tool ended with it, what it said is with the lost telemetry.
  const isNamed = code === 'DEVICE_LOST' && have !== null && have !== 'DEVICE_LOST';
  const without = rounds.filter(({ summary }) => summary.energy === null).length;
  const named = `${have} was lost, or reported no more while others did: there is no energy of ${without} of ${rounds.length} rounds. What the other devices reported stays.`;
  return judged([finding(code, { need, have, message: isNamed ? named : verdictCodes[code].means })]);
}

/** The code of a finding, where the reason is one that a sensor failed. */
function failureCode(code: string): VerdictCodeName | null {
  const names = Object.keys(verdictCodes) as VerdictCodeName[];
  return names.find((name) => name === code && verdictCodes[name].family === 'energy') ?? null;
}

type Devices = NonNullable<Evidence['figures']['energy']>['devices'];

/** An estimate is never valid, however it came about. */
function estimated(devices: Devices): VerdictFinding[] {
  const names = devices.filter((device) => device.estimated === true).map(({ id, name }) => name ?? id);
  if (names.length === 0) return [];
  const have = names.join(', ');
  return [finding('ENERGY_ESTIMATED', { need: 'a sensor', have, message: `The energy of ${have} is an estimate.` })];
}

/** A sensor that sees a part of the time must see enough of it (G22 of the gate's rules; the study's windows were of 5 s). */
const leastSecondsPartTime = 5;

function shortWindows({ rounds, policy }: Evidence): VerdictFinding[] {
  return rounds.flatMap(({ round, summary: { energy, windowSeconds: have } }) => {
    const device = energy?.devices.find(({ sensorCoverage = 1 }) => sensorCoverage < 1);
    if (device === undefined || have >= leastSecondsPartTime) return [];
    const { name, id, sensorCoverage = 1 } = device;
    const message = `The sensor of ${name ?? id} looks at ${formatPercent(sensorCoverage)} of the time, and the window had ${formatSeconds(have)}.`;
    const nextStep = `Lengthen the window with \`${longer('window', leastSecondsPartTime, policy)}\`, and take several rounds.`;
    return [finding('ENERGY_WINDOW_TOO_SHORT', { need: leastSecondsPartTime, have, round, message, nextStep })];
  });
}

/** The mark of a figure whose sensor does not look all the time. */
function partTime(devices: Devices): VerdictFinding[] {
  return devices.flatMap(({ name, id, sensorCoverage: have = 1, sensorSource, uncertainty }) => {
    if (have >= 1) return [];
    const within = typeof uncertainty === 'number' ? `, ${uncertaintyText(uncertainty)}` : '';
    const source = sensorSource === undefined ? '' : ` (${sensorSource})`;
    const message = `The sensor of ${name ?? id} covers ${formatPercent(have)} of the time${within}${source}.`;
    return [finding('ENERGY_SENSOR_PART_TIME', { need: 1, have, message })];
  });
}

function crossChecks({ rounds }: Evidence): VerdictFinding[] {
  return rounds.flatMap(({ round, summary }) =>
    (summary.energy?.devices ?? []).flatMap(({ name, id, powerAgainstCounter }) => {
      if (powerAgainstCounter === undefined || Math.abs(powerAgainstCounter - 1) <= crossCheckShare) return [];
      const off = powerAgainstCounter - 1;
      const message = `The integral of the power of ${name ?? id} is ${formatPercent(Math.abs(off))} ${off > 0 ? 'above' : 'below'} what its counter tells.`;
      return [finding('ENERGY_SENSORS_DISAGREE', { need: crossCheckShare, have: off, round, message })];
    }),
  );
}

/** What others draw on the same board is in its energy. */
function shared({ rounds, figures: { energy } }: Evidence): VerdictFinding[] {
  if (energy === null || !energy.covers.includes('gpu')) return [];
  return rounds.flatMap(({ round, watched }) =>
    'code' in watched
      ? []
      : watched.devices.flatMap(({ device, foreignProcesses: have }) => {
          if (have === null || have === 0) return [];
          const message = `${have} other ${have === 1 ? 'process was' : 'processes were'} on ${device}, whose energy is counted.`;
          return [finding('ENERGY_OF_SHARED_DEVICE', { need: 0, have, round, message })];
        }),
  );
}
