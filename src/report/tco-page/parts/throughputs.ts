import { formatPercent } from '../../../units/format.ts';
import { displayText } from '../../display-name.ts';
import { badge, provenanceMeaning } from '../badge.ts';
import { html, type Markup } from '../html.ts';
import { rangeText } from '../range-text.ts';
import { tableHtml } from '../table-html.ts';
import { dash, exactText } from '../texts.ts';
import type { ShownOption, TcoView } from '../view.ts';

/** Where the throughput of each option is from. */
export function throughputPart(view: TcoView): Markup {
  const kinds = [...new Set(view.options.map(({ throughput }) => throughput.provenance))];
  return html`${tableHtml(
    'Throughput of one machine at the latency limit, fully used',
    [
      { title: 'option' },
      { title: 'provenance' },
      { title: 'throughput', unit: 'items/s', numeric: true },
      { title: 'range' },
      { title: 'used at the peak', numeric: true },
      { title: 'source' },
    ],
    view.options.map((option) => ({
      head: option.label,
      cells: [
        badge(option.throughput.provenance),
        exactText(Number(option.throughput.itemsPerSecond.toPrecision(6))),
        intervalText(view, option),
        formatPercent(option.throughput.maxUtilisation),
        html`<span class="words">${displayText(option.throughput.source, 600)}</span>`,
      ],
    })),
  )}
<dl class="badges">${kinds.map((kind) => html`<div><dt>${badge(kind)}</dt><dd>${provenanceMeaning[kind]}</dd></div>`)}</dl>`;
}

function intervalText({ study }: TcoView, { name }: ShownOption): string {
  const figure = study.assumptions.find(({ places }) =>
    places.some(([list, option, , key]) => list === 'options' && option === name && key === 'itemsPerSecond'),
  );
  if (figure === undefined || figure.low === null || figure.high === null) return dash;
  return rangeText({ ...figure, unit: '' }, Number(figure.low.toPrecision(4)), Number(figure.high.toPrecision(4)));
}
