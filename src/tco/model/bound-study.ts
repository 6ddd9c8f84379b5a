import { checkBetween } from './check-figure.ts';
import { checkDemand, type Demand } from './demand.ts';
import { checkOption, type Option } from './option.ts';
import { type CostMeasure, PresentCosts } from './present-cost.ts';

/** A purchase to decide on. */
export interface StudyModel {
  readonly demand: Demand;
  /** Discount rate a year: 0.08 is 8 %. */
  readonly discountRate: number;
  readonly options: readonly Option[];
  /** Currency per 10⁶ requests, what serving them brings in; left out where nobody stated it. */
  readonly revenuePerMillionRequests?: number;
}

/** A figure of a study that is varied. */
export interface VariedInput {
  readonly name: string;
  /**
   * Where in the study it stands, such as `['options', 'A100', 'capital', 'acceleratorPrice']`, options by their name. Several places hold one
   * figure that options share, such as a tariff: they then move together.
   */
  readonly places: readonly (readonly string[])[];
}

/** The costs of options as a function of the inputs that are varied. */
export interface CostModel {
  readonly options: readonly string[];
  readonly inputs: readonly string[];
  readonly measures: readonly CostMeasure[];
  /** Writes the cost of each option, for these values of the inputs, into `costs`: all options by the first measure, then by the next. */
  evaluate(values: ArrayLike<number>, costs: Float64Array): void;
}

/**
 * A study as a function of some of its figures. The study is copied and stays as it is. Throws a RangeError for a place that is none, and,
 * when evaluated, for a value that the figure cannot have.
 */
export function bindStudy(
  study: StudyModel,
  inputs: readonly VariedInput[],
  ...measures: readonly CostMeasure[]
): CostModel {
  const copy = structuredClone(study);
  const slots = inputs.flatMap(({ name, places }, index) =>
    places.map((place) => ({ ...slotAt(copy, name, place), index })),
  );
  const presentCosts = new PresentCosts();
  return {
    options: copy.options.map(({ name }) => name),
    inputs: inputs.map(({ name }) => name),
    measures,
    evaluate(values, costs) {
      for (const { holder, key, index } of slots) holder[key] = values[index] ?? Number.NaN;
      checkDemand(copy.demand);
      checkBetween('a discount rate', copy.discountRate, -0.5, 1);
      for (const [index, option] of copy.options.entries()) {
        checkOption(option);
        const cost = presentCosts.of(option, copy.demand, copy.discountRate);
        for (const [block, measure] of measures.entries()) costs[block * copy.options.length + index] = cost[measure];
      }
    },
  };
}

/** The object that holds the figure at a place, and its key. Throws a RangeError, with the figure's name, for a place that is none. */
export function slotAt(
  study: StudyModel,
  name: string,
  place: readonly string[],
): { holder: Record<string, number>; key: string } {
  let holder: unknown = study;
  for (const key of place.slice(0, -1)) holder = child(holder, key);
  const key = place.at(-1) ?? '';
  if (typeof child(holder, key) !== 'number') {
    throw new RangeError(`Expected the place of a number for ${name}, got ${place.join('.')}.`);
  }
  return { holder: holder as Record<string, number>, key };
}

function child(holder: unknown, key: string): unknown {
  if (Array.isArray(holder)) return holder.find((one: { name?: unknown }) => one.name === key);
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return undefined;
  return (holder as Record<string, unknown>)[key];
}
