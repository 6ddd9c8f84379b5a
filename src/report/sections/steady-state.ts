import type { Case, Round, SteadyState } from '../../results/run.ts';
import { formatCount, formatSeconds } from '../../units/format.ts';
import { type ListedCase, listedCases } from '../case-sets.ts';
import { extent } from '../charts/scale.ts';
import type { ReportInput } from '../input.ts';
import { percentText, signedPercent } from '../percent-text.ts';
import { words } from '../plain-reasons.ts';
import { steadyWords } from '../steady-text.ts';
import { reasonAt, rowsLeftOut } from './case-cells.ts';
import { type Cell, cell, column, headCell, row, type Table, table } from './section.ts';

/** How a round stood: its number and what the rule found in it. */
interface Judged {
  readonly round: number;
  readonly steady: SteadyState;
}

/** Steady state and warm-up of every measured case (at most `maxRows`); none where no round knows of either, as in older results. */
export function steadyTables(input: ReportInput, maxRows: number): Table[] {
  const all = listedCases(input).filter(({ one }) => one.rounds.some(knows));
  if (all.length === 0) return [];
  const numeric = { numeric: true };
  const columns = [
    column('Case'),
    column('Steady'),
    column('Drift', numeric),
    column('Variation', numeric),
    column('Level change'),
    column('Steady from', numeric),
    column('Window', { ...numeric, unit: 'needed' }),
    column('Warm-up'),
  ];
  const rows = all.slice(0, maxRows).map((listed) => steadyRow(listed));
  return [
    table('Steady state of each case, over its rounds', columns, rows, {
      interactive: all.length > 12,
    }),
  ];
}

/** What the columns of the table mean, and what the page leaves out of it. */
export function steadyNotes(input: ReportInput, maxRows: number): string[] {
  const cases = listedCases(input).filter(({ one }) => one.rounds.some(knows));
  if (cases.length === 0) return [];
  return [
    'Drift: change from the first to the last stretch along the fitted line, as a share of the mean. Variation: standard deviation over mean of the stretches. Level change: a sudden step of 5 % or more (Pettitt’s test). A round drifts with a trend by the Mann–Kendall test (corrected for autocorrelation) of 3 % or more, or with a change of level; it has no steady state where its stretches vary by 10 % or more without either. Window: how long it was, and in brackets how long it would have to be for the mean to be known to within 5 % and to hold the p99 five times. Warm-up: queries before the window, in no figure. “No steady state” is a normal outcome, and the figures are then those of one window and no more.',
    ...rowsLeftOut(cases.length, maxRows, 'cases'),
  ];
}

function knows({ summary }: Round): boolean {
  return summary !== null && (summary.steadyState !== undefined || summary.warmup !== undefined);
}

function steadyRow({ name, short, one }: ListedCase) {
  const judged = one.rounds.flatMap(({ round, summary }): Judged[] =>
    summary?.steadyState == null ? [] : [{ round, steady: summary.steadyState }],
  );
  const several = one.rounds.filter(({ summary }) => summary !== null).length > 1;
  if (judged.length === 0) {
    const none = cell('–', { tone: 'number none' });
    return row([
      headCell(short, name),
      cell('not judged', { tone: 'none', note: whyNot(one) }),
      none,
      none,
      none,
      none,
      none,
      warmupCell(one),
    ]);
  }
  return row([
    headCell(short, name),
    verdictsCell(judged, several),
    rangeCell(judged, ({ drift }) => drift, signedPercent),
    rangeCell(judged, ({ variation }) => variation, percentText),
    shiftCell(judged, several),
    plateauCell(judged),
    windowCell(one),
    warmupCell(one),
  ]);
}

function verdictsCell(judged: readonly Judged[], several: boolean): Cell {
  const counts = (['none', 'up', 'down', 'plateau'] as const).flatMap((verdict) => {
    const rounds = judged.filter(({ steady }) => steady.verdict === verdict).map(({ round }) => round);
    if (rounds.length === 0) return [];
    if (!several || rounds.length === judged.length) return [steadyWords[verdict]];
    const which = verdict === 'plateau' ? '' : ` (round ${rounds.join(', ')})`;
    return [`${rounds.length} ${steadyWords[verdict]}${which}`];
  });
  const steady = judged.every((one) => one.steady.verdict === 'plateau');
  return cell(`${steady ? '✓' : '△'} ${counts.join('; ')}`, { tone: steady ? 'good wide' : 'warn wide' });
}

