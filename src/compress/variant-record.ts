import { canonicalJson, sha256 } from '../kernel/content-hash.ts';

/** What is recorded of a variant: of what file it is, and what made it. Plain JSON. */
export interface VariantRecord {
  /** Of the file, external data included; of several models over all of them. */
  readonly sha256: string;
  readonly bytes: number;
  /** What was done, in order, in words for people: `hygiene`, `fusion`, `int8 static, min_max`. */
  readonly steps: readonly string[];
  /** How often each pass changed something, those included that found nothing. */
  readonly passes: Readonly<Record<string, number>>;
  /** Of these changes, the ones that joined operators which the conversion would have left apart. */
  readonly fused: number;
  readonly nodes: { readonly before: number; readonly after: number };
  /** null: the precision was not converted. */
  readonly conversion: Conversion | null;
}

/** How the precision of a model was converted. */
export interface Conversion {
  /** Such as `int8 static, min_max`. */
  readonly method: string;
  /** Operators that compute in the precision, or for a precision that is only stored, the weights that are. */
  readonly converted: number;
  /** Those that stay in 32-bit floats, by reason. */
  readonly kept: Readonly<Record<string, number>>;
  /** Signal to noise of the weight that suffers most, in decibels; null where the method does not tell, or nothing was lost. */
  readonly worstDecibels: number | null;
  /** null: the method needs no data. */
  readonly calibration: { readonly data: string; readonly items: number; readonly sha256: string } | null;
}

/** The record of a workload of several models as one: what was done in any of them, and sums. */
export function joinedRecord(records: readonly VariantRecord[]): VariantRecord {
  const [only, ...more] = records;
  if (only !== undefined && more.length === 0) return only;
  const conversions = records.flatMap(({ conversion }) => (conversion === null ? [] : [conversion]));
  return {
    sha256: sha256(canonicalJson(records.map((record) => record.sha256))),
    bytes: sumOf(records.map(({ bytes }) => bytes)),
    steps: [...new Set(records.flatMap(({ steps }) => steps))],
    passes: sumsOf(records.map(({ passes }) => passes)),
    fused: sumOf(records.map(({ fused }) => fused)),
    nodes: {
      before: sumOf(records.map(({ nodes }) => nodes.before)),
      after: sumOf(records.map(({ nodes }) => nodes.after)),
    },
    conversion: joinedConversion(conversions),
  };
}

function joinedConversion(conversions: readonly Conversion[]): Conversion | null {
  const [first] = conversions;
  if (first === undefined) return null;
  const decibels = conversions.flatMap(({ worstDecibels }) => worstDecibels ?? []);
  const calibrations = conversions.flatMap(({ calibration }) => calibration ?? []);
  return {
    method: first.method,
    converted: sumOf(conversions.map(({ converted }) => converted)),
    kept: sumsOf(conversions.map(({ kept }) => kept)),
    worstDecibels: decibels.length === 0 ? null : Math.min(...decibels),
    calibration:
      calibrations[0] === undefined
        ? null
        : {
            data: calibrations[0].data,
            items: calibrations[0].items,
            // Each model is fed something else of the same items.
            sha256: sha256(canonicalJson(calibrations.map((calibration) => calibration.sha256))),
          },
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function sumsOf(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, count] of counts.flatMap((some) => Object.entries(some))) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
