import type { HardwareProfile } from '../hardware/profile.ts';
import type { PeakPrecision } from '../hardware/profile-schema.ts';

/** Bytes of an element of a precision, as weights and activations are kept. */
export const bytesOfElement: Readonly<Record<PeakPrecision, number>> = {
  fp32: 4,
  tf32: 4,
  fp16: 2,
  bf16: 2,
  int8: 1,
  fp8: 1,
  fp4: 0.5,
};

/** What stands in for a precision where it is faster: V100 has no fast int8, and engines run such models in fp16 there. */
const widerThan: Partial<Record<PeakPrecision, readonly PeakPrecision[]>> = {
  int8: ['fp16'],
  fp8: ['fp16'],
};

export function isPeakPrecision(text: string): text is PeakPrecision {
  return text in bytesOfElement;
}

/**
 * Operations a second that a device can do at most for a model of this precision: its peak, or that of a wider type where the device is
 * faster with it. Null where the profile states no peak of the precision itself.
 */
export function usablePeak(profile: HardwareProfile, precision: PeakPrecision): number | null {
  const own = profile.peakOperationsPerSecond[precision].value;
  if (own === null) return null;
  const wider = widerThan[precision] ?? [];
  return Math.max(own, ...wider.map((name) => profile.peakOperationsPerSecond[name].value ?? 0));
}
