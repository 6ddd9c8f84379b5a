import { moneyText, shortVolume } from '../../../tco/model/amount-text.ts';
import { chanceShare } from '../../../tco/model/share-text.ts';
import { displaySentence } from '../../display-name.ts';
import { percentText } from '../../percent-text.ts';
import { rolesText } from '../charts/fleet-chart.ts';
import { html, type Markup } from '../html.ts';
import { countText, exactText } from '../texts.ts';
import type { TcoView } from '../view.ts';

/** What to buy, how sure that is, and what speaks against it. */
export function answerPart(view: TcoView): Markup {
  const { recommendation } = view.outcome;
  const doubt = confidenceText(view);
  return html`<article class="answer">
<p class="sentence" dir="ltr">${displaySentence(recommendation.sentence)}</p>
${doubt === null ? null : html`<p class="more" dir="ltr">${doubt}</p>`}
<dl class="facts">${facts(view).map(({ name, value, note }) => html`<div><dt>${name}</dt><dd>${value}<small>${note}</small></dd></div>`)}</dl>
</article>
${recommendation.caveats.length === 0 ? null : html`<div class="caveat"><p>What weakens this, or would change it:</p><ul class="caveats">${recommendation.caveats.map((caveat) => html`<li>${displaySentence(caveat)}</li>`)}</ul></div>`}`;
}

/** Why nothing is said of how sure this is; null where it is. */
function confidenceText({ study, outcome, options }: TcoView): string | null {
  if (options.length === 1) return 'There is no other option in this study to compare it with.';
  if (outcome.recommendation.confidence !== null) return null;
  return study.assumptions.some(({ distribution }) => distribution !== null)
    ? 'How sure this is has not been drawn.'
    : 'How sure this is cannot be said: no figure of the study has a range.';
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
      : `in the first year, ${percentText(Math.abs(growthPerYear))} ${growthPerYear > 0 ? 'more' : 'less'} each year`;
  const { confidence } = outcome.recommendation;
  return [
    {
      name: 'Cost a year',
      value: moneyText(Math.round(chosen.equivalentAnnualCost), currency),
      note: 'equivalent annual cost',
    },
    {
      name: 'Cost of a million requests',
      value: moneyText(chosen.costPerMillionRequests, currency),
      note: 'levelised over the life',
    },
    ...(last === undefined
      ? []
      : [{ name: `Machines in year ${last.year}`, value: exactText(last.fleet.total), note: rolesText(last.fleet) }]),
    { name: 'Demand', value: `${shortVolume(requestsPerDay)} a day`, note: growth },
    ...(confidence === null || outcome.simulation === null
      ? []
      : [
          {
            name: 'The cheapest in',
            value: chanceShare(confidence),
            note: `of ${countText(outcome.simulation.draws, 'draw')}`,
          },
        ]),
  ];
}
