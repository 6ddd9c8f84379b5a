import { InputError } from '../kernel/errors.ts';
import { type Metric, rowKey } from './metric.ts';

/** All that `decide` is told beside the pairs. Plain JSON, written into the gate's log before its first pair. */
export interface GateSettings {
  /** Rows in the order in which they are shown. Scenarios are those that they name. */
  readonly metrics: readonly Metric[];
  /** Determines order and seeds of all rounds, and the draws of the self-noise. */
  readonly seed: number;
  /** Numbers of valid pairs, rising, at which a row is looked at; nothing is judged in between. */
  readonly looks: readonly number[];
  /** Chance of a false alarm of one row in the first stage, both sides together; each look has an equal part of it. */
  readonly alpha: number;
  /** Least number of valid pairs of the confirm stage. */
  readonly confirmRounds: number;
  readonly limits: ConditionLimits;
}

/** What voids a pair. A share above its limit does, not one at it. */
export interface ConditionLimits {
  readonly stealShare: number;
  readonly throttledPeriods: number;
  readonly foreignCpuShare: number;
  /** How far the medians of the SM clock of both arms may lie apart, as a share. */
  readonly smClockDifference: number;
  /** Share of samples under the power cap, where only one arm is above it. */
  readonly powerCapShare: number;
  readonly idleUtilisation: number;
  /** Share of a row's pairs that may be void or failed before the row is invalid. */
  readonly droppedShare: number;
}

export const defaultLimits: ConditionLimits = {
  stealShare: 0.02,
  throttledPeriods: 0,
  foreignCpuShare: 0.1,
  smClockDifference: 0.03,
  powerCapShare: 0.05,
  idleUtilisation: 0.05,
  droppedShare: 0.2,
};

/** What holds unless the suite or the command line says otherwise. */
export const defaultSettings: Omit<GateSettings, 'metrics'> = {
  seed: 1,
  looks: [10, 16, 24, 40],
  alpha: 0.05,
  confirmRounds: 10,
  limits: defaultLimits,
};

/**
 * `--quick`: two looks of 8 and 16 pairs, the least with which either one has room for a pair that disagrees or a noisy machine, and a confirm
 * stage all the same. A regression of 20 % is found as surely as with the full plan, one of 3 % over its margin less often, and on a machine on
 * which processes differ by some percent more rows stay inconclusive; false alarms are as rare. bench/gate-simulation.mjs has the rates.
 */
export const quickSettings: Omit<GateSettings, 'metrics'> = { ...defaultSettings, looks: [8, 16], confirmRounds: 8 };

/**
 * At which numbers of valid pairs the rows of a scenario that is run again are looked at. Begins with as many as the first stage took, at least
 * `confirmRounds`, and enough for the least p value there is, 2^−pairs, to be a finding among the chosen rows (two pairs more, so that it
 * need not be the very least); goes on to the planned looks above that.
 */
export function confirmLooks(settings: GateSettings, decided: number, chosen: number): number[] {
  const { looks, alpha, confirmRounds } = settings;
  const enough = Math.ceil(Math.log2((2 * looks.length * Math.max(1, chosen)) / alpha)) + 2;
  const first = Math.max(decided, confirmRounds, enough);
  return [first, ...looks.filter((look) => look > first)];
}

/** Throws `GATE_SETTINGS_INVALID` for settings with which nothing could be decided. */
export function checkSettings({ looks, alpha, confirmRounds, metrics }: GateSettings): void {
  const problems: string[] = [];
  const isRising = looks.every((look, index) => Number.isInteger(look) && look > (looks[index - 1] ?? 0));
  if (looks.length === 0 || !isRising) problems.push(`looks must be whole numbers above 0 that rise, got [${looks}]`);
  if (!(alpha > 0 && alpha < 1)) problems.push(`alpha must lie between 0 and 1, got ${alpha}`);
  if (!Number.isInteger(confirmRounds) || confirmRounds < 1) {
    problems.push(`confirmRounds must be a whole number above 0, got ${confirmRounds}`);
  }
  const keys = new Set<string>();
  for (const metric of metrics) {
    const { margin, floor, kind } = metric;
    const name = `${metric.scenario}, ${metric.metric}`;
    const isMargin = kind === 'sampled' ? margin > 0 : margin >= 0;
    if (!isMargin)
      problems.push(`the margin of ${name} must be ${kind === 'sampled' ? 'above' : 'at least'} 0, got ${margin}`);
    if (!(floor >= 0)) problems.push(`the floor of ${name} must be at least 0, got ${floor}`);
    if (keys.has(rowKey(metric))) problems.push(`${name} stands there twice`);
    keys.add(rowKey(metric));
  }
  if (problems.length > 0)
    throw new InputError('GATE_SETTINGS_INVALID', `Settings of the gate: ${problems.join('; ')}.`);
}
