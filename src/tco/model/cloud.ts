import { checkBetween, checkNotNegative, checkWhole } from './check-figure.ts';
import { type Demand, hoursPerYear, loadIn } from './demand.ts';
import { capacity, checkThroughput, machinesFor, type Throughput } from './fleet.ts';
import type { Ledger } from './ledger.ts';
import { hoursFollowing } from './load-duration.ts';

/** Machines ("instances") that are rented by the hour. All money in the currency of the study, at the prices of its date, without taxes. */
export interface CloudOption {
  readonly kind: 'cloud';
  readonly name: string;
  /** Years that are counted, a whole number. */
  readonly lifeYears: number;
  readonly throughput: Throughput;
  /** Instances kept beside those that the peak needs, rented all the time. */
  readonly redundantMachines: number;
  /** Whether what is rented by the hour runs all the time in the number of the peak, or is started and stopped with the load. */
  readonly scaling: 'always_on' | 'follows_demand';
  /** Currency per instance-hour. */
  readonly onDemandPrice: number;
  /** null: none. */
  readonly commitment: Commitment | null;
  /** null: none. */
  readonly spot: Spot | null;
  readonly traffic: Traffic;
}

/** Instances that are paid for whether they work or not. */
export interface Commitment {
  /** How many; `peak_of_term`: as many as the busiest year of each term needs. */
  readonly machines: number | 'peak_of_term';
  /** Currency per instance-hour, over the whole term, what is paid upfront included. */
  readonly price: number;
  /** Share of a term's price that is paid when it begins. */
  readonly upfrontShare: number;
  /** Length of a term in years; the life has to be a multiple. */
  readonly termYears: number;
}

/** Instances at the market's price, which the seller takes back when he needs them. */
export interface Spot {
  /** Share of the hours beyond the commitment that are meant to run on them. */
  readonly share: number;
  /** Currency per instance-hour. */
  readonly price: number;
  /** Share of those hours in which none is to be had, and which are paid on demand. */
  readonly unavailableShare: number;
}

export interface Traffic {
  /** Out of the cloud, gigabytes (10⁹) a request. */
  readonly egressGigabytesPerRequest: number;
  /** Currency per gigabyte. */
  readonly egressPrice: number;
  /** Currency/year for what is stored. */
  readonly storageCost: number;
}

/** Throws a RangeError that says which figure of the option cannot be. */
export function checkCloud(option: CloudOption): void {
  const { lifeYears, commitment, spot, traffic } = option;
  checkWhole('number of years', lifeYears, 1);
  checkThroughput(option.throughput);
  checkWhole('number of redundant machines', option.redundantMachines, 0);
  checkNotNegative('a price on demand', option.onDemandPrice);
  if (commitment !== null) {
    if (commitment.machines !== 'peak_of_term') checkWhole('number of committed machines', commitment.machines, 0);
    checkNotNegative('a committed price', commitment.price);
    checkBetween('an upfront share', commitment.upfrontShare, 0, 1);
    checkWhole('number of years of a term', commitment.termYears, 1);
    if (lifeYears % commitment.termYears !== 0) {
      throw new RangeError(
        `Expected a number of years that is a multiple of the commitment's ${commitment.termYears}, got ${lifeYears}.`,
      );
    }
  }
  if (spot !== null) {
    checkBetween('a share of spot instances', spot.share, 0, 1);
    checkNotNegative('a spot price', spot.price);
    checkBetween('a share of hours without spot instances', spot.unavailableShare, 0, 1);
  }
  checkNotNegative('egress in GB a request', traffic.egressGigabytesPerRequest);
  checkNotNegative('a price of egress', traffic.egressPrice);
  checkNotNegative('a cost of storage a year', traffic.storageCost);
}

/** Instances in the year's busiest hour, redundant ones included. */
function instancesAt(option: CloudOption, demand: Demand, year: number, serving: readonly number[] | null): number {
  const needed = serving?.[year - 1] ?? machinesFor(loadIn(demand, year).peakRate, option.throughput);
  return needed + option.redundantMachines;
}

/**
 * Writes the life of an option into the ledger, year by year. The committed instances are used first and always paid for; the rest is
 * rented on demand or, in part, at the spot price. `serving`: instances a year instead of those that the peak needs.
 */
export function walkCloud(
  option: CloudOption,
  demand: Demand,
  ledger: Ledger,
  serving: readonly number[] | null,
): void {
  const { lifeYears, traffic } = option;
  let committed = 0;
  for (let year = 1; year <= lifeYears; year++) {
    committed = payCommitment(option, demand, year, committed, ledger, serving);
    const needed = instancesAt(option, demand, year, serving);
    const rented = rentedHours(option, demand, year, needed, committed);
    ledger.pay(year, 'instances', rented * hourlyPrice(option));

    const { requests } = loadIn(demand, year);
    ledger.pay(year, 'egress', requests * traffic.egressGigabytesPerRequest * traffic.egressPrice);
    ledger.pay(year, 'storage', traffic.storageCost);
    ledger.serve(year, requests);
  }
}

/** Pays for the committed instances of a year, and upfront where a term begins; answers how many they are. */
function payCommitment(
  option: CloudOption,
  demand: Demand,
  year: number,
  before: number,
  ledger: Ledger,
  serving: readonly number[] | null,
): number {
  const { commitment } = option;
  if (commitment === null) return 0;
  const { termYears, upfrontShare, price } = commitment;
  const begins = (year - 1) % termYears === 0;
  const machines = begins ? committedMachines(option, demand, year, commitment, serving) : before;
  const yearly = machines * hoursPerYear * price;
  if (begins) ledger.pay(year - 1, 'commitment', yearly * termYears * upfrontShare);
  ledger.pay(year, 'commitment', yearly * (1 - upfrontShare));
  return machines;
}

function committedMachines(
  option: CloudOption,
  demand: Demand,
  firstYear: number,
  { machines, termYears }: Commitment,
  serving: readonly number[] | null,
): number {
  if (machines !== 'peak_of_term') return machines;
  let most = 0;
  for (let year = firstYear; year < firstYear + termYears; year++) {
    most = Math.max(most, instancesAt(option, demand, year, serving));
  }
  return most;
}

/** Instance-hours of a year beyond the committed instances. */
function rentedHours(option: CloudOption, demand: Demand, year: number, needed: number, committed: number): number {
  if (needed <= committed) return 0;
  if (option.scaling === 'always_on') return (needed - committed) * hoursPerYear;
  // Redundant instances run always, as if they were the first ones.
  const { redundantMachines } = option;
  const alwaysOn = Math.max(0, redundantMachines - committed) * hoursPerYear;
  const peakMachines = loadIn(demand, year).peakRate / capacity(option.throughput);
  const kept = Math.max(0, committed - redundantMachines);
  return alwaysOn + hoursFollowing(peakMachines, needed - redundantMachines, kept, demand.peakToAverage);
}

/** Mean price of an instance-hour beyond the commitment. */
export function hourlyPrice({ onDemandPrice, spot }: CloudOption): number {
  if (spot === null) return onDemandPrice;
  const onSpot = spot.share * (1 - spot.unavailableShare);
  return onSpot * spot.price + (1 - onSpot) * onDemandPrice;
}
