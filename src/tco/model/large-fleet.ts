import type { StudyModel } from './bound-study.ts';
import { fleetCostRatio } from './break-even.ts';
import { type Demand, secondsPerDay } from './demand.ts';
import { capacity } from './fleet.ts';
import type { Option } from './option.ts';
import { PresentCosts } from './present-cost.ts';

/** Machines of a fleet that is large: whole machines, and a few in reserve, do not matter in it. */
export const largeFleet = 10_000;

/** The option with another throughput of its machines. */
export function withThroughput<Kind extends Option>(
  option: Kind,
  itemsPerSecond: number,
  maxUtilisation = option.throughput.maxUtilisation,
): Kind {
  return { ...option, throughput: { itemsPerSecond, maxUtilisation } };
}

/** The demand at which `machines` of an option are exactly full in the first year. */
export function demandFilling(option: Option, demand: Demand, machines: number): Demand {
  const { itemsPerRequest, peakToAverage } = demand;
  const requestsPerDay = (machines * capacity(option.throughput) * secondsPerDay) / (itemsPerRequest * peakToAverage);
  return { ...demand, requestsPerDay };
}

/** Net present cost of a large fleet that is full, per machine of its first year, at the study's demand but for its volume. */
export function machineCost(option: Option, { demand, discountRate }: StudyModel): number {
  const { netPresentCost } = new PresentCosts().of(option, demandFilling(option, demand, largeFleet), discountRate);
  return netPresentCost / largeFleet;
}

/** Cost of a large fleet of A ÷ that of a large fleet of B that does the same work. */
export function largeFleetCostRatio(a: Option, b: Option, model: StudyModel): number {
  const ratio = capacity(a.throughput) / capacity(b.throughput);
  return fleetCostRatio(machineCost(a, model), machineCost(b, model), ratio);
}

/**
 * How many times the throughput of B one of A has to have for a large fleet of A to cost a share `lower` less; null: none is enough. What
 * a request costs by itself, such as traffic out of a cloud, does not shrink as machines get faster: a machine of A costs K + k · T, one of
 * B costs K_B, and with the highest utilisations u the ratio is (K / K_B) · (u_B / u_A) / (1 − lower − k · T_B · u_B / (K_B · u_A)).
 */
export function ratioForLower(a: Option, b: Option, lower: number, model: StudyModel): number | null {
  const { itemsPerSecond, maxUtilisation } = a.throughput;
  const costOfA = machineCost(a, model);
  const costOfB = machineCost(b, model);
  const perItem = (machineCost(withThroughput(a, 2 * itemsPerSecond), model) - costOfA) / itemsPerSecond;
  const left = 1 - lower - (perItem * capacity(b.throughput)) / (costOfB * maxUtilisation);
  const ratio = ((costOfA - perItem * itemsPerSecond) / costOfB) * (b.throughput.maxUtilisation / maxUtilisation);
  return left > 0 && Number.isFinite(ratio) ? ratio / left : null;
}
