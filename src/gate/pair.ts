import type { Metric } from './metric.ts';
import type { Differing } from './reading.ts';

export type Arm = 'base' | 'head';

/** `look`: the rounds from which rows are chosen. `confirm`: fresh rounds of what was chosen, judged on their own. */
export type Stage = 'look' | 'confirm';

/**
 * One round of a scenario: a fresh process of base and one of head, one after the other. A line of the gate's log; all that is decided is a
 * function of these lines and the settings. A process that measures several scenarios gives a pair for each.
 */
export interface Pair {
  readonly scenario: string;
  readonly stage: Stage;
  /** Counted from 0 within scenario and stage; failed rounds count. */
  readonly round: number;
  /** Which arm ran in the first slot. */
  readonly first: Arm;
  /** What both processes drew their randomness from. */
  readonly seed: number;
  readonly base: Observation | Failed;
  readonly head: Observation | Failed;
}

/** What one process measured of one scenario. */
export interface Observation {
  readonly outcome: 'measured';
  /**
   * Figures in their metric's unit. null: tried and not known. A metric that this version does not have has no entry; one that has no
   * entry in any process of head was removed, in any of base added.
   */
  readonly values: Readonly<Record<string, number | null>>;
  /** SHA-256, in hex, of the answers that the model gave. null: the command told none, and equality was not tested. */
  readonly outputs: string | null;
  /** Of head: how many items it answered otherwise than base. Left out where that is not known, or none is. */
  readonly differing?: Differing;
  /** Seconds of each stage of the work, for the explanation of a change. */
  readonly stages: Readonly<Record<string, number>>;
  readonly conditions: Conditions;
  readonly pid: number | null;
}

/** A process that ended without an answer. */
export interface Failed {
  readonly outcome: 'failed';
  /** Such as `EXIT_CODE`, `TIMEOUT`, `OUTPUT_INVALID`. */
  readonly code: string;
  readonly message: string;
  readonly pid: number | null;
}

/** The machine around one process. What could not be read is null and voids nothing. */
export interface Conditions {
  /** Share of all processor time that the hypervisor gave to others while the process ran. */
  readonly stealShare: number | null;
  /** Periods in which the control group was held back for its quota while the process ran. */
  readonly throttledPeriods: number | null;
  /** Processor time of processes that are not ours, as a share of all cores' time while the process ran. */
  readonly foreignCpuShare: number | null;
  /** Names of the processes that took most of it, for the message. */
  readonly foreignProcesses: readonly string[];
  /** Load average of one minute when the process started. */
  readonly load: number | null;
  /** What the gate itself and its samplers took of one core while the process ran, in both versions alike: 0.01 is 1 % of it. */
  readonly ownCores: number | null;
  readonly gpus: readonly GpuConditions[];
  /** Why what should have been watched was not: a code and its words, such as those of a tool that hangs. */
  readonly unwatched: readonly Unwatched[];
}

export interface Unwatched {
  readonly code: string;
  readonly message: string;
}

export interface GpuConditions {
  readonly index: number;
  /** Median of the SM clock in hertz over the reports in which the device was at work; null where there were fewer than three. */
  readonly smClockHertz: number | null;
  /**
   * Share of the reports while the process ran with a flag set, by nvidia-smi's names without `clocks_event_reasons.`: `hw_thermal_slowdown`,
   * `sw_power_cap`, …. A flag that no device tells of has no entry.
   */
  readonly throttleShares: Readonly<Record<string, number>>;
  /** Processes of others that used the device before the process, or after it: the larger number of both. */
  readonly foreignProcesses: number | null;
  /** In the idle window before the process: utilisation, 0 … 1. */
  readonly idleUtilisation: number | null;
}

/** Nothing was read of the machine. */
export const unknownConditions: Conditions = {
  stealShare: null,
  throttledPeriods: null,
  foreignCpuShare: null,
  foreignProcesses: [],
  load: null,
  ownCores: null,
  gpus: [],
  unwatched: [],
};

/** Figures of both arms where both were measured and have one. */
export function pairValues(pair: Pair, { metric }: Pick<Metric, 'metric'>): { base: number; head: number } | null {
  if (pair.base.outcome === 'failed' || pair.head.outcome === 'failed') return null;
  const base = toldValue(pair.base, metric) ?? null;
  const head = toldValue(pair.head, metric) ?? null;
  return base === null || head === null ? null : { base, head };
}

/** The figure of a metric; null: tried and not known, undefined: the version does not have it. Metrics may be called `constructor`. */
export function toldValue({ values }: Pick<Observation, 'values'>, metric: string): number | null | undefined {
  return Object.hasOwn(values, metric) ? values[metric] : undefined;
}
