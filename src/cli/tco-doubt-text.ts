import { amountText } from '../tco/model/amount-text.ts';
import { chanceShare, signedShare } from '../tco/model/share-text.ts';
import type { Assumption, StudyData } from '../tco/model/study-data.ts';
import type { Sensitivity, SimulationOutcome, StudyOutcome } from '../tco/model/study-outcome.ts';
import { formatCount } from '../units/format.ts';
import { figureRange } from './tco-basis-text.ts';
import { indented, section, width, wrappedTable } from './tco-layout.ts';
import { wrapText } from './wrap-text.ts';

/** Figures that move nothing need no line. */
const mostBars = 12;
/** Columns of the bars, and of the numbers at their ends. */
const barWidth = 25;
const endWidth = 7;

/** The tornado: where the answer lies with each figure at either end of its range. */
export function sensitivityText(study: StudyData, sensitivity: Sensitivity): string {
  const { a, b, output, atBase, bars } = sensitivity;
  if (bars.length === 0) return '';
  const show = (value: number) => (output === 'difference' ? signedShare(value) : amountText(value));
  const shown = bars.slice(0, mostBars).filter(({ swing }) => swing > 0);
  const rest = bars.length - shown.length;
  const drawn = drawer(sensitivity, shown);
  const figures = new Map(study.assumptions.map((one) => [one.name, one]));
  const lines = shown.map((bar) => {
    const [left, right] = bar.atLow <= bar.atHigh ? [bar.atLow, bar.atHigh] : [bar.atHigh, bar.atLow];
    const text = `${bar.title}: ${rangeText(figures.get(bar.name), bar)}${bar.flipsOrder ? ' (turns the order)' : ''}`;
    const head = `${show(left).padStart(endWidth)} ${drawn(left, right)} ${show(right).padEnd(endWidth)} `;
    const wrapped = wrapText(text, Math.max(30, width - head.length));
    return `${head}${wrapped.replaceAll('\n', `\n${' '.repeat(head.length)}`)}\n`;
  });
  const what =
    output === 'difference'
      ? `what ${a} costs more than ${b}, ${show(atBase)} now`
      : `equivalent annual cost of ${a}, ${study.currency} ${show(atBase)} now`;
  const note =
    rest === 0
      ? ''
      : indented(`${rest} more ${rest === 1 ? 'figure moves' : 'figures move'} it less or not at all.`, 0);
  return section('Sensitivity, one figure at a time', `Bars: ${what}.`, `${lines.join('')}${note}`);
}

function rangeText(figure: Assumption | undefined, { low, high }: { low: number; high: number }): string {
  return figure === undefined ? `${low} to ${high}` : figureRange(figure, low, high);
}

/** Draws a bar on the scale that all of them share; the answer now is where the line stands. */
function drawer({ atBase }: Sensitivity, bars: Sensitivity['bars']): (left: number, right: number) => string {
  const ends = bars.flatMap(({ atLow, atHigh }) => [atLow, atHigh]);
  const [least, most] = [Math.min(atBase, ...ends), Math.max(atBase, ...ends)];
  const column = (value: number) => Math.round(((value - least) / (most - least || 1)) * (barWidth - 1));
  const base = column(atBase);
  return (left, right) =>
    Array.from({ length: barWidth }, (_, place) => {
      if (place === base) return '│';
      return place >= column(left) && place <= column(right) ? '━' : ' ';
    }).join('');
}

/** Percentiles of what was drawn, and the chances of each option against each. */
export function simulationText(study: StudyData, { simulation, order }: StudyOutcome): string {
  if (simulation === null) return '';
  const { draws, seed } = simulation;
  const byOrder = order.flatMap((name) => simulation.options.filter((one) => one.name === name));
  const table = wrappedTable(byOrder, { title: 'option', most: 24, cell: ({ name }) => name }, [
    ...(['p5', 'p50', 'p95'] as const).map((point, index) => ({
      title: index === 0 ? `${study.currency}/year P5` : point.toUpperCase(),
      align: 'right' as const,
      cell: (one: (typeof byOrder)[number]) => amountText(one.equivalentAnnualCost[point]),
    })),
    ...(['p5', 'p50', 'p95'] as const).map((point, index) => ({
      title: index === 0 ? 'per 1M P5' : point.toUpperCase(),
      align: 'right' as const,
      cell: (one: (typeof byOrder)[number]) => amountText(one.costPerMillionRequests[point]),
    })),
  ]);
  const chances = chanceLines(simulation, order);
  return section(
    'Simulation',
    `${formatCount(draws)} draws of all figures with a range, seed ${seed}; what options share is drawn once.`,
    `${table}${chances.map((line) => indented(line, 0)).join('')}`,
  );
}

/** In words up to some options; the matrix of more is in `--json` and in the report. */
function chanceLines({ options, cheaperThan, bestFlips }: SimulationOutcome, order: readonly string[]): string[] {
  const index = new Map(options.map(({ name }, place) => [name, place]));
  const [best = '', ...others] = order;
  if (others.length === 0) return [];
  const chance = (a: string, b: string) => cheaperThan[index.get(a) ?? -1]?.[index.get(b) ?? -1] ?? Number.NaN;
  const against = others.map((name) => `than ${name} in ${chanceShare(chance(best, name))}`).join(', ');
  return [`${best} is cheaper ${against} of the draws; in ${chanceShare(bestFlips)} another option is the cheapest.`];
}
