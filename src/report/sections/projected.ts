import type { ProjectedCase } from '../../results/run.ts';
import { formatNumber, formatSeconds, formatThroughput } from '../../units/format.ts';
import { runLetter } from '../charts/panels.ts';
import { profileWord } from '../charts/projected.ts';
import { displayName, displayText } from '../display-name.ts';
import type { ReportInput } from '../input.ts';
import { rowsLeftOut } from './case-cells.ts';
import { type Cell, cell, column, headCell, row, type Table, table } from './section.ts';

interface Listed {
  /** Letter of the run where there are several. */
  readonly run: string;
  readonly one: ProjectedCase;
  /** The profile as it was asked for. */
  readonly profile: string;
}

/** Tables of the projected cases of all runs: those with a figure, and those that were refused, with the reason (at most `maxRows` each). */
export function projectedTables(input: ReportInput, maxRows: number): { tables: Table[]; notes: string[] } {
  const all = listed(input);
  const [told, refused] = [all.filter(({ one }) => one.status === 'ok'), all.filter(({ one }) => one.status !== 'ok')];
  return {
    tables: [
      ...(told.length === 0
        ? []
        : [table('Projected cases', figureColumns, told.slice(0, maxRows).map(figureRow), { interactive: true })]),
      ...(refused.length === 0 ? [] : [refusedTable(refused, maxRows)]),
    ],
    notes: [
      ...rowsLeftOut(told.length, maxRows, 'projected cases'),
      ...rowsLeftOut(refused.length, maxRows, 'refusals'),
    ],
  };
}

function listed({ runs }: ReportInput): Listed[] {
  return runs.flatMap(({ run }, index) =>
    (run.projected ?? []).map((one) => ({
      run: runs.length > 1 ? `${runLetter(index)}: ` : '',
      one,
      profile: profileWord(one, run),
    })),
  );
}

const numeric = { numeric: true };
const figureColumns = [
  column('Workload', { filter: true }),
  column('Provenance'),
  column('Profile', { filter: true }),
  column('Stack', { filter: true }),
  column('Scenario', { filter: true }),
  column('Precision', { filter: true }),
  column('Figure', { ...numeric, unit: 'p90 or throughput' }),
  column('90 % interval', numeric),
  column('Cost of the model'),
  column('Nearest figures'),
];

const costs = { published: 'published', graph: 'counted from its graph' } as const;

const nearestTexts: Readonly<Record<string, string>> = {
  device: 'this device',
  architecture: 'its architecture',
  maker: 'its maker',
  none: 'other makers or models',
};

function figureRow({ run, one, profile }: Listed): Table['rows'][number] {
  const { latency, throughput, projection, stack } = one;
  const { asked, outcome } = projection;
  const interval =
    latency !== null
      ? latency.interval90.p90.map(formatSeconds).join(' to ')
      : (throughput?.interval90.map(formatNumber).join(' to ') ?? '–');
  const { nearest, modelDevices } = 'refused' in outcome ? { nearest: '', modelDevices: 0 } : outcome;
  return row([
    headCell(`${run}${displayName(one.workload, 40)}`, displayText(one.id, 200)),
    cell('projected', { tone: 'projected' }),
    cell(profile, { note: displayName(one.profile, 60) }),
    cell(displayName(stack ?? '', 40)),
    cell(displayName(one.scenario.kind, 30).replaceAll('_', ' ')),
    cell(displayName(one.axes.precision, 20)),
    figureCell(one),
    cell(interval, { tone: 'number' }),
    cell(asked.cost === null ? '' : costs[asked.cost], { note: displayText(asked.model, 80) }),
    cell(nearestTexts[nearest] ?? displayName(nearest, 30), { note: `the model is known on ${modelDevices} devices` }),
  ]);
}

function figureCell({ latency, throughput }: ProjectedCase): Cell {
  const number = (text: string, value: number): Cell => cell(text, { tone: 'number', sort: value });
  if (latency !== null) return number(formatSeconds(latency.p90), latency.p90);
  return throughput === null
    ? cell('–', { tone: 'number none' })
    : number(formatThroughput(throughput.value), throughput.value);
}

/** Refusals with the same reason share a row. */
function refusedTable(refused: readonly Listed[], maxRows: number): Table {
  const byReason = new Map<string, Listed[]>();
  for (const entry of refused) {
    const { cause } = entry.one;
    const reason = cause === null ? 'no reason was recorded' : `${cause.message} (${cause.code})`;
    byReason.set(reason, [...(byReason.get(reason) ?? []), entry]);
  }
  const rows = [...byReason].slice(0, maxRows).map(([reason, entries]) => {
    const names = entries.map(({ run, one }) => `${run}${displayName(one.id, 120)}`);
    const [first = '', ...others] = names;
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return row([headCell(`${first}${more}`, names.slice(0, 40).join('\n')), cell(displayText(reason, 1500))]);
  });
  const cases = `${refused.length} ${refused.length === 1 ? 'case' : 'cases'}`;
  return table('Refused projections', [column('Case'), column('Why, and what would help')], rows, {
    folded: `${cases} that could not be projected, and what would help`,
  });
}
