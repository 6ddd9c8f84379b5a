/** A figure of the machine over a measured window. Times are seconds from its start. */
export interface TelemetrySeries {
  /**
   * `processCores`: cores that the measured process kept busy. `machineCores`: all of the machine. `rssBytes`: of the process. `gpuPower`: watts
   * of all accelerators; `gpuUtilization`: of the busiest, 0 to 1; `gpuTemperature`: of the hottest, in degrees Celsius.
   */
  readonly name: 'processCores' | 'machineCores' | 'rssBytes' | 'gpuPower' | 'gpuUtilization' | 'gpuTemperature';
  readonly seconds: readonly number[];
  /** null where no sample of that stretch could be read. */
  readonly values: readonly (number | null)[];
  /** Mean of all samples within the window. */
  readonly mean: number;
}
