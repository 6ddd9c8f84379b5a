import type { Price } from './price.ts';
import type { Figure, HardwareProfile } from './profile.ts';
import { type Confidence, confidences, type PeakPrecision } from './profile-schema.ts';

/** A figure computed from others: as good as the worst of them. */
export interface DerivedFigure {
  readonly value: number | null;
  readonly confidence: Confidence;
  /** Why there is none; null where there is one. */
  readonly note: string | null;
}

/**
 * Operations for each byte read from memory at which computing takes as long as reading (the ridge of the roofline model, Williams,
 * Waterman and Patterson 2009): work with fewer is bound by bandwidth.
 */
export function ridgeOperationsPerByte(profile: HardwareProfile, precision: PeakPrecision): DerivedFigure {
  return quotient(profile.peakOperationsPerSecond[precision], profile.memory.bandwidthBytesPerSecond);
}

/** Peak over design power: what no workload exceeds. */
export function operationsPerJoule(profile: HardwareProfile, precision: PeakPrecision): DerivedFigure {
  return quotient(profile.peakOperationsPerSecond[precision], profile.powerWatts.design);
}

/** Peak for each unit of money of a purchase price, in operations a second. */
export function operationsPerSecondPerPrice(
  profile: HardwareProfile,
  precision: PeakPrecision,
  price: Price | null,
): DerivedFigure {
  const peak = profile.peakOperationsPerSecond[precision];
  if (price === null) return { value: null, confidence: 'unverified', note: 'no price is known' };
  return quotient(peak, { value: price.amount, confidence: price.confidence, note: null });
}

/** The less certain one of two. */
export function weakest(a: Confidence, b: Confidence): Confidence {
  return confidences.indexOf(a) > confidences.indexOf(b) ? a : b;
}

type Operand = Pick<Figure, 'value' | 'confidence' | 'note'>;

function quotient(above: Operand, below: Operand): DerivedFigure {
  const confidence = weakest(above.confidence, below.confidence);
  const unknown = [above, below].find(({ value }) => value === null);
  if (above.value === null || below.value === null) return { value: null, confidence, note: unknown?.note ?? null };
  return { value: above.value / below.value, confidence, note: null };
}
