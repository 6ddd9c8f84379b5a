import { moneyText } from '../../../tco/model/amount-text.ts';
import { type InvestmentReturn, isSpentFirst } from '../../../tco/model/investment.ts';
import { formatNumber, formatPercent } from '../../../units/format.ts';
import { signedPercent } from '../../percent-text.ts';
import { type Content, html, type Markup } from '../html.ts';
import { type Row, tableHtml } from '../table-html.ts';
import { amountText, dash, internalRateText, unitPriceText, yearsText } from '../texts.ts';
import { labelOf, type ShownOption, type TcoView } from '../view.ts';
import { optionColumns } from './options.ts';

/** The figures by which options are compared. */
export function figuresPart(view: TcoView): Markup {
  const { options, study } = view;
  const { currency } = study;
  const row = (name: string, unit: string, of: (option: ShownOption) => Content): Row => ({
    head: html`${name}${unit === '' ? null : html` <small class="quiet">${unit}</small>`}`,
    cells: options.map(of),
  });
  const returned = (of: (value: InvestmentReturn) => string) => (option: ShownOption) =>
    option.investment === null ? 'baseline' : of(option.investment);
  const energy = (of: (option: ShownOption) => number | null) => (option: ShownOption) => {
    const value = of(option);
    return value === null ? missing(option) : formatNumber(value);
  };
  const hasUnknown = options.some(({ emissions }) => Object.values(emissions).includes(null));
  return html`${tableHtml(
    `Prices of ${study.date} unless an assumption says otherwise; the cheapest option first`,
    [{ title: 'figure' }, ...optionColumns(view)],
    [
      row('Equivalent annual cost', currency, ({ equivalentAnnualCost }) => amountText(equivalentAnnualCost)),
      row('Net present cost', currency, ({ netPresentCost }) => amountText(netPresentCost)),
      row('Cost of a million requests', currency, ({ costPerMillionRequests }) =>
        unitPriceText(costPerMillionRequests),
      ),
      row(
        'Energy a request',
        'J',
        energy(({ emissions }) => emissions.joulesPerRequest),
      ),
      row(
        'CO₂ a request, running',
        'g',
        energy(({ emissions }) => emissions.gramsPerRequest),
      ),
      row(
        'CO₂ a request, with making',
        'g',
        energy(({ emissions }) => emissions.gramsPerRequestWithMaking),
      ),
      row(
        'Net present value',
        currency,
        returned(({ netPresentValue }) => amountText(netPresentValue)),
      ),
      row(
        'Return on investment',
        '',
        returned(({ returnOnInvestment }) => (returnOnInvestment === null ? dash : signedPercent(returnOnInvestment))),
      ),
      row(
        'Payback',
        '',
        returned((value) => paybackText(value, value.payback)),
      ),
      row(
        'Payback, discounted',
        '',
        returned((value) => paybackText(value, value.discountedPayback)),
      ),
      row(
        'Internal rate of return',
        'a year',
        returned((value) => (isSpentFirst(value) ? internalRateText(value.internalRate) : nothingFirst)),
      ),
      row('Break-even utilisation', '', (option) => utilisationText(view, option)),
    ],
  )}
<p class="note">${benefitText(view)} Break-even utilisation is the share of all hours from which on owning costs less than renting; above 100 % renting is cheaper even around the clock.</p>
${hasUnknown ? html`<p class="note">${dash} is not known: who rents machines out does not say what they draw, and CO₂ is only told where the study states that of the electricity and of making the machines.</p>` : null}`;
}

/** What the returns are measured against. */
function benefitText(view: TcoView): string {
  const { model, baseline, currency } = view.study;
  const price = model.revenuePerMillionRequests;
  const start = 'Net present value and the four figures below it are of';
  return price === undefined
    ? `${start} choosing an option instead of ${labelOf(view, baseline)}: what that would have cost is the benefit.`
    : `${start} what the requests bring in, ${moneyText(price, currency)} per million, less what the option costs.`;
}

const nothingFirst = 'nothing spent first';

/** Where money comes in first, as when renting saves a purchase, there is nothing to be paid back. */
function paybackText(value: InvestmentReturn, years: number | null): string {
  return isSpentFirst(value) ? yearsText(years) : nothingFirst;
}

function missing({ kind }: ShownOption): Markup {
  const reason =
    kind === 'cloud' ? 'Who rents machines out does not say what they draw.' : 'The study does not state it.';
  return html`<span title="${reason}">${dash}</span>`;
}

/** Against each option of the other kind: `64 % against hour`. */
function utilisationText(view: TcoView, { name }: ShownOption): Content {
  const against = view.outcome.pairs.flatMap(({ a, b, breakEvenUtilisation: share }) =>
    share !== null && (a === name || b === name) ? [{ other: labelOf(view, a === name ? b : a), share }] : [],
  );
  if (against.length === 0) return dash;
  return against.map(
    ({ other, share }, index) =>
      html`${index === 0 ? null : html`<br>`}${formatPercent(share)} <small class="quiet">against ${other}</small>`,
  );
}
