/** Whether something is held below what it does by default, so that its figures are of less than the data sheet's device. */
export interface PowerSavingRecord {
  /** null: what there is to read does not tell. */
  readonly active: boolean | null;
  /** What holds it, or what is not told; empty where nothing holds it. */
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
}

interface Clocks {
  readonly smHertz: number | null;
  readonly memoryHertz: number | null;
}

/** What limits the power and the clocks of a device, as its tool told it when the sampler started. What is null is in `notTold`. */
export interface DevicePowerRecord {
  readonly enforcedLimitWatts: number | null;
  readonly defaultLimitWatts: number | null;
  readonly minimumLimitWatts: number | null;
  readonly maximumLimitWatts: number | null;
  readonly persistenceMode: boolean | null;
  /** Such as `Default`, `Exclusive_Process`. */
  readonly computeMode: string | null;
  /** Of AMD: `auto`, `low`, `high`, `manual`. */
  readonly performanceLevel: string | null;
  readonly applicationClocks: Clocks;
  readonly defaultApplicationClocks: Clocks;
  readonly maximumClocks: Clocks;
  readonly powerSaving: PowerSavingRecord;
  readonly notTold: readonly { readonly field: string; readonly code: string; readonly text: string }[];
}

/** What governs the power of the processor, beside its governor. */
export interface CpuPowerRecord {
  /** The driver of cpufreq. */
  readonly driver: string | null;
  /** `energy_performance_preference`. */
  readonly energyPreference: string | null;
  readonly boost: boolean | null;
  /** The highest clock that is allowed now. */
  readonly limitHertz: number | null;
  /** Share of its performance that intel_pstate allows. */
  readonly allowedPerformance: number | null;
  /** Of the firmware (ACPI). */
  readonly platformProfile: string | null;
  readonly powerSaving: PowerSavingRecord;
}
