import type { HardwareProfile } from '../hardware/profile.ts';
import type { PeakPrecision } from '../hardware/profile-schema.ts';
import { boundSecondsAlone, boundSecondsPerItem, type Roof } from './bound.ts';
import type { ModelCost } from './known-models.ts';
import { bytesOfElement, usablePeak } from './usable-peak.ts';

/** Load as published figures have it: all items at once, arriving under a latency bound, one after the other. */
export const scenarios = ['Offline', 'Server', 'SingleStream'] as const;
export type Scenario = (typeof scenarios)[number];

/** What is asked for or known: a model in a precision on a device under a load, run by a stack. */
export interface Cell {
  readonly profile: HardwareProfile;
  readonly model: ModelCost;
  readonly precision: PeakPrecision;
  readonly scenario: Scenario;
  /** The software: figures of different stacks say nothing of one another. */
  readonly stack: string;
}

/** The roof of a cell's device in its precision; null where the profile lacks the peak or the bandwidth. */
export function roofOf({ profile, precision }: Pick<Cell, 'profile' | 'precision'>): Roof | null {
  const peakOperationsPerSecond = usablePeak(profile, precision);
  const bandwidthBytesPerSecond = profile.memory.bandwidthBytesPerSecond.value;
  if (peakOperationsPerSecond === null || bandwidthBytesPerSecond === null) return null;
  return {
    peakOperationsPerSecond,
    bandwidthBytesPerSecond,
    bytesOfElement: bytesOfElement[precision],
    memoryBytes: profile.memory.capacityBytes.value,
  };
}

/**
 * Seconds that a query on its own takes before anything is computed: starting kernels one after the other, reading the input. About what a
 * fixed time and a share of the peak make of published latencies of ResNet-50; what it is wrong by is part of an efficiency.
 */
export const secondsBeforeWork = 0.4e-3;
/** Of the peak, what a query on its own can use: one item fills only a part of a device. */
const shareAlone = 0.3;

/** Seconds an item (under SingleStream: seconds of a query) that the roof alone would have. */
export function idealSeconds({ model, scenario }: Pick<Cell, 'model' | 'scenario'>, roof: Roof): number {
  if (scenario !== 'SingleStream') return boundSecondsPerItem(model, roof);
  return secondsBeforeWork + boundSecondsAlone(model, roof) / shareAlone;
}
