/** What is known of a sensor and of its readings. */
export interface MeasuredPower {
  readonly meanWatts: number;
  /** Standard deviation of its readings. */
  readonly spreadWatts: number;
  readonly readings: number;
  /** ± as a share of a reading. */
  readonly sensorError: number;
  /** Share of the time that it looks at. */
  readonly sensorCoverage: number;
}

/** Of a normal distribution: 95 % lie within this many standard errors. */
const standardErrors = 1.96;

/**
 * Half the width of the interval that a sensor that looks at a part of the time leaves, in watts: 1.96 · s · √((1 − c) / n), the standard error of
 * a mean when the share c of a finite population is seen (Cochran, Sampling Techniques, 2.6), with s and n of the readings. It takes what is
 * not seen to be like what is: work that keeps step with the sensor is not covered by it. 0 for a sensor that looks all the time.
 */
export function unseenWatts({ spreadWatts, readings, sensorCoverage }: MeasuredPower): number {
  return standardErrors * spreadWatts * Math.sqrt((1 - sensorCoverage) / Math.max(1, readings));
}

/** ± of a mean power, or of the energy that it makes, as a share of it: the error of the sensor, and what it may have missed. */
export function powerUncertainty(power: MeasuredPower): number {
  return power.sensorError + unseenWatts(power) / power.meanWatts;
}

/**
 * ± of the difference between two means of one sensor, in watts: its error is a factor of both and stays the same share of the difference,
 * and what it may have missed in each adds up in squares.
 */
export function differenceWatts(load: MeasuredPower, idle: MeasuredPower): number {
  const unseen = Math.hypot(unseenWatts(load), unseenWatts(idle));
  return load.sensorError * Math.abs(load.meanWatts - idle.meanWatts) + unseen;
}
