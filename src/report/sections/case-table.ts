import { hasUsualHygiene, hasUsualLayout, togglesOf } from '../../analysis/toggles.ts';
import type { Case } from '../../results/run.ts';
import { runLetter } from '../charts/panels.ts';
import { extent, isNumber, timeUnit } from '../charts/scale.ts';
import { displayName } from '../display-name.ts';
import type { ReportInput } from '../input.ts';
import { arrivalText, loadOf, loadText } from '../scenario-text.ts';
import { isInvalid } from '../standing.ts';
import {
  accuracyCell,
  dashed,
  figureText,
  limitCell,
  reasonAt,
  rowsLeftOut,
  standingCell,
  statusCell,
  supportNote,
  throughputCell,
} from './case-cells.ts';
import { energyColumns } from './energy-columns.ts';
import { type Cell, cell, column, headCell, row, type Section, section, type TableColumn, table } from './section.ts';

interface Listed {
  readonly one: Case;
  readonly run: string;
}

interface CaseColumn extends TableColumn {
  readonly cell: (listed: Listed) => Cell;
  /** Left out, and said in the caption, when all rows have the same. */
  readonly foldConstant?: string;
}

/** Every case (at most `maxRows`) of every run with its figures, to be sorted and filtered. What is the same in all rows stands in the caption. */
export function caseTableSection(input: ReportInput, maxRows = Number.POSITIVE_INFINITY): Section {
  const listed = input.runs.flatMap(({ run }, index) => run.cases.map((one) => ({ one, run: runLetter(index) })));
  const columns = columnsFor(listed, input.runs.length > 1);
  const constant: string[] = [];
  const shown = columns.filter((candidate) => {
    if (candidate.foldConstant === undefined || listed.length === 0) return true;
    const texts = new Set(listed.map((entry) => candidate.cell(entry).text));
    if (texts.size > 1) return true;
    const [text] = texts;
    // A dash in every row is a gap, which has its place under “What is not known”.
    if (text !== '–') constant.push(`${candidate.foldConstant} ${text}`.trim());
    return false;
  });
  const rows = listed.slice(0, maxRows).map((entry) =>
    row(
      shown.map((one) => one.cell(entry)),
      entry.one.status !== 'ok' ? 'quiet' : isInvalid(entry.one) ? 'struck' : '',
    ),
  );
  const count = `${listed.length} ${listed.length === 1 ? 'case' : 'cases'}`;
  const caption = constant.length === 0 ? `${count}.` : `${count}. The same in all: ${constant.join(', ')}.`;
  return section('cases', 'All cases', {
    lead: 'Every figure that the charts are drawn from. The figures of an invalid case are struck out. A dash is something that is not known; rest on it, or see “What is not known”, for the reason.',
    tables: [table(caption, shown, rows, { interactive: true })],
    notes: rowsLeftOut(listed.length, maxRows, 'cases'),
  });
}

