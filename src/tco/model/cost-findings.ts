import { formatCount } from '../../units/format.ts';
import type { BoundaryOutcome, CostClaimOutcome, CostVerdict, EvidenceDifference } from './claims-outcome.ts';
import { chanceShare } from './share-text.ts';

type Judged = Omit<CostClaimOutcome, 'findings' | 'suggestedWording'>;

/** What comes out of a claim about costs, a sentence each. */
export function costFindings(claim: Judged): string[] {
  return [summary(claim), ...byVerdict(claim), ...ratios(claim), ...chances(claim)];
}

function summary({ evidence }: Judged): string {
  const verdicts = evidence.flatMap(({ differences }) => differences.map(({ verdict }) => verdict));
  const count = (verdict: CostVerdict) => verdicts.filter((one) => one === verdict).length;
  const undecided = count('undecided');
  const open = undecided === 0 ? '' : `; a bound leaves ${undecided} open`;
  return (
    `Of ${verdicts.length} pairs of evidence and boundary the claim holds in ${count('holds')}, is understated in ` +
    `${count('understated')}, overstated in ${count('overstated')} and false in ${count('false')}${open}.`
  );
}

/** For each verdict by which evidence and within which boundaries. */
function byVerdict(claim: Judged): string[] {
  const { lowerBy, tolerance, option } = claim;
  const [least, most] = [percent(lowerBy - tolerance), percent(lowerBy + tolerance)];
  const between = range([lowerBy - tolerance, lowerBy + tolerance], percent);
  const words = [
    ['holds', `It holds (${option} costs ${between} less)`],
    ['understated', `It is understated (more than ${most} less)`],
    ['overstated', `It is overstated (less, but by less than ${least})`],
    ['false', `It is false (${option} costs as much or more)`],
    ['undecided', 'Only a bound is known, which leaves it open'],
  ] as const;
  return words.flatMap(([verdict, sentence]) => {
    const evidenceBy = new Map<string, string[]>();
    for (const { name, differences } of claim.evidence) {
      const places = placesText(differences, verdict);
      if (places !== null) evidenceBy.set(places, [...(evidenceBy.get(places) ?? []), name]);
    }
    const list = [...evidenceBy].map(([places, names]) => `${names.join('; ')} (${places})`);
    return list.length === 0 ? [] : [`${sentence} with ${list.join('; ')}.`];
  });
}

/** The boundaries with a verdict, in the shorter words; null: none has it. */
function placesText(differences: readonly EvidenceDifference[], verdict: CostVerdict): string | null {
  const within = differences.filter((one) => one.verdict === verdict).map(({ boundary }) => boundary);
  const others = differences.filter((one) => one.verdict !== verdict).map(({ boundary }) => boundary);
  if (within.length === 0) return null;
  if (others.length === 0) return 'everywhere';
  return others.length + 2 < within.length ? `everywhere but ${others.join(', ')}` : within.join(', ');
}

/** Between which boundaries the ratios lie that decide. */
function ratios({ boundaries, option, against, lowerBy }: Judged): string[] {
  const span = (of: 'breakEvenRatio' | 'claimedRatio'): string | null => {
    const known = boundaries.flatMap((boundary) => {
      const ratio = boundary[of];
      return ratio === null ? [] : [{ ratio, name: boundary.name }];
    });
    const sorted = known.sort((one, other) => one.ratio - other.ratio);
    const [first, last] = [sorted[0], sorted.at(-1)];
    if (first === undefined || last === undefined) return null;
    const from = `${first.ratio.toFixed(2)} times (${first.name})`;
    return first === last ? from : `${from} to ${last.ratio.toFixed(2)} times (${last.name})`;
  };
  const [even, claimed] = [span('breakEvenRatio'), span('claimedRatio')];
  if (even === null || claimed === null) return [];
  return [
    `The boundary decides how fast ${option} has to be: it costs as much as ${against} at ${even} its throughput, and ` +
      `${percent(lowerBy)} less at ${claimed}.`,
  ];
}

function chances({ chances: drawn, option, lowerBy }: Judged): string[] {
  return drawn.map(({ boundary, title, draws, difference, lower, lowerAsClaimed }) => {
    const { p5, p50, p95 } = difference;
    return (
      `${boundary}, ${title}: in ${formatCount(draws)} draws the cost of ${option} differs by ${signed(p50)} at the median (${signed(p5)} to ` +
      `${signed(p95)} in 90 % of them); it is lower in ${chanceShare(lower)}, and ${percent(lowerBy)} lower or more in ${chanceShare(lowerAsClaimed)}.`
    );
  });
}

/** The claim in words that hold, for the first boundary in which any evidence bears it out; null: there is none. */
export function costWording(claim: Judged): string | null {
  for (const [index, boundary] of claim.boundaries.entries()) {
    const holding = claim.evidence.filter(({ differences }) => differences[index]?.verdict === 'holds');
    if (holding.length === 0) continue;
    const { option, against, years } = claim;
    const lower = range(
      holding.map(({ differences }) => -(differences[index]?.difference ?? Number.NaN)),
      percent,
    );
    const faster = range(
      holding.map(({ ratio }) => ratio),
      (ratio) => ratio.toFixed(2),
    );
    return (
      `In large fleets ${option} costs ${lower} less than ${against} over ${years} years where it serves ${faster} times as much ` +
      `(${holding.map(({ name }) => name).join('; ')}), counting ${boundary.title}.${below(boundary, option)}`
    );
  }
  return null;
}

function below({ breakEvenRatio }: BoundaryOutcome, option: string): string {
  return breakEvenRatio === null ? '' : ` Below ${breakEvenRatio.toFixed(2)} times ${option} costs more.`;
}

/** `21 to 25 %`, or one of them where they read alike. */
function range(values: readonly number[], text: (value: number) => string): string {
  const [least, most] = [text(Math.min(...values)), text(Math.max(...values))];
  return least === most ? least : `${least.replace(' %', '')} to ${most}`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function signed(share: number): string {
  const points = Math.round(100 * share);
  return `${points < 0 ? '−' : points > 0 ? '+' : ''}${Math.abs(points)} %`;
}
