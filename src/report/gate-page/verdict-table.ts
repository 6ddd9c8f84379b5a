import { armTexts, detectableText, rowChange, shareText } from '../../gate/figure-text.ts';
import { type Ending, endingOf, type GateReport, orderedRows, shownStage } from '../../gate/gate-report.ts';
import { rowNotes } from '../../gate/reason-text.ts';
import { displayName, displaySentence } from '../display-name.ts';
import { html, type Markup } from '../tco-page/html.ts';
import { tableHtml } from '../tco-page/table-html.ts';

/** Every row with its figures, its verdict, and the reasons for it; those that did not pass stand first. */
export function verdictTable(report: GateReport): Markup {
  const rows = orderedRows(report).map((one) => {
    const { row, accepted } = one;
    const { base, head } = armTexts(row);
    const { change, interval } = rowChange(row);
    const stage = shownStage(row);
    const isSampled = row.metric.kind === 'sampled';
    const notes = [...(accepted === null ? [] : [`accepted: ${accepted.reason}`]), ...rowNotes(row)];
    return {
      head: html`${displayName(row.metric.metric, 60)}<small>${displayName(row.metric.scenario, 60)}${row.metric.role === 'informational' ? ', for information' : ''}</small>`,
      cells: [
        html`${endingMark(endingOf(one))}${notes.length === 0 ? null : html`<ul class="plain">${notes.map((note) => html`<li>${displaySentence(note)}</li>`)}</ul>`}`,
        displayName(base, 24),
        displayName(head, 24),
        html`${change}<small>${interval}</small>`,
        isSampled ? shareText(row.metric.margin) : '',
        isSampled ? detectableText(row) : '',
        stage?.selfNoise == null ? '' : shareText(stage.selfNoise),
        stage === null ? '' : String(stage.pairs),
      ],
    };
  });
  const numeric = (title: string) => ({ title, numeric: true });
  return tableHtml(
    'Rows of both versions',
    [
      { title: 'row' },
      { title: 'verdict' },
      numeric('base'),
      numeric('head'),
      { title: 'change', unit: '[interval]', numeric: true },
      numeric('margin'),
      numeric('finds from'),
      numeric('noise'),
      numeric('pairs'),
    ],
    rows,
  );
}

export function endingMark(ending: Ending): Markup {
  return html`<span class="ending ${ending}">${ending}</span>`;
}