function columnsFor(listed: readonly Listed[], several: boolean): CaseColumn[] {
  const times = extent(listed.flatMap(({ one }) => [one.latency?.p50, one.serviceLatency?.p50]));
  // The smallest median sets the unit, so that no row is 0.00.
  const unit = timeUnit(Math.max(times?.[0] ?? 1e-3, 1e-6) >= 2e-5 ? 1e-3 : 1e-6);
  const figure = (value: number | null | undefined, reason: () => string, decimals = 4): Cell =>
    isNumber(value)
      ? cell(figureText(value, decimals), { sort: value, tone: 'number' })
      : cell('–', { note: reason(), tone: 'number none' });
  const time = (one: Case, value: number | null | undefined, path: string): Cell =>
    figure(isNumber(value) ? value * unit.perBase : value, () => reasonAt(one, path));
  const latency = (key: 'p50' | 'p90' | 'p99') => (entry: Listed) => {
    const { one } = entry;
    // Offline has no response time; its service time a batch stands here and says so.
    if (one.latency === null && one.scenario.kind === 'offline' && isNumber(one.serviceLatency?.[key])) {
      const shown = time(one, one.serviceLatency[key], `serviceLatency.${key}`);
      return { ...shown, note: 'Service time of a batch: offline has no response time.' };
    }
    return time(one, one.latency?.[key], one.latency === null ? 'latency' : `latency.${key}`);
  };
  const numeric = { numeric: true };
  return [
    {
      ...column('Workload', { filter: true }),
      cell: ({ one }) => headCell(displayName(one.workload, 36), displayName(one.id, 200)),
    },
    ...(several ? [{ ...column('Run', { filter: true }), cell: ({ run }: Listed) => cell(run) }] : []),
    {
      ...column('Backend', { filter: true }),
      foldConstant: 'backend',
      cell: ({ one }) => cell(displayName(one.axes.backend, 24)),
    },
    {
      ...column('Stack', { filter: true }),
      foldConstant: 'stack',
      cell: ({ one }) => cell(displayName(one.stack, 24)),
    },
    {
      ...column('Profile', { filter: true }),
      foldConstant: 'profile',
      cell: ({ one }) => cell(displayName(one.profile, 24)),
    },
    {
      ...column('Scenario', { filter: true }),
      foldConstant: 'scenario',
      cell: ({ one }) => cell(displayName(one.scenario.kind, 24).replaceAll('_', ' ')),
    },
    {
      ...column('Arrivals', { filter: true }),
      foldConstant: '',
      cell: ({ one }) => cell(dashed(arrivalText(one.scenario))),
    },
    {
      ...column('Load', { filter: true }),
      foldConstant: 'load',
      cell: ({ one }) => cell(dashed(loadText(one.scenario)), { sort: loadOf(one)?.value ?? '' }),
    },
    { ...column('Scope', { filter: true }), foldConstant: 'scope', cell: ({ one }) => cell(one.scope) },
    {
      ...column('Batch', { ...numeric, filter: true }),
      cell: ({ one }) => cell(String(one.axes.batchSize), { tone: 'number axis', sort: one.axes.batchSize }),
    },
    {
      ...column('Precision', { filter: true }),
      foldConstant: 'precision',
      cell: ({ one }) => cell(displayName(one.axes.precision, 20), { note: supportNote(one) }),
    },
    {
      ...column('Fusion', { filter: true }),
      foldConstant: 'fusion',
      cell: ({ one }) => cell(displayName(one.axes.fusion, 20)),
    },
    // Where they follow from precision and fusion in every case, they say nothing that these do not.
    ...(listed.every(({ one }) => hasUsualHygiene(one))
      ? []
      : [{ ...column('Hygiene', { filter: true }), cell: ({ one }: Listed) => cell(togglesOf(one).hygiene) }]),
    ...(listed.every(({ one }) => hasUsualLayout(one))
      ? []
      : [
          {
            ...column('Layout', { filter: true }),
            cell: ({ one }: Listed) => cell(displayName(togglesOf(one).layout, 20)),
          },
        ]),
    {
      ...column('Threads', { ...numeric, filter: true }),
      foldConstant: 'threads',
      cell: ({ one }) => cell(String(one.axes.threads), { tone: 'number axis', sort: one.axes.threads }),
    },
    {
      ...column('Spinning', { filter: true }),
      foldConstant: 'spinning',
      cell: ({ one }) => cell(displayName(one.axes.spinning, 20)),
    },
    { ...column('Status', { filter: true }), foldConstant: 'status', cell: ({ one }) => statusCell(one) },
    { ...column('Verdict', { filter: true }), foldConstant: 'verdict', cell: ({ one }) => standingCell(one) },
    { ...column('Provenance', { filter: true }), foldConstant: 'provenance', cell: ({ one }) => cell(one.provenance) },
    { ...column('p50', { ...numeric, unit: unit.name }), cell: latency('p50') },
    { ...column('p90', { ...numeric, unit: unit.name }), cell: latency('p90') },
    { ...column('p99', { ...numeric, unit: unit.name }), cell: latency('p99') },
    { ...column('Throughput', { ...numeric, unit: 'items/s' }), cell: ({ one }) => throughputCell(one, figure) },
    {
      ...column('Within limit', { filter: true }),
      foldConstant: 'within the limit:',
      cell: ({ one }) => limitCell(one),
    },
    ...(listed.some(({ one }) => isNumber(one.accuracy?.reference))
      ? [
          {
            ...column('Accuracy', { ...numeric, unit: '/ reference' }),
            cell: ({ one }: Listed) => accuracyCell(one, true),
          },
        ]
      : [{ ...column('Accuracy', numeric), cell: ({ one }: Listed) => accuracyCell(one, false) }]),
    {
      ...column('Fidelity', { ...numeric, unit: 'cosine' }),
      cell: ({ one }) =>
        one.fidelity === null
          ? cell('–', { note: reasonAt(one, 'fidelity'), tone: 'number none' })
          : cell(one.fidelity.cosine.toFixed(6), { sort: one.fidelity.cosine, tone: 'number' }),
    },
    {
      ...column('Peak memory', { ...numeric, unit: 'MiB' }),
      cell: ({ one }) =>
        figure(
          isNumber(one.memory.peakRssBytes) ? one.memory.peakRssBytes / 2 ** 20 : null,
          () => reasonAt(one, 'memory.peakRssBytes'),
          3,
        ),
    },
    ...(listed.some(({ one }) => one.energy !== null) ? energyColumns : []),
    {
      ...column('Cold start', { ...numeric, unit: 'ms' }),
      cell: ({ one }) =>
        figure(
          one.coldStart === null ? null : (one.coldStart.loadSeconds + one.coldStart.firstInferenceSeconds) * 1e3,
          () => reasonAt(one, 'coldStart'),
          3,
        ),
    },
    {
      ...column('Cores used', numeric),
      cell: ({ one }) => figure(one.cpu.coresUsed, () => reasonAt(one, 'cpu.coresUsed'), 3),
    },
    {
      ...column('Queries', numeric),
      cell: ({ one }) => figure((one.latency ?? one.serviceLatency)?.count, () => reasonAt(one, 'latency'), 0),
    },
  ];
}
