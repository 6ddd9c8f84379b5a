import type { AaSession } from '../gate/aa-json.ts';
import {
  aaBasisNotes,
  aaHeadline,
  aaWarnings,
  suggestedYaml,
  suggestionNote,
  verdictCounts,
} from '../gate/aa-notes.ts';
import type { AlarmRate, SuiteRates } from '../gate/aa-rates.ts';
import type { AaReport, AaRow } from '../gate/aa-report.ts';
import { shareText } from '../gate/figure-text.ts';
import { versionText } from '../gate/gate-report.ts';
import { formatCount } from '../units/format.ts';
import { wrappedTable } from './tco-layout.ts';
import { printable, type TextColumn, textTable } from './text-table.ts';
import { wrapText } from './wrap-text.ts';

/** Columns that the text fills at most. */
const width = 100;

/** What a session of one version against itself says, for a terminal: noise and margins row by row, false alarms, and what to write into the suite. */
export function aaText(session: AaSession): string {
  const { report, settings, version, suite, environment } = session;
  const note = suggestionNote(report);
  return [
    ...lines(aaHeadline(report, settings)),
    ...lines(`${suite}, ${versionText(version)} against itself: ${report.rounds} rounds, seed ${settings.seed}`),
    ...table(session),
    ...rates(report),
    ...list('Warnings', aaWarnings(report, settings)),
    ...(note === null
      ? []
      : ['', 'For the suite', ...suggestedYaml(report).map((line) => `  ${printable(line)}`), ...lines(note, 2)]),
    ...list('How this is known', [
      ...(environment.length === 0 ? [] : [environment.map(({ name, value }) => `${name} ${value}`).join(', ')]),
      ...aaBasisNotes(report, settings),
    ]),
    '',
  ].join('\n');
}

function table({ report: { rows }, settings: { looks } }: AaSession): string[] {
  if (rows.length === 0) return [];
  const name = {
    title: 'row',
    most: 20,
    cell: ({ metric }: AaRow) => printable(`${metric.scenario} ${metric.metric}`),
  };
  const text = wrappedTable(rows, name, [
    { title: 'pairs', align: 'right', cell: ({ pairs }) => String(pairs) },
    { title: 'spread', align: 'right', cell: ({ deviation }) => (deviation === null ? '–' : shareText(deviation)) },
    { title: 'noise', align: 'right', cell: ({ known }) => shareText(known?.looks.at(-1)?.selfNoise ?? Number.NaN) },
    { title: 'finds from', align: 'right', cell: findsFrom },
    { title: 'margin', align: 'right', cell: ({ metric }) => shareText(metric.margin) },
    { title: 'supports', align: 'right', cell: ({ known }) => shareText(known?.supported?.margin ?? Number.NaN) },
    ending,
  ]);
  return [
    '',
    ...text.trimEnd().split('\n'),
    ...lines(
      'spread: standard deviation of the ratios of pairs; noise: 95 % of the estimates of the last look lie within it when nothing changed; ' +
        `finds from: found in 4 of 5 gates with the margin that is set, at ${looks.join('/')} pairs; supports: the least margin that can be trusted here`,
    ),
  ];
}

const ending: TextColumn<AaRow> = {
  title: '',
  align: 'left',
  cell: ({ metric, known }) => {
    if (known === null) return 'too few pairs';
    const is = known.isEnough ? 'enough' : 'too small';
    return metric.role === 'gating' ? is : `(${is})`;
  },
};

function findsFrom({ known }: AaRow): string {
  if (known === null) return '–';
  const shares = known.looks.map(({ minimumDetectable }) => {
    const share = minimumDetectable ?? Number.NaN;
    return share >= 0.0995 ? Math.round(share * 100).toFixed(0) : shareText(share).replace(/ %$/, '');
  });
  return `${shares.join('/')} %`;
}

interface NamedRates {
  readonly name: string;
  readonly of: SuiteRates;
}

function rates({ consecutive, replays }: AaReport): string[] {
  const rows: NamedRates[] = [
    { name: 'one after the other', of: consecutive },
    ...(replays === null ? [] : [{ name: 'replayed', of: replays }]),
  ];
  const text = textTable(rows, [
    { title: 'gates', align: 'left', cell: ({ name }) => name },
    { title: '', align: 'right', cell: ({ of }) => formatCount(of.gates) },
    { title: 'flagged at first', align: 'right', cell: ({ of }) => alarmText(of.flagged) },
    { title: 'failed', align: 'right', cell: ({ of }) => alarmText(of.failed) },
    { title: 'pairs', align: 'right', cell: ({ of }) => of.pairs?.toFixed(1) ?? '–' },
    { title: 'verdicts', align: 'left', cell: ({ of }) => verdictCounts(of) },
  ]);
  return [
    '',
    'False alarms with the margins that are set',
    ...text
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`),
    ...lines(
      'flagged at first: without the confirm stage these gates would fail; in brackets the chance of one, with 95 % confidence',
      2,
    ),
  ];
}

function alarmText({ alarms, share }: AlarmRate): string {
  if (share === null) return '–';
  return `${formatCount(alarms)} (${shareText(share.low).replace(/ %$/, '')} to ${shareText(share.high)})`;
}

function list(title: string, notes: readonly string[]): string[] {
  return notes.length === 0 ? [] : ['', title, ...notes.flatMap((note) => lines(note, 2))];
}

function lines(text: string, blanks = 0): string[] {
  return wrapText(printable(text), width - blanks)
    .split('\n')
    .map((line) => ' '.repeat(blanks) + line);
}