/** The figure of all rounds: one value, or the least and the largest. */
function rangeCell(
  judged: readonly Judged[],
  of: (steady: SteadyState) => number,
  format: (value: number) => string,
): Cell {
  const range = extent(judged.map(({ steady }) => of(steady)));
  if (range === null) return cell('–', { tone: 'number none' });
  const texts = [...new Set(range.map(format))];
  const largest = Math.abs(range[0]) > Math.abs(range[1]) ? range[0] : range[1];
  return cell(texts.join(' to '), { sort: largest, tone: 'number' });
}

function shiftCell(judged: readonly Judged[], several: boolean): Cell {
  const shifts = judged.flatMap(({ round, steady: { levelShift } }) =>
    levelShift === null ? [] : [{ round, ...levelShift }],
  );
  const [first] = shifts;
  if (first === undefined) return cell('none');
  const more = shifts.length > 1 ? `, and in ${shifts.length - 1} more` : '';
  const change = signedPercent(first.after / first.before - 1);
  return cell(`${several ? `round ${first.round}: ` : ''}${change} at ${formatSeconds(first.atSeconds)}${more}`, {
    tone: 'warn',
    note: `${formatSeconds(first.before)} before, ${formatSeconds(first.after)} after; p = ${first.p.toPrecision(2)}`,
  });
}

function plateauCell(judged: readonly Judged[]): Cell {
  const never = judged.filter(({ steady }) => steady.plateauFromSeconds === null).length;
  const range = extent(judged.map(({ steady }) => steady.plateauFromSeconds));
  if (range === null) return cell('never', { tone: 'number' });
  const texts = [...new Set(range.map((seconds) => (seconds === 0 ? 'the start' : formatSeconds(seconds))))];
  return cell(`${texts.join(' to ')}${never === 0 ? '' : `; never in ${never}`}`, { sort: range[1], tone: 'number' });
}

/** How long the windows were, and the longest that one would have to be for its mean to be known to within 5 %. */
function windowCell(one: Case): Cell {
  const summaries = one.rounds.flatMap(({ summary }) => (summary?.steadyState == null ? [] : [summary]));
  const window = extent(summaries.map(({ windowSeconds }) => windowSeconds));
  const needed = extent(summaries.map(({ steadyState }) => steadyState?.windowNeededSeconds));
  if (window === null || needed === null) return cell('–', { tone: 'number none' });
  const short = needed[1] > window[0];
  return cell(`${formatSeconds(window[0])} (${formatSeconds(needed[1])})`, {
    sort: needed[1] / window[0],
    tone: short ? 'number warn' : 'number',
    note: short ? 'The window is shorter than the figures ask for.' : 'The window is long enough.',
  });
}

/** How long the warm-up and why it ended. */
function warmupCell(one: Case): Cell {
  const warmups = one.rounds.flatMap(({ summary }) => summary?.warmup ?? []);
  const queries = extent(warmups.map((warmup) => warmup.queries));
  const seconds = extent(warmups.map((warmup) => warmup.seconds));
  if (queries === null || seconds === null) return cell('–', { tone: 'none', note: 'The result does not have it.' });
  const range = (values: readonly number[], format: (value: number) => string) =>
    [...new Set(values.map(format))].join(' to ');
  const ended = [...new Set(warmups.flatMap((warmup) => warmup.ended ?? []))];
  const how = ended.length === 0 ? '' : `, ended by ${ended.map((why) => words(why)).join(' or ')}`;
  const found = !ended.includes('no plateau');
  return cell(`${range(queries, formatCount)} queries, ${range(seconds, formatSeconds)}${how}`, {
    tone: found ? 'wide' : 'warn wide',
  });
}

/** Why no round of a case was judged: the reason of the first that has one. */
function whyNot(one: Case): string {
  const index = one.rounds.findIndex((_, at) => Object.hasOwn(one.reasons, `rounds.${at}.summary.steadyState`));
  return index < 0 ? 'The result gives no reason.' : reasonAt(one, `rounds.${index}.summary.steadyState`);
}
