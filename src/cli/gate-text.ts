import { explanationNotes } from '../gate/explanation-notes.ts';
import { armTexts, detectableText, figuresLine, rowChange, shareText } from '../gate/figure-text.ts';
import {
  countsText,
  endingOf,
  type GateReport,
  headline,
  isOpen,
  orderedRows,
  versionText,
} from '../gate/gate-report.ts';
import { acknowledgementNotes, basisNotes, differenceNotes, shiftNote, sidedNotes } from '../gate/notes.ts';
import { rowNotes } from '../gate/reason-text.ts';
import type { SettledRow } from '../gate/settle.ts';
import { wrappedTable } from './tco-layout.ts';
import { printable, type TextColumn } from './text-table.ts';
import { wrapText } from './wrap-text.ts';

/** Columns that the text fills at most. */
const width = 100;

/** Of the column of names in a table. */
const nameWidth = 25;

/** The answer of the gate for a terminal: the verdict, what did not pass with its reasons, what passed, and what all that rests on. */
export function gateText(report: GateReport): string {
  const rows = orderedRows(report);
  const open = rows.filter(isOpen);
  const rest = rows.filter((one) => !isOpen(one));
  const passed = rest.filter(({ row }) => row.metric.role === 'gating');
  const informational = rest.filter(({ row }) => row.metric.role === 'informational');
  const { decision, settled } = report;
  const versions = `base ${versionText(report.base)}, head ${versionText(report.head)}`;
  const counts = countsText(report);
  return [
    ...lines(headline(report)),
    ...lines(counts === '' ? versions : `${versions}: ${counts}`),
    ...open.flatMap((one) => ['', ...openRow(one, report)]),
    ...table('Passed', passed, margin),
    ...table('For information', informational, verdict),
    ...list('', [...sidedNotes(decision), ...shiftNote(decision), ...acknowledgementNotes(settled)]),
    ...list('Differences beside the code', differenceNotes(report)),
    ...list('Basis', basisNotes(report)),
    '',
  ].join('\n');
}

/** A row with all that is known of it, because somebody has to act on it. */
function openRow(one: SettledRow, report: GateReport): string[] {
  const { row } = one;
  const figures = figuresLine(row);
  const role = row.metric.role === 'informational' ? ', for information' : '';
  return [
    ...lines(`${endingOf(one).toUpperCase()}${role}: ${row.metric.metric} of ${row.metric.scenario}`),
    ...(figures === null ? [] : lines(figures, 2)),
    ...rowNotes(row).flatMap((note) => lines(note, 2)),
    ...explanationNotes(report, row).flatMap((note) => lines(note, 2)),
  ];
}

const margin: TextColumn<SettledRow> = {
  title: 'margin',
  align: 'right',
  cell: ({ row }) => (row.exact === null ? shareText(row.metric.margin) : ''),
};

const verdict: TextColumn<SettledRow> = { title: 'verdict', align: 'left', cell: endingOf };

/** Scenario and metric, broken where they are too long: two of them that differ must not read alike. */
function nameOf({ row }: SettledRow): string {
  return broken(`${row.metric.scenario} ${row.metric.metric}`, nameWidth);
}

/** Rows of whose figures nobody has to be told more than a line; 100 columns with the widest cells. */
function table(title: string, rows: readonly SettledRow[], last: TextColumn<SettledRow>): string[] {
  if (rows.length === 0) return [];
  const name = { title: 'row', most: nameWidth, cell: nameOf };
  const text = wrappedTable(rows, name, [
    { title: 'base', align: 'right', cell: ({ row }) => cut(armTexts(row).base, 10) },
    { title: 'head', align: 'right', cell: ({ row }) => cut(armTexts(row).head, 10) },
    { title: 'change', align: 'right', cell: ({ row }) => cut(rowChange(row).change, 8) },
    { title: 'interval', align: 'right', cell: ({ row }) => cut(rowChange(row).interval, 17) },
    { title: 'finds', align: 'right', cell: ({ row }) => (row.exact === null ? cut(detectableText(row), 6) : '') },
    last,
  ]);
  return ['', title, ...text.trimEnd().split('\n')];
}

function list(title: string, notes: readonly string[]): string[] {
  if (notes.length === 0) return [];
  return ['', ...(title === '' ? [] : [title]), ...notes.flatMap((note) => lines(note, title === '' ? 0 : 2))];
}

/** A text in lines of at most 100 columns, also where it has longer words. */
function lines(text: string, blanks = 0): string[] {
  return wrapText(broken(text, width - blanks), width - blanks)
    .split('\n')
    .map((line) => ' '.repeat(blanks) + line);
}

/** A text that has no word of more than `most` characters, and nothing that moves the cursor. */
function broken(text: string, most: number): string {
  return printable(text).replace(/\S+/g, (word) => word.match(chunks(most))?.join(' ') ?? word);
}

function chunks(size: number): RegExp {
  return new RegExp(`.{1,${size}}`, 'gu');
}

/** Of a long cell, the beginning and the end. */
function cut(text: string, most: number): string {
  const characters = [...printable(text)];
  if (characters.length <= most) return characters.join('');
  const end = Math.floor((most - 1) / 2);
  return `${characters.slice(0, most - 1 - end).join('')}…${characters.slice(characters.length - end).join('')}`;
}
