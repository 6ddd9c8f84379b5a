import { shortVolume } from '../../../tco/model/amount-text.ts';
import type {
  ClaimsOutcome,
  CostClaimOutcome,
  CostVerdict,
  EvidenceOutcome,
  VolumeClaimOutcome,
  VolumeVerdict,
} from '../../../tco/model/claims-outcome.ts';
import { chanceShare } from '../../../tco/model/share-text.ts';
import { formatNumber, formatPercent } from '../../../units/format.ts';
import { displayName, displayText } from '../../display-name.ts';
import { signedPercent } from '../../percent-text.ts';
import { badge } from '../badge.ts';
import { html, type Markup } from '../html.ts';
import { tableHtml } from '../table-html.ts';
import { amountText, dash, exactText, unitPriceText } from '../texts.ts';

/** Claims of others beside what the study computes. They belong to the file and stay as they are when figures are edited. */
export function claimsMarkup({ claims }: ClaimsOutcome, currency: string): Markup {
  return html`${claims.map((claim) => {
    const { text, source, findings, notes, suggestedWording } = claim;
    return html`<article class="claim">
<blockquote><p dir="auto">${displayText(text, 600)}</p><footer>${displayText(source, 300)}</footer></blockquote>
<h3>What this study finds</h3>
<ul class="findings">${findings.map((finding) => html`<li>${displayText(finding, 900)}</li>`)}</ul>
${suggestedWording === null ? null : html`<p class="notice good"><strong>What could be said instead:</strong> ${displayText(suggestedWording, 900)}</p>`}
${notes.length === 0 ? null : html`<h3>To be known with it</h3><ul class="findings">${notes.map((note) => html`<li>${displayText(note, 900)}</li>`)}</ul>`}
${claim.kind === 'cost' ? costTables(claim, currency) : volumeTables(claim, currency)}
</article>`;
  })}`;
}

const costWords: Readonly<Record<CostVerdict, string>> = {
  holds: 'holds',
  understated: 'understated',
  overstated: 'overstated',
  false: 'false',
  undecided: 'undecided',
};

function costTables(claim: CostClaimOutcome, currency: string): Markup {
  const { option, against, years, boundaries, evidence, chances, lowerBy } = claim;
  const [a, b] = [displayName(option, 26), displayName(against, 26)];
  const columns = boundaries.filter(({ name }) =>
    evidence.some(({ differences }) => differences.some(({ boundary }) => boundary === name)),
  );
  return html`${tableHtml(
    `What one machine costs over ${years} years within each boundary, and how many times as fast ${a} must be`,
    [
      { title: 'boundary' },
      { title: a, unit: currency, numeric: true },
      { title: b, unit: currency, numeric: true },
      { title: 'equal cost at', numeric: true },
      { title: `${formatPercent(lowerBy)} lower at`, numeric: true },
    ],
    boundaries.map(({ name, title, costOfOption, costOfAgainst, breakEvenRatio, claimedRatio }) => ({
      head: html`<b>${name}</b> ${displayText(title, 200)}`,
      cells: [amountText(costOfOption), amountText(costOfAgainst), times(breakEvenRatio), times(claimedRatio)],
    })),
  )}
${
  evidence.length === 0
    ? null
    : tableHtml(
        `Cost of ${a} over that of ${b} − 1, by evidence (throughput of ${a} · ${b}) and boundary`,
        [
          { title: 'evidence' },
          { title: 'ratio', numeric: true },
          ...columns.map(({ name }) => ({ title: name, numeric: true })),
        ],
        evidence.map((one) => ({
          head: html`<span title="${displayText(one.source, 300)}">${displayText(one.name, 160)}</span> <small class="quiet owner">${pairText(one)}</small> ${badge(one.provenance)}`,
          cells: [
            `${bounds[one.bound]}${formatNumber(Number(one.ratio.toPrecision(3)))}`,
            ...columns.map(({ name }) => {
              const found = one.differences.find(({ boundary }) => boundary === name);
              if (found === undefined) return dash;
              return html`${boundsOfDifference[one.bound]}${signedPercent(found.difference)} <small class="verdict ${found.verdict}">${costWords[found.verdict]}</small>`;
            }),
          ],
        })),
        columns.length > 4 ? 'dense' : 'plain',
      )
}
${
  chances.length === 0
    ? null
    : tableHtml(
        'With all uncertain figures drawn at once',
        [
          { title: 'boundary' },
          { title: 'difference', unit: 'P5 · P50 · P95', numeric: true },
          { title: `${a} costs less`, numeric: true },
          { title: `${formatPercent(lowerBy)} less or better`, numeric: true },
          { title: 'draws', numeric: true },
        ],
        chances.map(({ boundary, title, difference: { p5, p50, p95 }, lower, lowerAsClaimed, draws }) => ({
          head: html`<b>${boundary}</b> ${displayText(title, 200)}`,
          cells: [
            [p5, p50, p95].map(signedPercent).join(' · '),
            chanceShare(lower),
            chanceShare(lowerAsClaimed),
            exactText(draws),
          ],
        })),
      )
}`;
}

