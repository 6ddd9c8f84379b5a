import { chanceShare } from '../../../tco/model/share-text.ts';
import type { TcoCharts } from '../charts/charts-of.ts';
import { besideHtml, type Pictures, placeOfTable } from '../figure-html.ts';
import { html, type Markup } from '../html.ts';
import { tableHtml } from '../table-html.ts';
import { amountText, countText, dash, unitPriceText } from '../texts.ts';
import type { TcoView } from '../view.ts';

/** What comes of it when all uncertain figures are drawn at once. */
export function simulationPart(view: TcoView, charts: TcoCharts, pictures: Pictures): Markup {
  const { simulation } = view.outcome;
  if (simulation === null) {
    return html`<p class="note">No figure of the study has a range: there is nothing to draw.</p>`;
  }
  const { currency } = view.study;
  const rows = view.options.flatMap(({ name, label }) =>
    simulation.options.filter((one) => one.name === name).map((one) => ({ ...one, label })),
  );
  const spreads = tableHtml(
    `Percentiles 5, 50 and 95 of ${countText(simulation.draws, 'draw')}, seed ${simulation.seed}`,
    [
      { title: 'option' },
      { title: 'P5', unit: `${currency}/year`, numeric: true },
      { title: 'P50', unit: `${currency}/year`, numeric: true },
      { title: 'P95', unit: `${currency}/year`, numeric: true },
      { title: 'P5', unit: `${currency} per million requests`, numeric: true },
      { title: 'P50', unit: `${currency} per million requests`, numeric: true },
      { title: 'P95', unit: `${currency} per million requests`, numeric: true },
      { title: 'the cheapest in', numeric: true },
    ],
    rows.map(({ label, equivalentAnnualCost: year, costPerMillionRequests: unit, cheapest }) => ({
      head: label,
      cells: [
        amountText(year.p5),
        amountText(year.p50),
        amountText(year.p95),
        unitPriceText(unit.p5),
        unitPriceText(unit.p50),
        unitPriceText(unit.p95),
        chanceShare(cheapest),
      ],
    })),
  );
  return html`${besideHtml(charts.simulation, pictures, rows.length < 2 ? null : chances(view), placeOfTable(view))}${spreads}
<p class="note">In ${chanceShare(simulation.bestFlips)} of the draws another option than the recommended one is the cheapest. Figures that options share, such as the tariff, are the same for all of them in each draw.</p>`;
}

/** Who is cheaper than whom, how often: shown as a table and said in words. */
function chances({ outcome, options }: TcoView): Markup | null {
  const { simulation } = outcome;
  if (simulation === null) return null;
  const place = (name: string) => outcome.options.findIndex((option) => option.name === name);
  const chance = (a: string, b: string) => simulation.cheaperThan[place(a)]?.[place(b)] ?? null;
  const matrix = tableHtml(
    'Chance that the option of the row costs less than that of the column',
    [{ title: 'option' }, ...options.map(({ label }) => ({ title: label, numeric: true }))],
    options.map(({ name, label }) => ({
      head: label,
      cells: options.map((other) => {
        const value = chance(name, other.name);
        return value === null ? dash : chanceShare(value);
      }),
    })),
  );
  const words = options.flatMap((one, index) =>
    options.slice(index + 1).flatMap((other) => {
      const value = chance(one.name, other.name);
      return value === null
        ? []
        : [`${one.label} costs less than ${other.label} in ${chanceShare(value)} of the draws: ${certainty(value)}.`];
    }),
  );
  return html`${matrix}<ul class="plain">${words.slice(0, mostWords).map((text) => html`<li>${text}</li>`)}</ul>`;
}

/** Pairs that are said in words; the table has all. */
const mostWords = 6;

/** What a chance means for a decision. */
function certainty(chance: number): string {
  if (chance >= 0.95) return 'nearly certain';
  if (chance >= 0.75) return 'likely';
  if (chance > 0.25) return 'a near tie, the order is not settled';
  return chance > 0.05 ? 'unlikely' : 'very unlikely';
}
