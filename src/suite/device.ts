import type { AxisName } from './axes.ts';
import type { ProviderOptions } from './plan.ts';

/** A device that cases are planned for, and what suites adapt to on it. */
export interface Target {
  /** Profile of the cases: `local`, or the id of a profile whose device this machine is. */
  readonly profile: string;
  /** The profile that the adaptation is of; for `local` that of the processor, where it was recognised. null: nothing to adapt to. */
  readonly device: Device | null;
}

export interface Device {
  readonly id: string;
  /** The values hold for cases of this backend only; others do not run on the device, or not as it is meant. */
  readonly backend: string;
  /** Values of the axes that a suite does not state. */
  readonly axes: Readonly<Partial<Record<AxisName, readonly (string | number)[]>>>;
  /** What cases of a backend hand to its provider, by backend. Absent: nothing. */
  readonly providerOptions?: Readonly<Record<string, ProviderOptions>>;
}

/** This machine without anything that is known of it. */
export const plainTarget: Target = { profile: 'local', device: null };
