/**
 * Seconds a query in the kernels of each operator of a case, from profiled runs of the proof, never from those that are timed. Of a chain, a run of
 * each model.
 */
export interface OperatorTimes {
  readonly unit: 's';
  readonly runs: number;
  /** Whether the profile was cut off before its end. */
  readonly isPartial: boolean;
  readonly operators: Readonly<Record<string, OperatorTime>>;
}

export interface OperatorTime {
  readonly seconds: number;
  readonly calls: number;
  /** Seconds by execution provider. */
  readonly providers: Readonly<Record<string, number>>;
}
