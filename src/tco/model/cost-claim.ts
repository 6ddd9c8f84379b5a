import { bindStudy } from './bound-study.ts';
import { boundariesOf, evidenceOf, sidesOf, throughputsOf } from './claim-parts.ts';
import type { ClaimsData, CostClaimData, EvidenceData, VariationData } from './claims-data.ts';
import type {
  BoundaryOutcome,
  ClaimChances,
  CostClaimOutcome,
  CostVerdict,
  EvidenceOutcome,
  RatioBound,
} from './claims-outcome.ts';
import { costFindings, costWording } from './cost-findings.ts';
import {
  demandFilling,
  largeFleet,
  largeFleetCostRatio,
  machineCost,
  ratioForLower,
  withThroughput,
} from './large-fleet.ts';
import { relativeDifference, shareAtMost, spread } from './simulated-costs.ts';
import { simulate } from './simulation.ts';

/** Judges "costs a share less over so many years", for fleets so large that whole machines do not matter. */
export function judgeCostClaim(claim: CostClaimData, data: ClaimsData): CostClaimOutcome {
  const boundaries = boundariesOf(claim, data);
  const { text, source, option, against, notes, lowerBy, tolerance, years } = claim;
  const outcome = {
    kind: 'cost' as const,
    ...{ text, source, option, against, notes, lowerBy, tolerance, years },
    boundaries: boundaries.map((boundary) => boundaryOutcome(boundary, claim)),
    evidence: evidenceOf(claim, data).map((evidence) => evidenceOutcome(evidence, boundaries, claim)),
    chances: boundariesOf({ boundaries: claim.chances }, data).map((boundary) => chancesOf(boundary, claim)),
  };
  return { ...outcome, findings: costFindings(outcome), suggestedWording: costWording(outcome) };
}

function boundaryOutcome({ name, title, model }: VariationData, claim: CostClaimData): BoundaryOutcome {
  const [a, b] = sidesOf(claim, model);
  return {
    name,
    title,
    costOfOption: machineCost(a, model),
    costOfAgainst: machineCost(b, model),
    breakEvenRatio: ratioForLower(a, b, 0, model),
    claimedRatio: ratioForLower(a, b, claim.lowerBy, model),
  };
}

function evidenceOutcome(
  evidence: EvidenceData,
  boundaries: readonly VariationData[],
  claim: CostClaimData,
): EvidenceOutcome {
  const { name, provenance, source, unit } = evidence;
  const { ofOption, ofAgainst, bound } = throughputsOf(evidence, claim);
  const differences = boundaries.map((boundary) => {
    const [a, b] = sidesOf(claim, boundary.model);
    const ratio = largeFleetCostRatio(withThroughput(a, ofOption), withThroughput(b, ofAgainst), boundary.model);
    const difference = ratio - 1;
    return { boundary: boundary.name, difference, verdict: verdictOf(difference, bound, claim) };
  });
  return {
    ...{ name, provenance, source, unit, ofOption, ofAgainst, bound, differences },
    ratio: ofOption / ofAgainst,
  };
}

/** From the best for the option to the worst. */
const byDifference: readonly CostVerdict[] = ['understated', 'holds', 'overstated', 'false'];

/** A bound decides only where nothing beyond it would be judged otherwise. */
export function verdictOf(
  difference: number,
  bound: RatioBound,
  { lowerBy, tolerance }: Pick<CostClaimData, 'lowerBy' | 'tolerance'>,
): CostVerdict {
  const verdict = exactVerdict(difference, lowerBy, tolerance);
  const furthest = bound === 'lower' ? byDifference[0] : byDifference.at(-1);
  return bound === 'exact' || verdict === furthest ? verdict : 'undecided';
}

function exactVerdict(difference: number, lowerBy: number, tolerance: number): CostVerdict {
  if (difference >= 0) return 'false';
  if (difference > tolerance - lowerBy) return 'overstated';
  return difference >= -lowerBy - tolerance ? 'holds' : 'understated';
}

/** Draws the figures of a variation that have ranges, all but the volume: the fleet is large at any of them. */
function chancesOf({ name, title, model, assumptions }: VariationData, claim: CostClaimData): ClaimChances {
  const [option, against] = sidesOf(claim, model);
  const large = { ...model, demand: demandFilling(against, model.demand, largeFleet), options: [option, against] };
  const varied = assumptions.flatMap(({ name: figure, distribution, places }) => {
    const within = places.filter(
      ([list, owner]) => list !== 'options' || owner === option.name || owner === against.name,
    );
    const isVolume = places.some((place) => place.join('.') === 'demand.requestsPerDay');
    return distribution === null || isVolume || within.length === 0
      ? []
      : [{ name: figure, distribution, places: within }];
  });
  const distributions = new Map(varied.map((one) => [one.name, one.distribution]));
  const { costs } = simulate(bindStudy(large, varied, 'netPresentCost'), distributions, claim.simulation);
  const [ofOption = new Float64Array(0), ofAgainst = new Float64Array(0)] = costs;
  const differences = relativeDifference(ofOption, ofAgainst);
  return {
    boundary: name,
    title,
    ...claim.simulation,
    difference: spread(differences),
    lower: shareAtMost(differences, -Number.MIN_VALUE),
    lowerAsClaimed: shareAtMost(differences, -claim.lowerBy),
  };
}
