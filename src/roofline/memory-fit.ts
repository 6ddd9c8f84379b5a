import type { HardwareProfile } from '../hardware/profile.ts';
import type { PeakPrecision } from '../hardware/profile-schema.ts';
import type { ModelCost } from './known-models.ts';
import { bytesOfElement } from './usable-peak.ts';

/**
 * Bytes of device memory that a model needs at least: its weights and, of a decoder, the cache of a single item. Activations are left
 * out: what does not fit by this does not fit.
 */
export function memoryNeeded(model: ModelCost, precision: PeakPrecision): number {
  const { decoding } = model;
  const cached =
    decoding === null
      ? 0
      : decoding.cacheElementsPerToken * (decoding.tokensRead + decoding.beams * decoding.tokensWritten);
  return (model.parameters + cached) * bytesOfElement[precision];
}

/**
 * Why a model cannot be held by so many devices together; null when it can, or when the profile does not state how much memory there is (a
 * processor has as much as it was given).
 */
export function memoryRefusal(
  profile: HardwareProfile,
  model: ModelCost,
  precision: PeakPrecision,
  devices: number,
): string | null {
  const capacity = profile.memory.capacityBytes.value;
  const needed = memoryNeeded(model, precision);
  if (capacity === null || needed <= capacity * devices) return null;
  const together = devices === 1 ? '' : ` in ${devices} devices together`;
  return `does not fit: ${model.id} needs ${gigabytes(needed)} in ${precision}, ${profile.id} has ${gigabytes(capacity * devices)}${together}; a narrower precision or at least ${Math.ceil(needed / capacity)} devices would do`;
}

function gigabytes(bytes: number): string {
  return `${Number((bytes / 1e9).toPrecision(3))} GB`;
}
