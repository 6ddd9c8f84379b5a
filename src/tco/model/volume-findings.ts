import { formatCount, formatNumber, formatPercent } from '../../units/format.ts';
import { moneyText, volumeText } from './amount-text.ts';
import type { ClaimCrossing, ClaimedVolume, NeededForClaim, VolumeClaimOutcome } from './claims-outcome.ts';

type Judged = Omit<VolumeClaimOutcome, 'findings' | 'suggestedWording'>;

/** What comes out of a claim about a volume, a sentence each. */
export function volumeFindings(claim: Judged, currency: string): string[] {
  return [
    ...claim.atClaim.flatMap((at) => [crossingsAt(at, claim), costAt(at, claim, currency)]),
    ...claim.needed.flatMap((needed) => neededText(needed, claim)),
  ];
}

/** Where the crossings lie within one boundary, over all evidence and loads. */
function crossingsAt({ boundary, title }: ClaimedVolume, claim: Judged): string {
  const all = claim.crossings.filter((one) => one.boundary === boundary);
  const holding = all.filter(({ verdict }) => verdict === 'holds').length;
  const cases = [
    ['at every volume', all.filter(({ persistent }) => persistent === 0)],
    ['at some volumes, not at every larger one', all.filter((one) => one.first !== null && one.persistent === null)],
    ['at no volume that was examined', all.filter(({ first }) => first === null)],
  ] as const;
  const found = [
    ...crossed(all, claim),
    ...cases.flatMap(([words, some]) => (some.length === 0 ? [] : [`${words} with ${namesOf(some)}`])),
  ];
  return (
    `Within ${boundary} (${title}) the claim holds in ${holding} of ${all.length} pairs of evidence and load: ` +
    `${claim.option} costs less ${found.join('; ')}.`
  );
}

/** Where there is a volume from which on the option stays the cheaper one. */
function crossed(all: readonly ClaimCrossing[], { fromRequestsPerDay }: Judged): string[] {
  const some = all.filter(({ persistent }) => persistent !== null && persistent > 0);
  if (some.length === 0) return [];
  const persistents = some.map(({ persistent }) => persistent ?? Number.NaN);
  const firsts = some.map(({ first }) => first ?? Number.NaN);
  const times = span(persistents, (volume) => timesText(volume / fromRequestsPerDay));
  return [
    `for the first time above ${span(firsts, volumeText)}, and at every larger volume above ${span(persistents, volumeText)} ` +
      `(${times} times the claimed one) with ${namesOf(some)}`,
  ];
}

function span(values: readonly number[], text: (value: number) => string): string {
  const [least, most] = [text(Math.min(...values)), text(Math.max(...values))];
  return least === most ? least : `${least.replace(/ requests a day$/, '')} to ${most}`;
}

/** Two digits: `1.5`, `120`, `580`. */
function timesText(factor: number): string {
  const rounded = Number(factor.toPrecision(2));
  return rounded < 1_000 ? String(rounded) : formatCount(rounded);
}

function namesOf(crossings: readonly ClaimCrossing[]): string {
  return [...new Set(crossings.map(({ evidence }) => evidence))].join('; ');
}

/** What the claimed volume itself takes and costs. */
function costAt(at: ClaimedVolume, claim: Judged, currency: string): string {
  const { ofOption, ofAgainst, cheaper } = at;
  const machines = (count: number) => `${formatCount(count)} machine${count === 1 ? '' : 's'}`;
  const side = (name: string, { machines: count, utilisation, costPerMillionRequests }: ClaimedVolume['ofOption']) =>
    `${machines(count)} of ${name}, used to ${formatPercent(utilisation)}, at ${moneyText(costPerMillionRequests, currency)} per million requests`;
  const answer = cheaper === null ? 'they cost the same' : `${cheaper} costs less`;
  return (
    `Within ${at.boundary} ${volumeText(claim.fromRequestsPerDay)} take ${side(claim.option, ofOption)}, or ` +
    `${side(claim.against, ofAgainst)}: ${answer}.`
  );
}

/** Where nothing but a larger volume is between the claim and the first boundary. */
function neededText({ itemsPerRequest, ...load }: NeededForClaim, claim: Judged): string[] {
  const first = claim.atClaim[0]?.boundary;
  const later = claim.crossings.filter((one) => one.boundary === first && one.verdict === 'later' && isSame(one, load));
  const open = itemsPerRequest.filter((one) => later.some(({ evidence }) => evidence === one.evidence));
  if (open.length === 0) return [];
  const items = open.map((one) => `${formatNumber(Number(one.items.toPrecision(3)))} (${one.evidence})`);
  return [
    `For the first crossing to lie at ${volumeText(claim.fromRequestsPerDay)}, one machine of ${claim.against} would have to be full at ` +
      `${formatNumber(load.requestsPerSecond)} requests/s (${loadText(load)}), as it is with so many items in a request: ${items.join(', ')}.`,
  ];
}

type Load = Pick<ClaimCrossing, 'maxUtilisation' | 'peakToAverage'>;

function isSame(one: Load, other: Load): boolean {
  return one.maxUtilisation === other.maxUtilisation && one.peakToAverage === other.peakToAverage;
}

function loadText({ maxUtilisation, peakToAverage }: Load): string {
  return `used to ${formatPercent(maxUtilisation)} at a peak of ${formatNumber(peakToAverage)} times the mean`;
}

/** The claim in words that hold, for the first evidence, load and boundary; null: there is no volume from which on it would. */
export function volumeWording({ crossings, atClaim, option, against }: Judged): string | null {
  const [crossing] = crossings;
  const title = atClaim.find(({ boundary }) => boundary === crossing?.boundary)?.title;
  if (crossing === undefined || crossing.persistent === null || crossing.first === null || title === undefined)
    return null;
  const { first, persistent, evidence, ofOption, ofAgainst } = crossing;
  const found =
    persistent === 0
      ? 'at any volume'
      : first === persistent
        ? `above ${volumeText(first)}`
        : `above ${volumeText(persistent)}, and for the first time above ${volumeText(first)}`;
  return (
    `${option} costs less than ${against} ${found}, where one machine serves ${formatNumber(ofOption)} and ${formatNumber(ofAgainst)} ` +
    `items/s (${evidence}), ${loadText(crossing)}, counting ${title}.`
  );
}
