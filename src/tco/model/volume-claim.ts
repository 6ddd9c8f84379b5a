import type { StudyModel } from './bound-study.ts';
import { boundariesOf, evidenceOf, sidesOf, throughputsOf } from './claim-parts.ts';
import type { ClaimsData, EvidenceData, VariationData, VolumeClaimData } from './claims-data.ts';
import type {
  ClaimCrossing,
  ClaimedVolume,
  NeededForClaim,
  VolumeClaimOutcome,
  VolumeCost,
  VolumeVerdict,
} from './claims-outcome.ts';
import { crossing, settledVolume } from './crossing.ts';
import { loadIn } from './demand.ts';
import { withThroughput } from './large-fleet.ts';
import type { Option } from './option.ts';
import { optionCost } from './option-cost.ts';
import { volumeCurve } from './volume-curve.ts';
import { volumeFindings, volumeWording } from './volume-findings.ts';

type Load = VolumeClaimData['loads'][number];

/** Judges "costs less from so many requests a day on", in whole machines. */
export function judgeVolumeClaim(claim: VolumeClaimData, data: ClaimsData): VolumeClaimOutcome {
  const boundaries = boundariesOf(claim, data);
  const evidence = evidenceOf(claim, data);
  const { text, source, option, against, notes, fromRequestsPerDay } = claim;
  const outcome = {
    kind: 'volume' as const,
    ...{ text, source, option, against, notes, fromRequestsPerDay },
    atClaim: boundaries.map((boundary) => claimedVolume(boundary, claim)),
    crossings: boundaries.flatMap((boundary) =>
      evidence.flatMap((one) => claim.loads.map((load) => crossingOf(boundary, one, load, claim))),
    ),
    needed: claim.loads.map((load) => neededFor(load, evidence, claim)),
  };
  return { ...outcome, findings: volumeFindings(outcome, data.currency), suggestedWording: volumeWording(outcome) };
}

function claimedVolume({ name, title, model }: VariationData, claim: VolumeClaimData): ClaimedVolume {
  const [a, b] = sidesOf(claim, model).map((option) => volumeCost(option, model, claim));
  if (a === undefined || b === undefined) throw new RangeError('Expected the costs of two options.');
  const difference = a.costPerMillionRequests - b.costPerMillionRequests;
  const cheaper = difference === 0 ? null : difference < 0 ? claim.option : claim.against;
  return { boundary: name, title, ofOption: a, ofAgainst: b, cheaper };
}

function volumeCost(option: Option, { demand, discountRate }: StudyModel, claim: VolumeClaimData): VolumeCost {
  const cost = optionCost(option, { ...demand, requestsPerDay: claim.fromRequestsPerDay }, discountRate);
  const first = cost.years[0];
  return {
    machines: first?.fleet.total ?? 0,
    utilisation: first?.utilisation ?? 0,
    costPerMillionRequests: cost.costPerMillionRequests,
  };
}

/** Where nothing says how far to look: as many times the claimed volume, but no more steps of the fleets than that. */
const timesTheClaim = 1_000;
const mostSteps = 200_000;

function crossingOf(
  { name, model }: VariationData,
  evidence: EvidenceData,
  load: Load,
  claim: VolumeClaimData,
): ClaimCrossing {
  const { maxUtilisation, peakToAverage } = load;
  const { ofOption, ofAgainst } = throughputsOf(evidence, claim);
  const [option, against] = sidesOf(claim, model);
  const demand = { ...model.demand, peakToAverage };
  const a = volumeCurve(withThroughput(option, ofOption, maxUtilisation), demand, model.discountRate);
  const b = volumeCurve(withThroughput(against, ofAgainst, maxUtilisation), demand, model.discountRate);
  const stepsAt1 = [...a.steps, ...b.steps].reduce((sum, step) => sum + 1 / step, 0);
  const wanted = settledVolume(a, b) ?? timesTheClaim * claim.fromRequestsPerDay;
  const found = crossing(a, b, Math.min(wanted, mostSteps / stepsAt1));
  const { first, persistent, examinedTo, isSettled } = found;
  return {
    ...{ evidence: evidence.name, boundary: name, maxUtilisation, peakToAverage, ofOption, ofAgainst },
    ...{ first, persistent, examinedTo, isSettled },
    verdict: verdictAt(claim.fromRequestsPerDay, first, persistent),
  };
}

function verdictAt(claimed: number, first: number | null, persistent: number | null): VolumeVerdict {
  if (first === null) return 'never';
  if (persistent !== null && persistent <= claimed) return 'holds';
  return first <= claimed ? 'partly' : 'later';
}

/** The first crossing is where one machine of the other option is full: it has to be full at the claimed volume. */
function neededFor(
  { maxUtilisation, peakToAverage }: Load,
  evidence: readonly EvidenceData[],
  claim: VolumeClaimData,
): NeededForClaim {
  const atClaim = { requestsPerDay: claim.fromRequestsPerDay, growthPerYear: 0, peakToAverage, itemsPerRequest: 1 };
  const requestsPerSecond = loadIn(atClaim, 1).peakRate / maxUtilisation;
  return {
    maxUtilisation,
    peakToAverage,
    requestsPerSecond,
    itemsPerRequest: evidence.map((one) => ({
      evidence: one.name,
      items: throughputsOf(one, claim).ofAgainst / requestsPerSecond,
    })),
  };
}
