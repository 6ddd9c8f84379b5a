import { type Demand, growthUntil, secondsPerDay } from './demand.ts';
import { capacity } from './fleet.ts';
import type { Option } from './option.ts';
import { type PresentCost, PresentCosts } from './present-cost.ts';

/** What an option costs at any volume, in a form that lets two be compared exactly. Volumes are requests a day in the first year. */
export interface VolumeCurve {
  readonly name: string;
  /** Volume that one machine carries, by the peak of each year: the fleet of that year grows at every multiple. */
  readonly steps: readonly number[];
  /**
   * Cost at a volume with so many machines each year. Given apart from the volume, so that a step can be looked at from either side. For
   * fixed machines the difference of two curves changes its sign at most once: costs are straight lines, or close to them.
   */
  cost(volume: number, machines: readonly number[]): number;
  /** The cost as `fixed + perMachine · machines + perVolume · volume` where it is that and all years step alike; else null. */
  readonly line: CostLine | null;
}

export interface CostLine {
  readonly fixed: number;
  readonly perMachine: number;
  readonly perVolume: number;
}

/** The curve of an option over volume, the rest of the demand as given, by net present cost or equivalent annual cost. */
export function volumeCurve(
  option: Option,
  demand: Demand,
  rate: number,
  measure: Exclude<keyof PresentCost, 'costPerMillionRequests'> = 'equivalentAnnualCost',
): VolumeCurve {
  const costs = new PresentCosts();
  const cost = (volume: number, machines: readonly number[]): number =>
    costs.of(option, { ...demand, requestsPerDay: volume }, rate, machines)[measure];
  const perRequestADay = (demand.itemsPerRequest * demand.peakToAverage) / secondsPerDay;
  const steps = Array.from({ length: option.lifeYears }, (_, index) => {
    return capacity(option.throughput) / (perRequestADay * growthUntil(demand, index + 1));
  });
  return { name: option.name, steps, cost, line: isStraight(option, demand) ? lineOf(cost, option.lifeYears) : null };
}

/** Whether each machine and each request costs the same, however many there are. */
function isStraight(option: Option, demand: Demand): boolean {
  if (demand.growthPerYear !== 0) return false;
  if (option.kind === 'owned') return option.reserve.spares.rule === 'count';
  const isCommittedInPart = option.commitment !== null && option.commitment.machines !== 'peak_of_term';
  return option.scaling === 'always_on' && !isCommittedInPart;
}

function lineOf(cost: VolumeCurve['cost'], years: number): CostLine {
  const machines = (count: number) => new Array<number>(years).fill(count);
  const fixed = cost(0, machines(0));
  return { fixed, perMachine: cost(0, machines(1)) - fixed, perVolume: cost(1, machines(0)) - fixed };
}
