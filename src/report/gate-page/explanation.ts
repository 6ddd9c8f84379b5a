import type { Row } from '../../gate/decision.ts';
import { changeText, figureText, shareText } from '../../gate/figure-text.ts';
import { type GateReport, operatorsOf } from '../../gate/gate-report.ts';
import type { OperatorChange } from '../../gate/operator-changes.ts';
import type { Pair } from '../../gate/pair.ts';
import { formatSeconds } from '../../units/format.ts';
import { displayName, displaySentence } from '../display-name.ts';
import { html, type Markup } from '../tco-page/html.ts';
import { tableHtml } from '../tco-page/table-html.ts';
import { rowName, typicalPair } from './figures.ts';

/** Where the time of a flagged row went, in the one pair that is nearest to its change; null where the processes told no stages. */
export function stagesMarkup(row: Row, report: GateReport, pairs: readonly Pair[]): Markup | null {
  const pair = typicalPair(row, report, pairs);
  if (pair === null || pair.base.outcome === 'failed' || pair.head.outcome === 'failed') return null;
  const { base, head } = pair;
  const names = [...new Set([...Object.keys(base.stages), ...Object.keys(head.stages)])];
  if (names.length === 0) return null;
  const { metric } = row.metric;
  const rows = names
    .map((name) => ({ name, base: base.stages[name] ?? null, head: head.stages[name] ?? null }))
    .sort((a, b) => Math.abs((b.head ?? 0) - (b.base ?? 0)) - Math.abs((a.head ?? 0) - (a.base ?? 0)));
  const caption =
    `${rowName(row)}: round ${pair.round + 1} of the ${pair.stage === 'look' ? 'first stage' : 'second stage'}, the pair nearest to the estimate ` +
    `(${figureText(base.values[metric] ?? null, row.metric)} in base, ${figureText(head.values[metric] ?? null, row.metric)} in head)`;
  return tableHtml(
    caption,
    [{ title: 'stage' }, ...['base', 'head', 'difference', 'change'].map((title) => ({ title, numeric: true }))],
    rows.map((one) => ({
      head: displayName(one.name, 60),
      cells: [
        one.base === null ? 'none' : formatSeconds(one.base),
        one.head === null ? 'none' : formatSeconds(one.head),
        signedSeconds((one.head ?? 0) - (one.base ?? 0)),
        one.base === null || one.head === null || one.base === 0 ? '' : changeText(one.head / one.base - 1),
      ],
    })),
  );
}

/** Operators of a page, those with the largest differences. */
const mostOperators = 20;

/** What profiles say of the operators of a flagged row, the largest difference first; null where none was taken. */
export function operatorsMarkup(row: Row, report: GateReport): Markup | null {
  const explanation = operatorsOf(report, row.metric.scenario);
  if (explanation === null) return null;
  const { operators, warnings } = explanation;
  const notes =
    warnings.length === 0
      ? null
      : html`<ul class="caveats">${warnings.map((warning) => html`<li>${displaySentence(warning)}</li>`)}</ul>`;
  const shown = operators.slice(0, mostOperators);
  if (shown.length === 0) return notes;
  const left = operators.length - shown.length;
  const numeric = ['base', 'head', 'difference', 'noise', 'share in base', 'share in head'];
  const table = tableHtml(
    `${displayName(row.metric.scenario, 120)}: seconds a query${left > 0 ? `; ${left} smaller differences are in the JSON` : ''}`,
    [{ title: 'operator' }, ...numeric.map((title) => ({ title, numeric: true })), { title: 'runs on' }],
    shown.map((one) => ({
      head: displayName(one.node === null ? one.operator : `${one.operator} ${one.node}`, 60),
      cells: [
        one.base === null ? 'none' : formatSeconds(one.base.seconds),
        one.head === null ? 'none' : formatSeconds(one.head.seconds),
        signedSeconds(one.difference),
        formatSeconds(one.noise),
        one.base === null ? '' : shareText(one.base.share),
        one.head === null ? '' : shareText(one.head.share),
        providersText(one),
      ],
    })),
  );
  return html`${table}${notes}`;
}

function providersText({ base, head }: OperatorChange): string {
  const of = (time: OperatorChange['base']) => Object.keys(time?.providers ?? {}).join(', ');
  const [before, after] = [of(base), of(head)];
  return displayName(base === null || head === null || before === after ? before || after : `${before} → ${after}`, 60);
}

function signedSeconds(seconds: number): string {
  const sign = seconds === 0 ? '' : seconds < 0 ? '−' : '+';
  return `${sign}${formatSeconds(Math.abs(seconds))}`;
}

/** What differs between the versions or their machines beside the code. */
export function differencesMarkup({ differences }: GateReport): Markup {
  return tableHtml(
    'Base and head beside the code',
    [{ title: 'what' }, { title: 'base' }, { title: 'head' }],
    differences.map(({ what, base, head }) => ({
      head: displayName(what, 60),
      cells: [base === null ? 'none' : displayName(base, 120), head === null ? 'none' : displayName(head, 120)],
    })),
  );
}
