import type { Case, LatencySummary } from '../../results/run.ts';
import { formatCount, formatNumber, formatSeconds } from '../../units/format.ts';
import { type ListedCase, listedCases } from '../case-sets.ts';
import { isNumber } from '../charts/scale.ts';
import type { ReportInput } from '../input.ts';
import { percentText } from '../percent-text.ts';
import { hasQueue } from '../scenario-text.ts';
import { isInvalid, markedLabel, standingText } from '../standing.ts';
import { reasonAt, rowsLeftOut } from './case-cells.ts';
import { type Cell, cell, column, headCell, row, type Table, table } from './section.ts';

const parts = [
  { name: 'response', path: 'latency' },
  { name: 'service', path: 'serviceLatency' },
  { name: 'queue', path: 'queueDelay' },
  { name: 'issue delay', path: 'issueDelay' },
] as const;
const percentiles = ['p50', 'p90', 'p99'] as const;

/** More cases than this have their tables folded away. */
const mostOpen = 8;

/** Rates, lateness and queries in flight of the cases whose queries can wait, and the percentiles of the parts of their response times. */
export function loadTables(input: ReportInput, maxRows: number): Table[] {
  const all = loaded(input);
  if (all.length === 0) return [];
  const numeric = { numeric: true };
  const rates = all.filter(({ one }) => one.load !== undefined).slice(0, maxRows);
  const fold = (what: string) => (all.length > mostOpen ? { folded: `${what} of ${all.length} cases` } : {});
  return [
    ...(rates.length === 0
      ? []
      : [
          table(
            'How the load arrived and was kept up with',
            [
              column('Case'),
              column('Target', { ...numeric, unit: 'queries/s' }),
              column('Scheduled', { ...numeric, unit: 'queries/s' }),
              column('Completed', { ...numeric, unit: 'queries/s' }),
              column('Sent late', numeric),
              column('Latest by', numeric),
              column('In flight', { ...numeric, unit: 'mean, most' }),
              column('Drained in', numeric),
              column('Never served', numeric),
            ],
            rates.map(loadRow),
            fold('Rates and lateness'),
          ),
        ]),
    table(
      'Response time and its parts',
      [column('Case'), ...parts.map(({ name }) => column(name, { ...numeric, unit: 'p50 / p90 / p99' }))],
      all.slice(0, maxRows).map(partsRow),
      fold('Response time and its parts'),
    ),
  ];
}

/** What the words of the section mean, and what the page leaves out. */
export function loadNotes(input: ReportInput, maxRows: number): string[] {
  const count = loaded(input).length;
  if (count === 0) return [];
  return [
    'Target: the rate that the scenario asks for. Scheduled and completed: what came of it, (N − 1) over the time of the last one. Sent late: the share of queries that the load generator let go too late, which would be the client’s doing and not the system’s. In flight: sent and not yet completed. Percentiles of the parts do not add up to that of the response, because it is not the same queries that are slow in each.',
    ...rowsLeftOut(count, maxRows, 'cases'),
  ];
}

function loaded(input: ReportInput): ListedCase[] {
  return listedCases(input).filter(({ one }) => one.status === 'ok' && hasQueue(one));
}

/** Names a row; what is degraded or invalid bears its mark. */
function caseHead(name: string, short: string, one: Case): Cell {
  return headCell(markedLabel(one, short), [name, standingText(one)].filter((text) => text !== '').join(', '));
}

function loadRow({ name, short, one }: ListedCase) {
  const tone = isInvalid(one) ? 'struck' : '';
  const head = caseHead(name, short, one);
  const { load } = one;
  if (load === null || load === undefined) {
    const none = cell('–', { tone: 'number none', note: reasonAt(one, 'load') });
    return row([head, none, none, none, none, none, none, none, none], tone);
  }
  const rate = (value: number | null, path: string): Cell =>
    isNumber(value)
      ? cell(formatNumber(value), { sort: value, tone: 'number' })
      : cell('–', { tone: 'number none', note: reasonAt(one, path) });
  const { late, inFlight, drainSeconds } = load;
  return row(
    [
      head,
      load.targetRate === null && one.scenario.kind === 'closed_loop'
        ? cell('–', { tone: 'number none', note: 'A query comes when another is done: no rate is asked for.' })
        : rate(load.targetRate, 'load.targetRate'),
      rate(load.scheduledRate, 'load.scheduledRate'),
      rate(load.completedRate, 'load.completedRate'),
      late === null
        ? cell('–', { tone: 'number none', note: reasonAt(one, 'load.late') })
        : cell(percentText(late.share), {
            sort: late.share,
            tone: 'number',
            note: `by more than ${formatSeconds(late.limitSeconds)}`,
          }),
      late === null
        ? cell('–', { tone: 'number none', note: reasonAt(one, 'load.late') })
        : cell(formatSeconds(late.worstSeconds), { sort: late.worstSeconds, tone: 'number' }),
      cell(`${formatNumber(inFlight.mean)}, ${formatCount(inFlight.most)}`, { sort: inFlight.mean, tone: 'number' }),
      cell(formatSeconds(drainSeconds), { sort: drainSeconds, tone: 'number' }),
      cell(formatCount(load.unserved), { sort: load.unserved, tone: load.unserved > 0 ? 'number bad' : 'number' }),
    ],
    tone,
  );
}

/** The percentiles of each part side by side, so that a queue shows as the difference between response and service. */
function partsRow({ name, short, one }: ListedCase) {
  return row([caseHead(name, short, one), ...parts.map((part) => partCell(one, part))], isInvalid(one) ? 'struck' : '');
}

function partCell(one: Case, { path }: (typeof parts)[number]): Cell {
  const summary: LatencySummary | null = one[path] ?? null;
  if (summary === null) return cell('–', { tone: 'number none', note: reasonAt(one, path) });
  const texts = percentiles.map((key) => (isNumber(summary[key]) ? formatSeconds(summary[key]) : '–'));
  const withheld = percentiles.filter((key) => !isNumber(summary[key]));
  return cell(texts.join(' / '), {
    sort: summary.p50 ?? '',
    tone: 'number',
    note: withheld.map((key) => `${key}: ${reasonAt(one, `${path}.${key}`)}`).join('; '),
  });
}
