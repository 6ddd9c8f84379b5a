import { formatCount, formatNumber, formatSeconds } from '../../units/format.ts';
import { listedCases } from '../case-sets.ts';
import { isNumber } from '../charts/scale.ts';
import type { ReportInput } from '../input.ts';
import { plainReason } from '../plain-reasons.ts';
import { cell, column, headCell, row, type Table, table } from './section.ts';

/** Every rate that searches have tried, with what came of it (at most `maxRows`); none where nothing was searched. */
export function searchTables(input: ReportInput, maxRows: number): Table[] {
  const rows = listedCases(input).flatMap(({ name, short, one }) =>
    (one.search?.probes ?? []).map(({ rate, passed, why, latency, queries, seconds }, index) =>
      row([
        headCell(short, name),
        cell(String(index + 1), { tone: 'number' }),
        cell(formatNumber(rate), { sort: rate, tone: 'number' }),
        passed ? cell('✓ kept the limit', { tone: 'good' }) : cell('✕ broke it', { tone: 'bad' }),
        isNumber(latency)
          ? cell(formatSeconds(latency), { sort: latency, tone: 'number' })
          : cell('–', { tone: 'number none', note: 'Too few queries for the percentile of the limit.' }),
        cell(formatCount(queries), { sort: queries, tone: 'number' }),
        cell(formatSeconds(seconds), { sort: seconds, tone: 'number' }),
        cell(why === null ? '' : plainReason(why)),
      ]),
    ),
  );
  if (rows.length === 0) return [];
  const numeric = { numeric: true };
  const columns = [
    column('Case'),
    column('Try', numeric),
    column('Rate', { ...numeric, unit: 'queries/s' }),
    column('Limit'),
    column('Response time', numeric),
    column('Queries', numeric),
    column('Window', numeric),
    column('Why'),
  ];
  return [
    table('Rates that were tried, in their order', columns, rows.slice(0, maxRows), {
      folded: `${rows.length} rates that were tried`,
    }),
  ];
}
