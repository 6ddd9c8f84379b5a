import { formatSeconds } from '../../units/format.ts';
import { listedCases } from '../case-sets.ts';
import type { ReportInput } from '../input.ts';
import { cell, column, headCell, row, type Section, section, table } from './section.ts';

/** What the harness adds to a bare loop over the same session; null when no case has measured it. */
export function overheadSection(input: ReportInput): Section | null {
  const rows = listedCases(input).flatMap(({ one, name }) => {
    if (one.overhead === null) return [];
    const { harnessP50, bareP50, differenceSeconds, ratio, queries } = one.overhead;
    const number = (text: string, sort: number) => cell(text, { sort, tone: 'number' });
    return [
      row([
        headCell(name),
        number(formatSeconds(bareP50), bareP50),
        number(formatSeconds(harnessP50), harnessP50),
        number(`${differenceSeconds < 0 ? '−' : ''}${formatSeconds(Math.abs(differenceSeconds))}`, differenceSeconds),
        number(`${((ratio - 1) * 100).toFixed(2).replace('-', '−')} %`, ratio),
        number(queries.toLocaleString('en-US'), queries),
      ]),
    ];
  });
  if (rows.length === 0) return null;
  const numeric = { numeric: true };
  const columns = [
    column('Case'),
    column('Bare loop, p50', numeric),
    column('Harness, p50', numeric),
    column('Difference', numeric),
    column('Relative', numeric),
    column('Queries', numeric),
  ];
  return section('overhead', 'Overhead of the harness', {
    lead: 'Queries through the harness alternate with queries of a bare loop over the same session in the same process. The difference of the medians is what measuring costs.',
    tables: [table('Harness against bare loop, service time', columns, rows)],
  });
}