/** Evidence may be in units of its own, such as the peaks of data sheets. */
function pairText({ ofOption, ofAgainst, unit }: EvidenceOutcome): string {
  const [one, other] = [ofOption, ofAgainst].map((value) => exactText(Number(value.toPrecision(6))));
  return `${one} · ${other} ${displayName(unit, 20)}`;
}

/** A lower bound of the ratio is an upper one of the cost. */
const bounds = { exact: '', lower: '≥ ', upper: '≤ ' } as const;
const boundsOfDifference = { exact: '', lower: '≤ ', upper: '≥ ' } as const;

const volumeWords: Readonly<Record<VolumeVerdict, string>> = {
  holds: 'holds',
  partly: 'partly',
  later: 'later',
  never: 'never',
};

function volumeTables(claim: VolumeClaimOutcome, currency: string): Markup {
  const { option, against, fromRequestsPerDay, crossings, atClaim, needed } = claim;
  const [a, b] = [displayName(option, 26), displayName(against, 26)];
  return html`${
    atClaim.length === 0
      ? null
      : tableHtml(
          `At the claimed ${shortVolume(fromRequestsPerDay)} requests a day`,
          [
            { title: 'boundary' },
            { title: 'machines', unit: `${a} · ${b}`, numeric: true },
            { title: 'used', unit: `${a} · ${b}`, numeric: true },
            { title: a, unit: `${currency} per million`, numeric: true },
            { title: b, unit: `${currency} per million`, numeric: true },
            { title: 'cheaper' },
          ],
          atClaim.map(({ boundary, title, ofOption, ofAgainst, cheaper }) => ({
            head: html`<b>${boundary}</b> ${displayText(title, 200)}`,
            cells: [
              `${exactText(ofOption.machines)} · ${exactText(ofAgainst.machines)}`,
              `${formatPercent(ofOption.utilisation)} · ${formatPercent(ofAgainst.utilisation)}`,
              unitPriceText(ofOption.costPerMillionRequests),
              unitPriceText(ofAgainst.costPerMillionRequests),
              cheaper === null ? 'neither' : displayName(cheaper, 26),
            ],
          })),
        )
  }
${tableHtml(
  `Where ${a} really becomes cheaper than ${b}, in requests a day; claimed: ${shortVolume(fromRequestsPerDay)}`,
  [
    { title: 'evidence' },
    { title: 'items/s', unit: `${a} · ${b}`, numeric: true },
    { title: 'used at the peak', numeric: true },
    { title: 'peak over mean', numeric: true },
    { title: 'boundary' },
    { title: 'first', numeric: true },
    { title: 'at every volume above', numeric: true },
    { title: 'the claim' },
  ],
  crossings.map((one) => ({
    head: displayText(one.evidence, 160),
    cells: [
      `${exactText(Number(one.ofOption.toPrecision(6)))} · ${exactText(Number(one.ofAgainst.toPrecision(6)))}`,
      formatPercent(one.maxUtilisation),
      formatNumber(one.peakToAverage),
      one.boundary,
      crossingText(one.first),
      crossingText(one.persistent),
      html`<small class="verdict ${one.verdict}">${volumeWords[one.verdict]}</small>`,
    ],
  })),
)}
${
  needed.length === 0
    ? null
    : tableHtml(
        `What would have to be true for one machine of ${b} to be full at the claimed volume`,
        [
          { title: 'used at the peak · peak over mean' },
          { title: `one ${b} serves at most`, unit: 'requests/s', numeric: true },
          { title: 'or a request holds so many items' },
        ],
        needed.map(({ maxUtilisation, peakToAverage, requestsPerSecond, itemsPerRequest }) => ({
          head: `${formatPercent(maxUtilisation)} · ${formatNumber(peakToAverage)}`,
          cells: [
            formatNumber(Number(requestsPerSecond.toPrecision(3))),
            html`<span class="words">${itemsPerRequest.map(({ evidence, items }) => `${formatNumber(Number(items.toPrecision(3)))} (${displayText(evidence, 80)})`).join(', ')}</span>`,
          ],
        })),
      )
}`;
}

function crossingText(volume: number | null): string {
  if (volume === null) return 'never';
  return volume === 0 ? 'from the first on' : shortVolume(volume);
}

function times(ratio: number | null): string {
  return ratio === null ? 'no ratio' : `${formatNumber(Number(ratio.toPrecision(3)))} ×`;
}
