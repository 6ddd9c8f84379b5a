import type { StudyModel } from './bound-study.ts';
import { investmentReturn } from './investment.ts';
import { type OptionCost, optionCost } from './option-cost.ts';
import { pairsOf } from './pairs.ts';
import { recommend } from './recommend.ts';
import { sensitivityOf } from './sensitivity.ts';
import { simulateStudy } from './simulate-study.ts';
import type { SimulationOptions } from './simulation.ts';
import type { StudyData } from './study-data.ts';
import type { OptionOutcome, StudyOutcome } from './study-outcome.ts';

/**
 * What a study comes to, without the simulation: fleets, costs, break-evens, sensitivity and a recommendation. In Node and in the browser
 * alike. Throws a RangeError that names the option and the figure that cannot be.
 */
export function evaluateStudy(data: StudyData): StudyOutcome {
  const { model } = data;
  const costs = model.options.map((option) => optionCost(option, model.demand, model.discountRate));
  const options = costs.map((cost) => optionOutcome(cost, costs, data));
  const ordered = options.toSorted((one, other) => one.equivalentAnnualCost - other.equivalentAnnualCost);
  const order = ordered.map(({ name }) => name);
  const outcome = {
    options,
    order,
    pairs: pairsOf(model, ordered),
    sensitivity: sensitivityOf(data, order),
    simulation: null,
  };
  return { ...outcome, recommendation: recommend(data, outcome) };
}

/** The outcome with its simulation, and a recommendation that knows of it. */
export function withSimulation(data: StudyData, outcome: StudyOutcome, settings: SimulationOptions): StudyOutcome {
  const drawn = { ...outcome, simulation: simulateStudy(data, outcome, settings) };
  return { ...drawn, recommendation: recommend(data, drawn) };
}

function optionOutcome(cost: OptionCost, all: readonly OptionCost[], data: StudyData): OptionOutcome {
  const { name, byItem, flowByItem, ...rest } = cost;
  const option = data.model.options.find((one) => one.name === name);
  const origin = data.throughputs[name];
  if (option === undefined || origin === undefined)
    throw new RangeError(`${name}: expected the origin of its throughput, got none.`);
  return {
    ...rest,
    name,
    kind: option.kind,
    throughput: { ...origin, ...option.throughput },
    byItem: [...byItem].map(([item, amount]) => ({ item, amount, flow: flowByItem.get(item) ?? [] })),
    investment: investmentOf(cost, all, data),
  };
}

/** Against what the requests bring in where that is stated, else against what the baseline would have cost. */
function investmentOf(
  { name, cashFlow, years }: OptionCost,
  all: readonly OptionCost[],
  { model, baseline }: StudyData,
): OptionOutcome['investment'] {
  const benefits =
    revenueOf(model, years) ?? (name === baseline ? null : all.find((one) => one.name === baseline)?.cashFlow);
  return benefits == null ? null : investmentReturn(cashFlow, benefits, model.discountRate);
}

/** What comes in at t = 0, 1 … years; null: nobody stated what a request is worth. */
function revenueOf({ revenuePerMillionRequests }: StudyModel, years: OptionCost['years']): number[] | null {
  if (revenuePerMillionRequests === undefined) return null;
  return [0, ...years.map(({ requests }) => (requests / 1e6) * revenuePerMillionRequests)];
}
