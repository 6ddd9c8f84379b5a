import type { Ratio } from '../../analysis/compare-runs.ts';
import { formatRatio, formatSeconds, formatThroughput } from '../../units/format.ts';
import { runLetter } from '../charts/panels.ts';
import { isNumber } from '../charts/scale.ts';
import type { RunComparison } from '../comparisons.ts';
import { displayName } from '../display-name.ts';
import { plainReason } from '../plain-reasons.ts';
import { type Cell, cell, column, headCell, row, type Table, table } from './section.ts';

/** Each further run against the first, case by case. */
export function comparisonTables(comparisons: readonly RunComparison[]): Table[] {
  return comparisons.flatMap((comparison) => [comparisonTable(comparison), ...differencesTable(comparison)]);
}

/** What belongs to the comparison and is not in its table. */
export function comparisonNotes(comparisons: readonly RunComparison[]): string[] {
  return comparisons.flatMap(({ base, candidate, rows, onlyInBase, onlyInCandidate }) => {
    const [a, b] = [runLetter(base), runLetter(candidate)];
    const listed = (ids: readonly string[]) =>
      `${ids
        .slice(0, 6)
        .map((id) => displayName(id, 70))
        .join(', ')}${ids.length > 6 ? ` and ${ids.length - 6} more` : ''}`;
    const invalid = rows.filter(({ throughput }) => throughput.reason?.code === 'CASE_INVALID').length;
    const descriptive =
      rows.length > 0 && rows.every(({ throughput }) => throughput.low === null) && invalid < rows.length;
    return [
      ...(rows.length === 0
        ? [`Runs ${a} and ${b} have no measured case in common: there is nothing to compare.`]
        : []),
      ...(invalid > 0
        ? [
            `Runs ${a} and ${b}: ${invalid} of ${rows.length} cases ${invalid === 1 ? 'is' : 'are'} invalid in one of the two, struck out, and ${invalid === 1 ? 'has' : 'have'} no ratio.`,
          ]
        : []),
      ...(descriptive
        ? [
            `Runs ${a} and ${b}: with fewer than four rounds of each there is no interval. The ratios describe these two measurements; they do not show that one is faster.`,
          ]
        : []),
      ...(onlyInBase.length > 0 ? [`Only in run ${a}: ${listed(onlyInBase)}.`] : []),
      ...(onlyInCandidate.length > 0 ? [`Only in run ${b}: ${listed(onlyInCandidate)}.`] : []),
    ];
  });
}

/** Machine, software, policy and models, where the runs differ in them: each may be the cause of a ratio. */
function differencesTable({ base, candidate, environmentDifferences }: RunComparison): Table[] {
  if (environmentDifferences.length === 0) return [];
  const [a, b] = [runLetter(base), runLetter(candidate)];
  const count = environmentDifferences.length;
  return [
    table(
      `What differs around the cases of runs ${a} and ${b}`,
      [column('What'), column(`Run ${a}`), column(`Run ${b}`)],
      environmentDifferences.map(({ field, base, candidate }) =>
        row([headCell(displayName(field, 80)), cell(displayName(base, 160)), cell(displayName(candidate, 160))]),
      ),
      {
        folded: `${count} ${count === 1 ? 'thing differs' : 'things differ'} around the cases: the machine, the software, the policy or a model`,
      },
    ),
  ];
}

function comparisonTable({ base, candidate, rows }: RunComparison): Table {
  const [a, b] = [runLetter(base), runLetter(candidate)];
  const numeric = { numeric: true };
  const columns = [
    column('Case'),
    column(`p50 ${a}`, numeric),
    column(`p50 ${b}`, numeric),
    column(`p50 ${b} / ${a}`, numeric),
    column(`Throughput ${a}`, numeric),
    column(`Throughput ${b}`, numeric),
    column(`Throughput ${b} / ${a}`, numeric),
  ];
  return table(
    `Run ${b} against run ${a}: ratios above 1 mean more time, or more throughput`,
    columns,
    rows.map((one) =>
      row(
        [
          headCell(displayName(one.id, 90)),
          ...ratioCells(one.latency, formatSeconds, 'lower'),
          ...ratioCells(one.throughput, formatThroughput, 'higher'),
        ],
        one.throughput.reason?.code === 'CASE_INVALID' ? 'struck' : '',
      ),
    ),
  );
}

function ratioCells(ratio: Ratio, format: (value: number) => string, better: 'lower' | 'higher'): Cell[] {
  const figure = (value: number | null) =>
    isNumber(value) ? cell(format(value), { tone: 'number', sort: value }) : cell('–', { tone: 'number none' });
  return [figure(ratio.base), figure(ratio.candidate), ratioCell(ratio, better)];
}

/** The ratio with its interval; coloured only where the interval does not hold 1. */
function ratioCell({ value, low, high, reason }: Ratio, better: 'lower' | 'higher'): Cell {
  const why = reason === null ? '' : plainReason(reason);
  if (!isNumber(value)) return cell('–', { tone: 'number none', note: why });
  if (!isNumber(low) || !isNumber(high)) return cell(formatRatio(value), { tone: 'number', sort: value, note: why });
  const improved = better === 'lower' ? high < 1 : low > 1;
  const worsened = better === 'lower' ? low > 1 : high < 1;
  const tone = improved ? 'number good' : worsened ? 'number bad' : 'number';
  return cell(`${formatRatio(value)} (${low.toPrecision(3)} to ${high.toPrecision(3)})`, {
    tone,
    sort: value,
    note: improved || worsened ? '' : 'The interval holds 1: no difference is shown.',
  });
}
