import type { AaSession } from '../gate/aa-json.ts';
import { aaHeadline, aaWarnings, rateNotes, replayNotes, suggestedYaml, suggestionNote } from '../gate/aa-notes.ts';
import type { AaRow } from '../gate/aa-report.ts';
import { figureText, shareText } from '../gate/figure-text.ts';
import { versionText } from '../gate/gate-report.ts';
import { wrappedTable } from './tco-layout.ts';
import { printable, type TextColumn } from './text-table.ts';
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
    ...list('False alarms with the margins that are set', rateNotes(report)),
    ...list('Warnings', aaWarnings(report, settings)),
    ...(note === null
      ? []
      : ['', 'For the suite', ...suggestedYaml(report).map((line) => `  ${printable(line)}`), ...lines(note, 2)]),
    ...list('How this is known', [
      ...(environment.length === 0 ? [] : [environment.map(({ name, value }) => `${name} ${value}`).join(', ')]),
      ...replayNotes(),
    ]),
    '',
  ].join('\n');
}

function table({ report: { rows }, settings: { looks } }: AaSession): string[] {
  if (rows.length === 0) return [];
  const name = {
    title: 'row',
    most: 24,
    cell: ({ metric }: AaRow) => printable(`${metric.scenario} ${metric.metric}`),
  };
  const text = wrappedTable(rows, name, [
    { title: 'median', align: 'right', cell: ({ metric, value }) => figureText(value, metric) },
    { title: 'pairs', align: 'right', cell: ({ pairs }) => String(pairs) },
    { title: 'spread', align: 'right', cell: ({ deviation }) => (deviation === null ? '–' : shareText(deviation)) },
    { title: 'noise', align: 'right', cell: ({ known }) => shareText(known?.looks.at(-1)?.selfNoise ?? Number.NaN) },
    { title: `finds from, ${looks.join('/')} pairs`, align: 'right', cell: findsFrom },
    { title: 'margin', align: 'right', cell: ({ metric }) => shareText(metric.margin) },
    { title: 'supports', align: 'right', cell: ({ known }) => shareText(known?.supported?.margin ?? Number.NaN) },
    ending,
  ]);
  return [
    '',
    ...text.trimEnd().split('\n'),
    ...lines(
      'spread: standard deviation of the ratios of pairs; noise: 95 % of the estimates of the last look lie within it when nothing changed; ' +
        'finds from: found in 4 of 5 gates with the margin that is set; supports: the least margin that can be trusted here',
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
  const shares = known.looks.map(({ minimumDetectable }) =>
    shareText(minimumDetectable ?? Number.NaN).replace(/ %$/, ''),
  );
  return `${shares.join('/')} %`;
}

function list(title: string, notes: readonly string[]): string[] {
  return notes.length === 0 ? [] : ['', title, ...notes.flatMap((note) => lines(note, 2))];
}

function lines(text: string, blanks = 0): string[] {
  return wrapText(printable(text), width - blanks)
    .split('\n')
    .map((line) => ' '.repeat(blanks) + line);
}
