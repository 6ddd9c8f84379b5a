import { generator } from '../../stats/random.ts';
import type { CostModel } from './bound-study.ts';
import { checkWhole } from './check-figure.ts';
import { checkDistribution, type Distribution, drawMany } from './distribution.ts';
import type { CostMeasure } from './present-cost.ts';

export interface SimulationOptions {
  readonly draws: number;
  readonly seed: number;
}

/** What many draws of the inputs came to. */
export interface Simulation extends SimulationOptions {
  readonly options: readonly string[];
  /**
   * By the first measure of the model: a column an option, a row a draw. Rows belong together: each is one state of the world in which all
   * options were costed.
   */
  readonly costs: readonly Float64Array[];
  /** The same by all its measures. */
  readonly costsBy: ReadonlyMap<CostMeasure, readonly Float64Array[]>;
  /** A column an input. */
  readonly inputs: ReadonlyMap<string, Float64Array>;
}

/**
 * Monte Carlo with common random numbers: of each draw of the inputs the cost of every option, so that what they share (tariff, demand,
 * discount rate) cancels in their differences. Each input has its own sequence by the seed and its name: adding one leaves the others'
 * draws as they are. Inputs are independent. Throws a RangeError for what is no distribution of an input of the model, and where a draw
 * is a value that the figure cannot have.
 */
export function simulate(
  model: CostModel,
  distributions: ReadonlyMap<string, Distribution>,
  { draws, seed }: SimulationOptions,
): Simulation {
  checkWhole('number of draws', draws, 1);
  checkWhole('seed', seed, 0);
  const inputs = new Map(model.inputs.map((name) => [name, column(name, distributions.get(name), draws, seed)]));
  const columns = [...inputs.values()];
  const costs = model.measures.flatMap(() => model.options.map(() => new Float64Array(draws)));
  const values = new Float64Array(columns.length);
  const row = new Float64Array(costs.length);
  for (let draw = 0; draw < draws; draw++) {
    for (let input = 0; input < columns.length; input++) values[input] = columns[input]?.[draw] ?? Number.NaN;
    model.evaluate(values, row);
    for (let option = 0; option < costs.length; option++) {
      const into = costs[option];
      if (into !== undefined) into[draw] = row[option] ?? Number.NaN;
    }
  }
  const { options, measures } = model;
  const block = (index: number) => costs.slice(index * options.length, (index + 1) * options.length);
  const costsBy = new Map(measures.map((measure, index) => [measure, block(index)]));
  return { draws, seed, options, costs: block(0), costsBy, inputs };
}

function column(name: string, distribution: Distribution | undefined, draws: number, seed: number): Float64Array {
  if (distribution === undefined) throw new RangeError(`Expected a distribution of ${name}, got none.`);
  checkDistribution(name, distribution);
  return drawMany(distribution, generator(seedOf(name, seed)), draws);
}

/** FNV-1a of the name (32 bits, over its UTF-16 units), begun from the seed. */
function seedOf(name: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}
