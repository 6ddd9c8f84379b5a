import type { ThroughputOrigin } from './study-data.ts';

/** What a study finds of the claims that it was made to judge: plain data, in the currency of the study. */
export interface ClaimsOutcome {
  readonly claims: readonly ClaimOutcome[];
}

export type ClaimOutcome = CostClaimOutcome | VolumeClaimOutcome;

/** What both kinds of claims say. */
interface JudgedClaim {
  /** In the claim's own words. */
  readonly text: string;
  /** Who says so. */
  readonly source: string;
  /** The option that is said to be the cheaper one. */
  readonly option: string;
  readonly against: string;
  /** What a reader has to know to read the claim rightly; written by whoever wrote the study. */
  readonly notes: readonly string[];
  /** What comes out, a sentence each, the most important first. */
  readonly findings: readonly string[];
  /** The claim in words that the study bears out; null: nothing of the kind holds. */
  readonly suggestedWording: string | null;
}

/** "Costs a share less over so many years", judged for fleets so large that whole machines do not matter. */
export interface CostClaimOutcome extends JudgedClaim {
  readonly kind: 'cost';
  /** Share that the option is said to cost less: 0.22 is 22 %. */
  readonly lowerBy: number;
  /** How far from that share is still said to hold: 0.03 is three points. */
  readonly tolerance: number;
  readonly years: number;
  /** By variation of the study. */
  readonly boundaries: readonly BoundaryOutcome[];
  /** By evidence. */
  readonly evidence: readonly EvidenceOutcome[];
  /** Of the variations whose figures have ranges, where the study asks for it. */
  readonly chances: readonly ClaimChances[];
}

/** What one machine of each costs within one boundary, at the mean load of a full fleet, its share of reserves included. */
export interface BoundaryOutcome {
  /** Of the variation, such as `S0`, and in words. */
  readonly name: string;
  readonly title: string;
  readonly costOfOption: number;
  readonly costOfAgainst: number;
  /** Throughput of the option ÷ that of the other at which they cost the same; null: at none, however fast. */
  readonly breakEvenRatio: number | null;
  /** The ratio at which the claim is met exactly. */
  readonly claimedRatio: number | null;
}

/** A pair of throughputs that somebody published or measured, and what it makes of the claim. */
export interface EvidenceOutcome {
  readonly name: string;
  readonly provenance: ThroughputOrigin['provenance'];
  readonly source: string;
  /** Of one machine, `unit` as `images/s`. */
  readonly unit: string;
  readonly ofOption: number;
  readonly ofAgainst: number;
  readonly ratio: number;
  /** Where only a bound is known: `lower`: the ratio is that or more; `upper`: that or less. */
  readonly bound: RatioBound;
  /** By boundary, in their order. */
  readonly differences: readonly EvidenceDifference[];
}

export type RatioBound = 'exact' | 'lower' | 'upper';

export interface EvidenceDifference {
  /** Name of the boundary. */
  readonly boundary: string;
  /** Cost of the option ÷ cost of the other − 1; of a lower bound of the ratio the most that it can be, of an upper one the least. */
  readonly difference: number;
  readonly verdict: CostVerdict;
}

/**
 * `holds`: lower by the claimed share within the tolerance; `understated`: by more; `overstated`: by less; `false`: not lower at all;
 * `undecided`: a bound that leaves it open.
 */
export type CostVerdict = 'holds' | 'understated' | 'overstated' | 'false' | 'undecided';

/** What many draws of the uncertain figures of a variation make of the claim. */
export interface ClaimChances {
  readonly boundary: string;
  readonly title: string;
  readonly draws: number;
  readonly seed: number;
  /** Percentiles of cost ÷ cost − 1. */
  readonly difference: { readonly p5: number; readonly p50: number; readonly p95: number };
  /** Share of the draws in which the option costs less, and in which it does so by the claimed share or more. */
  readonly lower: number;
  readonly lowerAsClaimed: number;
}

/** "Costs less from so many requests a day on." */
export interface VolumeClaimOutcome extends JudgedClaim {
  readonly kind: 'volume';
  readonly fromRequestsPerDay: number;
  /** What the claimed volume takes and costs, by variation. */
  readonly atClaim: readonly ClaimedVolume[];
  /** Where the crossings really lie: evidence × load × variation. */
  readonly crossings: readonly ClaimCrossing[];
  /** What would have to be true for the first crossing to lie at the claimed volume, by load. */
  readonly needed: readonly NeededForClaim[];
}

export interface ClaimedVolume {
  /** Name and title of the variation. */
  readonly boundary: string;
  readonly title: string;
  readonly ofOption: VolumeCost;
  readonly ofAgainst: VolumeCost;
  /** Name of the option that is cheaper there; null: they cost the same. */
  readonly cheaper: string | null;
}

export interface VolumeCost {
  /** Machines in the first year. */
  readonly machines: number;
  /** Share of what they could serve that is used. */
  readonly utilisation: number;
  readonly costPerMillionRequests: number;
}

export interface ClaimCrossing {
  readonly evidence: string;
  readonly boundary: string;
  readonly maxUtilisation: number;
  readonly peakToAverage: number;
  /** Of one machine, items/s. */
  readonly ofOption: number;
  readonly ofAgainst: number;
  /** Requests a day above which the option is cheaper for the first time; 0: from the first one on; null: never up to `examinedTo`. */
  readonly first: number | null;
  /** Above which it is cheaper at every larger volume. */
  readonly persistent: number | null;
  readonly examinedTo: number;
  /** Whether it is certain that nothing changes beyond `examinedTo`. */
  readonly isSettled: boolean;
  readonly verdict: VolumeVerdict;
}

/**
 * `holds`: cheaper at every volume above the claimed one; `partly`: cheaper for the first time by then, but not at all volumes above;
 * `later`: not before a larger volume; `never`: at none that was examined.
 */
export type VolumeVerdict = 'holds' | 'partly' | 'later' | 'never';

export interface NeededForClaim {
  readonly maxUtilisation: number;
  readonly peakToAverage: number;
  /** What one full machine of the other option would have to serve, requests/s: slower than it is. */
  readonly requestsPerSecond: number;
  /** Items in a request that would make it so slow, by evidence. */
  readonly itemsPerRequest: readonly { readonly evidence: string; readonly items: number }[];
}
