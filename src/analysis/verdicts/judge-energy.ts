import type { VerdictFinding } from '../../results/run.ts';
import { formatPercent } from '../../units/format.ts';
import { type Evidence, type Judgement, judged, notJudged } from './evidence.ts';
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
  return judged([...estimated(energy.devices), ...crossChecks(evidence), ...shared(evidence)]);
}

function missing({ reasons }: Evidence): Judgement {
  const why = reasons.energy ?? { code: 'NOT_RECORDED', need: null, have: null };
  const code = failureCode(why.code);
  if (code === null) return notJudged(why);
  const { need, have } = why;
  return judged([finding(code, { need, have, message: verdictCodes[code].means })]);
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
