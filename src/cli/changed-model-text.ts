import type { ChangeReport, ModelFigures } from '../compress/change-model.ts';
import type { DecisionCount } from '../compress/kept-in-floats.ts';
import type { AnswerComparison } from '../compress/model-answers.ts';
import type { ExitCode } from '../kernel/errors.ts';
import { formatBytes, formatCount, formatNumber, formatPercent, formatRatio } from '../units/format.ts';
import type { Streams } from './streams.ts';
import { type TextColumn, textTable } from './text-table.ts';

interface Row {
  readonly what: string;
  readonly before: string;
  readonly after: string;
  readonly note: string;
}

const columns: readonly TextColumn<Row>[] = [
  { title: '', align: 'left', cell: ({ what }) => what },
  { title: 'before', align: 'right', cell: ({ before }) => before },
  { title: 'after', align: 'right', cell: ({ after }) => after },
  { title: 'change', align: 'left', cell: ({ note }) => note },
];

/** A changed model, before and after: size, nodes, work, accuracy; then how far its answers agree. */
export function changedModelText(changed: Omit<ChangeReport<unknown>, 'report'>): string {
  const { before, after, accuracy, comparison } = changed;
  const figure = (what: string, key: keyof ModelFigures, format: (value: number) => string): Row => {
    const [from, to] = [before[key], after[key]];
    const note = from === null || to === null || from === to || from === 0 ? '' : formatRatio(to / from);
    return { what, before: from === null ? '–' : format(from), after: to === null ? '–' : format(to), note };
  };
  const rows: Row[] = [
    figure('size', 'bytes', formatBytes),
    figure('nodes', 'nodes', formatCount),
    figure('parameters', 'parameters', formatCount),
    figure('multiply-adds', 'multiplyAdds', formatCount),
  ];
  if (accuracy !== null) {
    rows.push({
      what: `${accuracy.metric} of ${formatCount(accuracy.items)}`,
      before: formatPercent(accuracy.before),
      after: formatPercent(accuracy.after),
      note: pointsText(accuracy.after - accuracy.before),
    });
  }
  return `${textTable(rows, columns)}\n${comparisonText(comparison)}\n`;
}

const decisionColumns: readonly TextColumn<DecisionCount>[] = [
  { title: 'becomes', align: 'left', cell: ({ becomes }) => becomes },
  { title: 'why', align: 'left', cell: ({ reason }) => reason ?? '' },
  {
    title: 'nodes',
    align: 'right',
    cell: ({ operators }) => formatCount(Object.values(operators).reduce((sum, count) => sum + count, 0)),
  },
  {
    title: 'operators',
    align: 'left',
    cell: ({ operators }) =>
      Object.entries(operators)
        .map(([operator, count]) => `${operator} × ${formatCount(count)}`)
        .join(', '),
  },
];

/** What became of the nodes of a model, by reason. */
export function decisionTable(counts: readonly DecisionCount[]): string {
  return textTable(counts, decisionColumns);
}

/** Prints a changed model as the answer, and where it is. */
export function printChanged(
  { json }: { readonly json?: boolean },
  { stdout, stderr }: Streams,
  changed: ChangeReport<unknown>,
  own: object,
  text: () => string,
): ExitCode {
  const { report: _report, ...figures } = changed;
  stdout.write(json === true ? `${JSON.stringify({ ...figures, ...own }, null, 2)}\n` : text());
  const { path, dataFile } = changed.saved;
  stderr.write(`model   ${path}${dataFile === null ? '' : ` and ${dataFile} beside it`}\n`);
  return 0;
}

/** `1.2e-6 (3.4e-7 of the largest number)`. */
export function differenceText({ largestDifference, relativeDifference }: AnswerComparison): string {
  return `${short(largestDifference)} (${short(relativeDifference)} of the largest number of its output)`;
}

function comparisonText(comparison: AnswerComparison | null): string {
  if (comparison === null) return 'Answers were not compared: nothing was run, or all of them were zeros.';
  const { queries, cosine, sqnrDb, sqnrReason } = comparison;
  const of = `on ${queries} ${queries === 1 ? 'query' : 'queries'}`;
  if (sqnrReason === 'BIT_EQUAL') return `Answers ${of}: equal to the bit.`;
  const noise = sqnrDb === null ? '' : `, signal to noise ${formatNumber(sqnrDb)} dB`;
  return `Answers ${of}: cosine ${cosine.toFixed(6)}${noise}, largest difference ${differenceText(comparison)}.`;
}

function pointsText(share: number): string {
  const points = share * 100;
  if (points === 0) return 'same';
  return `${points > 0 ? '+' : '−'}${Math.abs(points).toFixed(2)} points`;
}

function short(value: number): string {
  return value === 0 ? '0' : value.toExponential(1);
}
