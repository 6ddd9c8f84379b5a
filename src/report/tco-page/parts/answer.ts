import { displaySentence } from '../../display-name.ts';
import { fleetText } from '../charts/fleet-charts.ts';
import { html, type Markup } from '../html.ts';
import { amountText, chanceText, countText, unitPriceText, volumeText } from '../texts.ts';
import type { TcoView } from '../view.ts';

/** What to buy, how sure that is, and what speaks against it. */
export function answerPart(view: TcoView): Markup {
  const { recommendation } = view.outcome;
  return html`<article class="answer">
<p class="sentence" dir="ltr">${displaySentence(recommendation.sentence)}</p>
<p class="more" dir="ltr">${confidenceText(view)}</p>
<dl class="facts">${facts(view).map(({ name, value, note }) => html`<div><dt>${name}</dt><dd>${value}<small>${note}</small></dd></div>`)}</dl>
</article>
${recommendation.caveats.length === 0 ? null : html`<div class="caveat"><p>What weakens this, or would change it:</p><ul class="caveats">${recommendation.caveats.map((caveat) => html`<li>${displaySentence(caveat)}</li>`)}</ul></div>`}`;
}

function confidenceText({ study, outcome, options }: TcoView): string {
  const { confidence } = outcome.recommendation;
  const { simulation } = outcome;
  if (options.length === 1) return 'There is no other option in this study to compare it with.';
  if (confidence === null || simulation === null) {
    return study.assumptions.some(({ distribution }) => distribution !== null)
      ? 'How sure this is has not been drawn.'
      : 'How sure this is cannot be said: no figure of the study has a range.';
  }
  return `How sure this is: ${chanceText(confidence)}, the share of ${countText(simulation.draws, 'draw')} of the uncertain figures in which it is the cheapest.`;
}

function facts({ study, outcome, options }: TcoView) {
  const chosen = options.find(({ name }) => name === outcome.recommendation.option);
  if (chosen === undefined) return [];
  const { currency, model } = study;
  const last = chosen.years.at(-1);
  const { requestsPerDay, growthPerYear } = model.demand;
  const growth =
    growthPerYear === 0
      ? 'in every year'
      : `in the first year, ${Math.round(growthPerYear * 1000) / 10} % more each year`;
  return [
    {
      name: 'Cost a year',
      value: `${amountText(chosen.equivalentAnnualCost)} ${currency}`,
      note: 'equivalent annual cost',
    },
    {
      name: 'Cost of a million requests',
      value: `${unitPriceText(chosen.costPerMillionRequests)} ${currency}`,
      note: 'levelised',
    },
    ...(last === undefined
      ? []
      : [{ name: 'Machines', value: String(last.fleet.total), note: `${fleetText(last)} in year ${last.year}` }]),
    { name: 'Demand', value: `${volumeText(requestsPerDay)} a day`, note: growth },
  ];
}
