import type { Metric } from './metric.ts';

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
