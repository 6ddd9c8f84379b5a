import type { StudyModel } from './bound-study.ts';
import type { ClaimData, ClaimsData, EvidenceData, VariationData } from './claims-data.ts';
import type { RatioBound } from './claims-outcome.ts';
import type { Option } from './option.ts';

/** The variations that a claim is judged in. */
export function boundariesOf(
  { boundaries }: Pick<ClaimData, 'boundaries'>,
  { variations }: ClaimsData,
): VariationData[] {
  return boundaries.map((name) => named(variations, name));
}

/** The evidence that a claim is judged by. */
export function evidenceOf({ evidence }: ClaimData, data: ClaimsData): EvidenceData[] {
  return evidence.map((name) => named(data.evidence, name));
}

/** The two options that a claim speaks of, as they are in a model. */
export function sidesOf(
  { option, against }: Pick<ClaimData, 'option' | 'against'>,
  { options }: StudyModel,
): readonly [Option, Option] {
  return [named(options, option), named(options, against)];
}

/** The throughputs of both sides, and how their ratio is known. */
export function throughputsOf(
  evidence: EvidenceData,
  { option, against }: Pick<ClaimData, 'option' | 'against'>,
): { readonly ofOption: number; readonly ofAgainst: number; readonly bound: RatioBound } {
  const a = evidence.throughput[option];
  const b = evidence.throughput[against];
  if (a === undefined || b === undefined) {
    throw new RangeError(`${evidence.name}: expected throughputs of ${option} and ${against}.`);
  }
  return { ofOption: a.value, ofAgainst: b.value, bound: boundOfRatio(a.bound, b.bound, evidence.name) };
}

/** An upper bound below the line is a lower one of the ratio. */
function boundOfRatio(above: RatioBound, below: RatioBound, name: string): RatioBound {
  const opposite = ({ exact: 'exact', lower: 'upper', upper: 'lower' } as const)[below];
  if (above === 'exact') return opposite;
  if (opposite === 'exact' || opposite === above) return above;
  throw new RangeError(`${name}: expected bounds that bound the ratio, got ${above} of one and ${below} of the other.`);
}

function named<Named extends { readonly name: string }>(list: readonly Named[], name: string): Named {
  const found = list.find((one) => one.name === name);
  if (found === undefined)
    throw new RangeError(`Expected one of ${list.map((one) => one.name).join(', ')}, got ${name}.`);
  return found;
}
