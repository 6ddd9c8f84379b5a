import { isAsInFile, type VariantSettings } from '../compress/variant.ts';
import { graphIsFused, isConverted } from '../suite/axes.ts';
import type { Axes } from '../suite/plan.ts';
import type { ProbeAnswer } from './job.ts';

/** What the toggles ask of a model file before a backend loads it; null: nothing. */
export function variantSettings(
  { precision, hygiene, fusion }: Pick<Axes, 'precision' | 'hygiene' | 'fusion'>,
  backend: Pick<ProbeAnswer['probes'][string], 'operatorDomains' | 'usesGraph'> | undefined,
): VariantSettings | null {
  if (backend?.usesGraph === false) return null;
  const stored = isConverted(precision) ? precision : 'fp32';
  // What the passes join into operators of an engine's own, the engine's fusions (`on`) and the converters would not recognise any more.
  const domains = fusion === 'graph' && stored === 'fp32' ? (backend?.operatorDomains ?? []) : [];
  const settings: VariantSettings = { precision: stored, hygiene, fusion: graphIsFused(fusion), domains };
  return isAsInFile(settings) ? null : settings;
}
