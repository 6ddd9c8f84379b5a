import { loadCatalogue } from '../../hardware/catalogue.ts';
import { type ComparedCell, type ComparedFigure, compareProfiles } from '../../hardware/compare.ts';
import { type ResolvedProfile, resolveProfile } from '../../hardware/resolve.ts';
import { type ExitCode, InputError } from '../../kernel/errors.ts';
import {
  absentText,
  Footnotes,
  hasMeasured,
  legend,
  marked,
  printedNumber,
  printedUnit,
  shortName,
  sourceText,
  textWidth,
} from '../hardware-text.ts';
import type { Streams } from '../streams.ts';
import { textTable } from '../text-table.ts';
import { wrapText } from '../wrap-text.ts';

export interface HardwareCompareOptions {
  readonly ids: readonly string[];
  readonly profiles?: string;
  readonly json?: boolean;
}

/** `dyno hardware compare a b …`: what devices state, side by side, with ratios to the first. */
export async function hardwareCompareCommand(options: HardwareCompareOptions, { stdout }: Streams): Promise<ExitCode> {
  const catalogue = loadCatalogue({ own: options.profiles });
  const resolved = options.ids.map((id) => resolveProfile(id, catalogue));
  const profiles = resolved.map(({ profile }) => profile);
  const twice = profiles.find((profile, index) => profiles.indexOf(profile) !== index);
  if (twice !== undefined) {
    throw new InputError('USAGE', `Expected different profiles to compare, got ${twice.id} twice.`);
  }
  const rows = compareProfiles(profiles, catalogue.prices);
  if (options.json) {
    const described = resolved.map(({ asked, profile, alias }) => ({
      asked,
      id: profile.id,
      name: profile.name,
      alias,
    }));
    stdout.write(`${JSON.stringify({ profiles: described, rows }, null, 2)}\n`);
  } else {
    stdout.write(comparisonText(resolved, rows, textWidth(process.stdout)));
  }
  return 0;
}

/** The comparison as text. */
export function comparisonText(
  resolved: readonly ResolvedProfile[],
  rows: readonly ComparedFigure[],
  width: number,
): string {
  const notes = new Footnotes();
  // Row by row, before the table takes column after column: notes are numbered in the order in which they are read.
  const texts = rows.flatMap((row) => [
    { title: rowTitle(row), cells: row.cells.map((cell, index) => cellText(row, cell, index, notes)) },
    // Prices of different years are not of one market: the date stands below each.
    ...(row.key.startsWith('price.') ? [{ title: '  of', cells: row.cells.map(dateText) }] : []),
  ]);
  const table = textTable(texts, [
    { title: '', align: 'left', cell: ({ title }) => title },
    ...resolved.map((one, index) => ({
      title: columnTitle(one),
      align: 'right' as const,
      cell: ({ cells }: (typeof texts)[number]) => cells[index] ?? '',
    })),
  ]);
  return [
    ...resolved.map(({ asked, alias, profile }) => wrapText(`${alias ?? `${asked} is ${profile.name}`}.`, width)),
    '',
    wrapText(
      hasMeasured(resolved.map(({ profile }) => profile))
        ? 'What data sheets and sellers state but for what has a star, which was measured. What an engine reached beside what a data sheet promises is no comparison of devices. Ratios (×) are to the first column.'
        : 'What data sheets and sellers state: nothing here was measured. Ratios (×) are to the first column.',
      width,
    ),
    '',
    table.trimEnd(),
    '',
    ...legend(table),
    wrapText(
      'Peaks are dense. Below the ridge, in operations a byte, bandwidth is the bound; above it the peak is.',
      width,
    ),
    '',
    ...notes.lines(width),
    '',
  ].join('\n');
}

/** What was asked for, unless the name is shorter. */
function columnTitle({ asked, profile }: ResolvedProfile): string {
  const name = shortName(profile);
  return asked.length <= name.length ? asked : name;
}

function rowTitle({ title, unit }: ComparedFigure): string {
  return `${title}, ${printedUnit(unit, title)}`;
}

function dateText({ value, date }: ComparedCell): string {
  return value === null ? '' : (date ?? 'undated');
}

function cellText({ unit }: ComparedFigure, cell: ComparedCell, index: number, notes: Footnotes): string {
  const note = sourceText(cell);
  const number = note === '' ? '' : ` ${notes.add(note)}`;
  if (cell.value === null) return `${absentText(cell.note)}${number}`;
  const ratio = index === 0 || cell.ratio === null ? '' : ` ${ratioText(cell.ratio)}`;
  return `${marked(printedNumber(cell.value, unit), cell.confidence)}${ratio}${number}`;
}

/** Two decimals for what is near one: `0.40×`, `3.17×`, `12.5×`, `0.008×`. */
function ratioText(ratio: number): string {
  return `${ratio >= 0.1 && ratio < 10 ? ratio.toFixed(2) : Number(ratio.toPrecision(3))}×`;
}
