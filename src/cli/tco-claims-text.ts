import { amountText, volumeText } from '../tco/model/amount-text.ts';
import type {
  BoundaryOutcome,
  ClaimCrossing,
  ClaimedVolume,
  ClaimOutcome,
  ClaimsOutcome,
  CostClaimOutcome,
  EvidenceOutcome,
  VolumeClaimOutcome,
} from '../tco/model/claims-outcome.ts';
import { signedShare } from '../tco/model/share-text.ts';
import { formatNumber, formatPercent } from '../units/format.ts';
import { indented, point, section, wrappedTable } from './tco-layout.ts';
import { type TextColumn, textTable } from './text-table.ts';

/** The claims that a study was made to judge: what comes out first, then the figures. */
export function claimsText({ claims }: ClaimsOutcome): string {
  return claims.map((claim, index) => section(`Claim ${index + 1} of ${claims.length}`, '', claimText(claim))).join('');
}

function claimText(claim: ClaimOutcome): string {
  const { text, source, findings, notes, suggestedWording } = claim;
  return [
    indented(`"${text}" (${source})`, 0),
    ...findings.map(point),
    ...(suggestedWording === null ? [] : ['\n', indented(`What could be said instead: ${suggestedWording}`, 0)]),
    ...(notes.length === 0 ? [] : ['\nTo be known with it:\n', ...notes.map(point)]),
    '\n',
    ...(claim.kind === 'cost' ? costTables(claim) : volumeTables(claim)),
  ].join('');
}

function costTables(claim: CostClaimOutcome): string[] {
  const { boundaries, option, against } = claim;
  const ratio = (value: number | null) => (value === null ? 'none' : value.toFixed(2));
  const table = wrappedTable(
    boundaries,
    { title: 'counted', most: 36, cell: ({ name, title }: BoundaryOutcome) => `${name} ${title}` },
    [
      { title: option, align: 'right', cell: ({ costOfOption }) => amountText(Math.round(costOfOption)) },
      { title: against, align: 'right', cell: ({ costOfAgainst }) => amountText(Math.round(costOfAgainst)) },
      { title: 'even at', align: 'right', cell: ({ breakEvenRatio }) => ratio(breakEvenRatio) },
      { title: 'as claimed at', align: 'right', cell: ({ claimedRatio }) => ratio(claimedRatio) },
    ],
  );
  return [
    indented(
      `One machine over ${claim.years} years, and the throughput ratio ${option} ÷ ${against} at which both cost the same or as claimed:`,
      0,
    ),
    table,
    '\n',
    indented(
      `What ${option} costs more in a large fleet (= holds, < understated: it costs still less, > overstated, ! false, ? open):`,
      0,
    ),
    evidenceTable(claim),
  ];
}

const marks = { holds: '=', understated: '<', overstated: '>', false: '!', undecided: '?' } as const;
const bounds = { exact: '', lower: '≥ ', upper: '≤ ' } as const;

function evidenceTable({ evidence, boundaries }: CostClaimOutcome): string {
  const columns = boundaries.map(({ name }): TextColumn<EvidenceOutcome> => {
    return {
      title: name,
      align: 'right',
      cell: ({ differences }) => {
        const found = differences.find(({ boundary }) => boundary === name);
        return found === undefined ? '' : `${signedShare(found.difference)} ${marks[found.verdict]}`;
      },
    };
  });
  const ratio: TextColumn<EvidenceOutcome> = {
    title: 'ratio',
    align: 'right',
    cell: (one) => `${bounds[one.bound]}${one.ratio.toFixed(2)}`,
  };
  const first = { title: 'throughputs', most: 30, cell: ({ name }: EvidenceOutcome) => name };
  // Five columns of percentages stand beside the names.
  const groups = Array.from({ length: Math.ceil(columns.length / 5) }, (_, index) =>
    columns.slice(5 * index, 5 * index + 5),
  );
  return groups.map((group) => wrappedTable(evidence, first, [ratio, ...group])).join('\n');
}

function volumeTables({ atClaim, crossings, fromRequestsPerDay, option, against }: VolumeClaimOutcome): string[] {
  return [
    indented(`At ${volumeText(fromRequestsPerDay)}:`, 0),
    textTable(atClaim, [
      { title: 'counted', align: 'left', cell: ({ boundary }: ClaimedVolume) => boundary },
      ...(
        [
          ['ofOption', option],
          ['ofAgainst', against],
        ] as const
      ).flatMap(([side, name]): TextColumn<ClaimedVolume>[] => [
        { title: `${name}: used`, align: 'right', cell: (one) => formatPercent(one[side].utilisation) },
        { title: 'per 1M', align: 'right', cell: (one) => amountText(one[side].costPerMillionRequests) },
      ]),
      { title: 'cheaper', align: 'left', cell: ({ cheaper }) => cheaper ?? 'neither' },
    ]),
    '\n',
    indented(
      `Requests a day above which ${option} is cheaper, beside the claim's ${volumeText(fromRequestsPerDay)}:`,
      0,
    ),
    wrappedTable(crossings, { title: 'throughputs', most: 28, cell: ({ evidence }: ClaimCrossing) => evidence }, [
      { title: 'counted', align: 'left', cell: ({ boundary }) => boundary },
      {
        title: 'use, peak',
        align: 'left',
        cell: (one) => `${formatPercent(one.maxUtilisation)}, ${formatNumber(one.peakToAverage)} ×`,
      },
      { title: 'first', align: 'right', cell: ({ first }) => volume(first) },
      { title: 'for good', align: 'right', cell: ({ persistent }) => volume(persistent) },
      { title: 'claim', align: 'left', cell: ({ verdict }) => verdict },
    ]),
  ];
}

function volume(value: number | null): string {
  if (value === null) return 'never';
  return value === 0 ? 'any volume' : volumeText(value).replace(' requests a day', '');
}
