import { html, type Markup } from '../html.ts';
import { countText } from '../texts.ts';
import type { TcoView } from '../view.ts';

/** How each figure is computed, short enough to be read. */
export function methodMarkup({ study }: TcoView): Markup {
  const terms: readonly (readonly [term: string, formula: string, words: string])[] = [
    [
      'Machines of a year',
      '⌈peak rate ÷ (throughput × highest utilisation)⌉ + redundant + spares',
      'Whole machines: the steps decide which option is cheaper at small volumes. The peak rate is the mean rate times the ratio of peak to mean.',
    ],
    [
      'Energy of a year',
      'machines × (idle + (load − idle) × mean utilisation) × PUE × 8,766 h × tariff',
      'PUE (power of the facility over that of its machines) multiplies the energy alone.',
    ],
    [
      'Net present cost',
      'Σ payment of t ÷ (1 + r)^t',
      'Over the life, what resale brings taken off; r is the discount rate; purchases are paid at the start of a year, the rest at its end. No taxes.',
    ],
    [
      'Equivalent annual cost',
      'net present cost × r ÷ (1 − (1 + r)^−L)',
      'The equal payment at the end of each of L years that is worth as much. Options are compared by it.',
    ],
    [
      'Cost of a million requests',
      '10⁶ × net present cost ÷ Σ requests of t ÷ (1 + r)^t',
      'Levelised: requests are discounted like payments.',
    ],
    [
      'Energy and CO₂ a request',
      'energy from the grid ÷ requests; × grams a kWh',
      'PUE included; of rented machines neither is known.',
    ],
    [
      'Return on investment',
      '(benefit − cost) ÷ cost, both present values',
      'The benefit is what the baseline would have cost, or the revenue where the study states it.',
    ],
    [
      'Payback',
      'first time at which the sum of benefits less costs is no longer negative',
      'Discounted: the same of present values.',
    ],
    [
      'Internal rate of return',
      'the r at which benefits less costs are worth nothing',
      '“none” where they never change sign, “several” where they do so more than once.',
    ],
    [
      'Break-even utilisation',
      'equivalent annual cost ÷ (8,766 h × machines × price of an hour)',
      'The share of all hours from which on owning costs less than renting.',
    ],
    [
      'Break-even volume',
      'the volumes at which the cheaper option changes',
      'First: where an option is cheaper for the first time. Persistent: above which it is so at every larger volume. Found piece by piece between the steps of both, none is sampled.',
    ],
    [
      'Simulation',
      `${countText(study.simulation.draws, 'draw')} of all figures with a range at once`,
      'With common random numbers: a figure that options share has one value in each draw. A throughput brings the interval that it was measured, published or projected with.',
    ],
  ];
  return html`<dl class="method">${terms.map(([term, formula, words]) => html`<div><dt>${term}</dt><dd><code>${formula}</code><span>${words}</span></dd></div>`)}</dl>`;
}
