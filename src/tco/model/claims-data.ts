import type { RatioBound } from './claims-outcome.ts';
import type { StudyData, ThroughputOrigin } from './study-data.ts';

/** What a study has to judge, and by what. */
export interface ClaimsData {
  readonly currency: string;
  readonly variations: readonly VariationData[];
  readonly evidence: readonly EvidenceData[];
  readonly claims: readonly ClaimData[];
}

/** The same study within another boundary, or at other prices. */
export interface VariationData extends Pick<StudyData, 'model' | 'assumptions'> {
  readonly name: string;
  readonly title: string;
}

/** Throughputs of one machine of several options, that were found alike. */
export interface EvidenceData {
  readonly name: string;
  readonly provenance: ThroughputOrigin['provenance'];
  readonly source: string;
  readonly unit: string;
  /** By option. */
  readonly throughput: Readonly<Record<string, { readonly value: number; readonly bound: RatioBound }>>;
}

export type ClaimData = CostClaimData | VolumeClaimData;

interface AnyClaimData {
  readonly text: string;
  readonly source: string;
  readonly notes: readonly string[];
  readonly option: string;
  readonly against: string;
  /** Names of variations. */
  readonly boundaries: readonly string[];
  /** Names of evidence. */
  readonly evidence: readonly string[];
}

export interface CostClaimData extends AnyClaimData {
  readonly kind: 'cost';
  readonly lowerBy: number;
  readonly tolerance: number;
  readonly years: number;
  /** Names of variations whose ranges are drawn from. */
  readonly chances: readonly string[];
  readonly simulation: { readonly draws: number; readonly seed: number };
}

export interface VolumeClaimData extends AnyClaimData {
  readonly kind: 'volume';
  readonly fromRequestsPerDay: number;
  readonly loads: readonly { readonly maxUtilisation: number; readonly peakToAverage: number }[];
}
