import { bindStudy } from './bound-study.ts';
import type { Assumption, StudyData } from './study-data.ts';
import type { Sensitivity } from './study-outcome.ts';
import { type InputSpan, tornado } from './tornado.ts';

/** A figure with a range: what sensitivity and simulation vary. */
export type DoubtedFigure = Assumption & {
  readonly distribution: NonNullable<Assumption['distribution']>;
  readonly low: number;
  readonly high: number;
};

/** The figures of a study that have a range, in its order. What options share is one figure, and moves in all of them. */
export function doubtedFigures(data: StudyData): DoubtedFigure[] {
  return data.assumptions.filter(
    (one): one is DoubtedFigure => one.distribution !== null && one.low !== null && one.high !== null,
  );
}

/** How the difference of the two cheapest options moves with one figure at a time. `order`: names, the cheapest first. */
export function sensitivityOf(data: StudyData, order: readonly string[]): Sensitivity {
  const figures = doubtedFigures(data);
  const model = bindStudy(data.model, figures, 'equivalentAnnualCost');
  const spans = figures.map(({ name, low, value, high }): InputSpan => ({ name, low, base: value, high }));
  const [a = '', b = null] = order;
  const costOf = (costs: Float64Array, name: string) => costs[model.options.indexOf(name)] ?? Number.NaN;
  const output = (costs: Float64Array) => (b === null ? costOf(costs, a) : costOf(costs, a) / costOf(costs, b) - 1);
  const { atBase, bars } = tornado(model, spans, output);
  const cheapest = tornado(model, spans, (costs) => costs.indexOf(Math.min(...costs)));
  const flips = new Set(
    cheapest.bars.flatMap(({ name, atLow, atHigh }) => {
      return atLow === cheapest.atBase && atHigh === cheapest.atBase ? [] : [name];
    }),
  );
  const titles = new Map(figures.map((figure) => [figure.name, figureText(figure)]));
  return {
    a,
    b,
    output: b === null ? 'cost' : 'difference',
    atBase,
    bars: bars.map((bar) => ({ ...bar, title: titles.get(bar.name) ?? bar.name, flipsOrder: flips.has(bar.name) })),
  };
}

/** A figure in words with whose it is: `price of an accelerator (A100)`. */
export function figureText({ title, owner }: Pick<Assumption, 'title' | 'owner'>): string {
  return owner === null ? title : `${title} (${owner})`;
}
