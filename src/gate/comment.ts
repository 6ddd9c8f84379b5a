import { sha256 } from '../kernel/content-hash.ts';
import { explanationNotes } from './explanation-notes.ts';
import { armTexts, detectableText, rowChange, shareText } from './figure-text.ts';
import {
  countsText,
  type Ending,
  endingOf,
  type GateReport,
  headline,
  isOpen,
  orderedRows,
  versionText,
} from './gate-report.ts';
import { codeText, plainText } from './markdown-text.ts';
import { acknowledgementNotes, basisNotes, differenceNotes, shiftNote, sidedNotes } from './notes.ts';
import { rowNotes } from './reason-text.ts';
import type { SettledRow } from './settle.ts';

/** GitHub takes 65,536 characters; what a workflow adds needs room. */
export const longestComment = 60_000;

const marks: Readonly<Record<Ending, string>> = {
  regressed: '🔴',
  invalid: '⚠️',
  inconclusive: '🟡',
  improved: '🟢',
  accepted: '☑️',
  pass: '✅',
};

const nameLimit = 60;
const textLimit = 300;

/** The first line of a comment, by which the next run finds it: the same for all runs of a suite, and for no other suite. */
export function commentMarker(suite: string): string {
  return `<!-- dyno-gate ${sha256(suite).slice(0, 16)} -->`;
}

/**
 * The comment on a pull request: verdict and counts first, then the rows that did not pass, all others folded away, what the verdict rests
 * on. At most 60,000 characters however many rows there are: a piece that has no room is left out, and how many were is told.
 */
export function gateComment(report: GateReport): string {
  const rows = orderedRows(report);
  const open = rows.filter(isOpen);
  const rest = rows.filter((one) => !isOpen(one));
  const { decision, settled } = report;
  const counts = countsText(report);
  const head = [
    commentMarker(report.suite),
    `### ${plainText(headline(report), textLimit)}`,
    '',
    `${codeText(report.suite, nameLimit)}: base ${codeText(versionText(report.base), nameLimit)}, head ${codeText(versionText(report.head), nameLimit)}${counts === '' ? '' : `. ${counts}`}`,
    '',
  ];
  // The least important is told last, and left out first; but the line of the environment is short and always there.
  const foot = [
    '',
    `<sub>${basisNotes(report)
      .map((note) => plainText(note, 600))
      .join('<br>')}</sub>`,
    '',
  ];
  const page = new Page(head, foot);
  if (open.length > 0) page.table(open.map(tableRow), 'rows that did not pass');
  const flagged = open.filter(({ row }) => row.verdict !== 'improved');
  page.list(
    '',
    flagged.flatMap(({ row }) => {
      const notes = [...rowNotes(row), ...explanationNotes(report, row)];
      const name = `${codeText(row.metric.scenario, nameLimit)} ${codeText(row.metric.metric, nameLimit)}`;
      return notes.length === 0 ? [] : [`${name}: ${notes.map((note) => plainText(note, textLimit)).join('; ')}`];
    }),
    'explanations',
  );
  const notes = [...shiftNote(decision), ...sidedNotes(decision), ...acknowledgementNotes(settled)];
  page.list(
    '',
    notes.map((note) => plainText(note, textLimit)),
    'notes',
  );
  page.list(
    'Differences beside the code',
    differenceNotes(report).map((note) => plainText(note, textLimit)),
    'differences',
  );
  if (rest.length > 0) page.folded(`${rest.length} other ${rest.length === 1 ? 'row' : 'rows'}`, rest.map(tableRow));
  return page.toString();
}

function tableRow(one: SettledRow): string {
  const { row } = one;
  const { base, head } = armTexts(row);
  const { change, interval } = rowChange(row);
  const ending = endingOf(one);
  const role = row.metric.role === 'informational' ? ', for information' : '';
  const cells = [
    `${codeText(row.metric.scenario, nameLimit)} ${codeText(row.metric.metric, nameLimit)}`,
    plainText(base, 24),
    plainText(head, 24),
    row.exact === null ? `${plainText(change, 24)} [${plainText(interval, 40)}]` : `${plainText(change, 24)} (exact)`,
    row.exact === null ? shareText(row.metric.margin) : '',
    row.exact === null ? detectableText(row) : '',
    `${marks[ending]} ${ending}${role}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

const titles = [
  '| row | base | head | change [interval] | margin | finds from | verdict |',
  '| --- | ---: | ---: | ---: | ---: | ---: | --- |',
];

/** Room for the line that tells what was left out, and for what closes a piece. */
const reserve = 200;

/** A text that takes lines as long as they fit. */
class Page {
  readonly #lines: string[];
  readonly #foot: readonly string[];
  #left: number;

  constructor(head: readonly string[], foot: readonly string[]) {
    this.#lines = [...head];
    this.#foot = foot;
    this.#left = longestComment - sizeOf([...head, ...foot]);
  }

  table(rows: readonly string[], what: string): void {
    this.#piece([...titles], rows, [''], what);
  }

  list(title: string, items: readonly string[], what: string): void {
    if (items.length === 0) return;
    this.#piece(
      title === '' ? [] : [`**${title}**`, ''],
      items.map((item) => `- ${item}`),
      [''],
      what,
    );
  }

  folded(summary: string, rows: readonly string[]): void {
    const before = ['<details>', `<summary>${summary}</summary>`, '', ...titles];
    this.#piece(before, rows, ['', '</details>', ''], 'other rows');
  }

  /** As many of the items as there is room for, with what stands around them; nothing where there is none for even that. */
  #piece(before: readonly string[], items: readonly string[], after: readonly string[], what: string): void {
    const room = this.#left - sizeOf([...before, ...after]) - reserve;
    let used = 0;
    let fitting = 0;
    for (const item of items) {
      used += sizeOf([item]);
      if (used > room) break;
      fitting += 1;
    }
    const left = items.length - fitting;
    const told = left === 0 ? [] : ['', `… and ${left} more ${what}, which the JSON has.`];
    this.#add(fitting === 0 ? told.slice(1) : [...before, ...items.slice(0, fitting), ...told, ...after]);
  }

  #add(lines: readonly string[]): void {
    const size = sizeOf(lines);
    if (size > this.#left) return;
    this.#lines.push(...lines);
    this.#left -= size;
  }

  toString(): string {
    return [...this.#lines, ...this.#foot].join('\n');
  }
}

/** With a line break behind each. */
function sizeOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
