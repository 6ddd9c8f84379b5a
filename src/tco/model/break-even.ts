import { checkBetween, checkPositive } from './check-figure.ts';
import { hoursPerYear } from './demand.ts';

/**
 * Share of the hours of a year from which on owning costs less than renting by the hour: u* of
 * `equivalent annual cost = u* · 8,766 h · machines · price`. Above 1 renting is cheaper even all the time.
 *
 * `machines`: rented ones that do the work of the owned ones; `price`: currency per machine-hour.
 */
export function breakEvenUtilisation(equivalentAnnualCost: number, machines: number, price: number): number {
  checkPositive('a number of machines', machines);
  checkPositive('a price per machine-hour', price);
  return equivalentAnnualCost / (hoursPerYear * machines * price);
}

/**
 * Cost of A ÷ cost of B for the same work in a fleet so large that whole machines do not matter: `(costOfA / costOfB) / ratio`, where the
 * costs are those of one machine and `ratio` is the throughput of A ÷ that of B at the same latency limit and accuracy.
 */
export function fleetCostRatio(costOfA: number, costOfB: number, ratio: number): number {
  checkPositive('a cost of B', costOfB);
  checkPositive('a throughput ratio', ratio);
  return costOfA / costOfB / ratio;
}

/** The throughput ratio A ÷ B at which a large fleet of A costs a share `lower` less than one of B; with 0 they cost the same. */
export function ratioForSaving(costOfA: number, costOfB: number, lower: number): number {
  checkPositive('a cost of B', costOfB);
  checkBetween('a share by which A is cheaper', lower, 0, 0.999);
  return costOfA / costOfB / (1 - lower);
}
