import { formatBytes, formatSeconds, formatThroughput } from '../../units/format.ts';
import { runLetter } from '../charts/panels.ts';
import { isNumber } from '../charts/scale.ts';
import { displayName } from '../display-name.ts';
import type { ReportInput } from '../input.ts';
import { rowsLeftOut } from './case-cells.ts';
import { cell, column, headCell, row, type Section, section, table } from './section.ts';

/** Every round (at most `maxRows`), a fresh process each: what an auditor needs to find its samples and to do it again. */
export function roundsSection(input: ReportInput, maxRows = Number.POSITIVE_INFINITY): Section {
  const several = input.runs.length > 1;
  const rows = input.runs.flatMap(({ run }, index) =>
    run.cases.flatMap((one) =>
      one.rounds.map((round) => {
        const { summary } = round;
        const figure = (value: number | null | undefined, format: (value: number) => string) =>
          isNumber(value) ? cell(format(value), { sort: value, tone: 'number' }) : cell('–', { tone: 'number none' });
        return row([
          headCell(`${several ? `${runLetter(index)}: ` : ''}${displayName(one.id, 90)}`),
          cell(String(round.round), { tone: 'number' }),
          cell(String(round.order), { tone: 'number' }),
          cell(round.status, { tone: round.status === 'ok' ? 'good' : round.status === 'failed' ? 'bad' : 'warn' }),
          figure(summary?.queries, (value) => value.toLocaleString('en-US')),
          figure(summary?.p50, formatSeconds),
          figure(summary?.throughput, formatThroughput),
          figure(summary?.windowSeconds, formatSeconds),
          figure(summary?.peakRssBytes, formatBytes),
          cell(String(round.seed), { tone: 'number' }),
          cell(round.samples === null ? '–' : displayName(round.samples.file, 80), {
            note: round.samples === null ? '' : `SHA-256 ${displayName(round.samples.sha256, 70)}`,
          }),
        ]);
      }),
    ),
  );
  const numeric = { numeric: true };
  const columns = [
    column('Case'),
    column('Round', numeric),
    column('Order', numeric),
    column('Status'),
    column('Queries', numeric),
    column('p50', numeric),
    column('Throughput', numeric),
    column('Window', numeric),
    column('Peak memory', numeric),
    column('Seed', numeric),
    column('Samples'),
  ];
  return section('rounds', 'Rounds', {
    lead: 'A round is one fresh process of a case. Rounds that failed or were interrupted are listed and never pooled with the others.',
    tables:
      rows.length === 0
        ? []
        : [
            table('Rounds in the order of the cases; “Order” is when each ran', columns, rows.slice(0, maxRows), {
              folded: rows.length === 1 ? 'The one round' : `${rows.length} rounds`,
            }),
          ],
    notes: rows.length === 0 ? ['No round was started.'] : rowsLeftOut(rows.length, maxRows, 'rounds'),
  });
}
