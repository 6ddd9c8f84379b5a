import { cumulative, equivalentAnnualCost, netPresentValue } from './cash-flow.ts';
import { checkBetween } from './check-figure.ts';
import { checkDemand, type Demand, loadIn } from './demand.ts';
import { type Fleet, machinesFor } from './fleet.ts';
import { type CostItem, costItems, type Ledger } from './ledger.ts';
import { checkOption, type Option, walkOption } from './option.ts';
import { ownedFleet } from './owned.ts';
import type { PresentCost } from './present-cost.ts';

/** What an option is and costs, year by year. Money in the currency of the study, without taxes. */
export interface OptionCost extends PresentCost {
  readonly name: string;
  readonly years: readonly OptionYear[];
  /** What is paid at t = 0 … life; negative: what comes in. */
  readonly cashFlow: readonly number[];
  readonly cumulative: readonly number[];
  /** Per item over the whole life, not discounted; items that cost nothing are left out. */
  readonly byItem: ReadonlyMap<CostItem, number>;
  /** The same at each t. */
  readonly flowByItem: ReadonlyMap<CostItem, readonly number[]>;
  readonly emissions: Emissions;
}

/** One year of an option, counted from 1. */
export interface OptionYear {
  readonly year: number;
  readonly requests: number;
  /** Mean and peak, items/s. */
  readonly averageRate: number;
  readonly peakRate: number;
  readonly fleet: Fleet;
  /** Mean rate ÷ what the serving machines could do: what of them is used. */
  readonly utilisation: number;
  /** From the grid, PUE included; null: unknown, as with rented machines. */
  readonly kilowattHours: number | null;
}

/** Energy and carbon over the life of an option. */
export interface Emissions {
  /** Joules from the grid a request; null: unknown. */
  readonly joulesPerRequest: number | null;
  /** Grams of CO₂ a request from running; null: unknown. */
  readonly gramsPerRequest: number | null;
  /** The same with what was emitted in making the machines; null: unknown. */
  readonly gramsPerRequestWithMaking: number | null;
}

/** A ledger that keeps what each time and item came to. */
class FullLedger implements Ledger {
  readonly flows = new Map<CostItem, number[]>();
  readonly requests: number[];
  readonly kilowattHours: (number | null)[];
  machines = 0;
  readonly #length: number;

  constructor(lifeYears: number) {
    this.#length = lifeYears + 1;
    this.requests = new Array(this.#length).fill(0);
    this.kilowattHours = new Array(this.#length).fill(null);
  }

  pay(time: number, item: CostItem, amount: number): void {
    if (amount === 0) return;
    const flow = this.flows.get(item) ?? new Array<number>(this.#length).fill(0);
    flow[time] = (flow[time] ?? 0) + amount;
    this.flows.set(item, flow);
  }

  serve(time: number, requests: number): void {
    this.requests[time] = (this.requests[time] ?? 0) + requests;
  }

  draw(time: number, kilowattHours: number): void {
    this.kilowattHours[time] = (this.kilowattHours[time] ?? 0) + kilowattHours;
  }

  buy(_time: number, machines: number): void {
    this.machines += machines;
  }
}

/**
 * Fleet, cash flow, unit costs and emissions of an option at a discount rate a year. Throws a RangeError that names the figure that cannot
 * be. `serving`: machines a year instead of those that the peak needs.
 */
export function optionCost(
  option: Option,
  demand: Demand,
  rate: number,
  serving: readonly number[] | null = null,
): OptionCost {
  checkDemand(demand);
  checkBetween('a discount rate', rate, -0.5, 1);
  checkOption(option);
  const ledger = new FullLedger(option.lifeYears);
  walkOption(option, demand, ledger, serving);

  const flowByItem = new Map(costItems.flatMap((item) => entry(item, ledger.flows.get(item))));
  const cashFlow = ledger.requests.map((_, time) => sum([...flowByItem.values()].map((flow) => flow[time] ?? 0)));
  const netPresentCost = netPresentValue(cashFlow, rate);
  return {
    name: option.name,
    years: yearsOf(option, demand, ledger, serving),
    cashFlow,
    cumulative: cumulative(cashFlow),
    byItem: new Map([...flowByItem].map(([item, flow]) => [item, sum(flow)])),
    flowByItem,
    netPresentCost,
    equivalentAnnualCost: equivalentAnnualCost(netPresentCost, rate, option.lifeYears),
    costPerMillionRequests: (1e6 * netPresentCost) / netPresentValue(ledger.requests, rate),
    emissions: emissionsOf(option, ledger),
  };
}

function entry(item: CostItem, flow: readonly number[] | undefined): [CostItem, readonly number[]][] {
  return flow === undefined ? [] : [[item, flow]];
}

function yearsOf(option: Option, demand: Demand, ledger: FullLedger, serving: readonly number[] | null): OptionYear[] {
  return Array.from({ length: option.lifeYears }, (_, index) => {
    const year = index + 1;
    const { requests, averageRate, peakRate } = loadIn(demand, year);
    const fleet = fleetIn(option, serving?.[index] ?? machinesFor(peakRate, option.throughput));
    return {
      year,
      requests,
      averageRate,
      peakRate,
      fleet,
      utilisation: averageRate / (fleet.serving * option.throughput.itemsPerSecond),
      kilowattHours: ledger.kilowattHours[year] ?? null,
    };
  });
}

/** Machines of a year's peak, by what they are there for. */
function fleetIn(option: Option, serving: number): Fleet {
  if (option.kind === 'owned') return ownedFleet(option, serving);
  const total = serving + option.redundantMachines;
  return { serving, redundant: option.redundantMachines, spares: 0, total, powered: total };
}

/** Who sells hours does not say what they draw: the energy of rented machines is unknown, not zero. */
function emissionsOf(option: Option, ledger: FullLedger): Emissions {
  if (option.kind === 'cloud') {
    return { joulesPerRequest: null, gramsPerRequest: null, gramsPerRequestWithMaking: null };
  }
  const requests = sum(ledger.requests);
  const kilowattHours = sum(ledger.kilowattHours.map((hours) => hours ?? 0));
  const { gramsPerKilowattHour } = option.facility;
  const { embodiedKilograms } = option.capital;
  const grams = gramsPerKilowattHour === null ? null : (kilowattHours * gramsPerKilowattHour) / requests;
  return {
    joulesPerRequest: (kilowattHours * 3.6e6) / requests,
    gramsPerRequest: grams,
    gramsPerRequestWithMaking:
      grams === null || embodiedKilograms === null
        ? null
        : grams + (ledger.machines * embodiedKilograms * 1_000) / requests,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
