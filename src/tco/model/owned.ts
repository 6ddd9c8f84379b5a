import { checkBetween, checkNotNegative, checkWhole } from './check-figure.ts';
import { type Demand, hoursPerYear, loadIn } from './demand.ts';
import {
  checkReserve,
  checkThroughput,
  type Fleet,
  fleetOf,
  machinesFor,
  type Reserve,
  type Throughput,
} from './fleet.ts';
import type { Ledger } from './ledger.ts';
import { wholePower } from './whole-power.ts';

/** Machines that are bought and run. All money in the currency of the study, at the prices of its date, without taxes. */
export interface OwnedOption {
  readonly kind: 'owned';
  readonly name: string;
  /** Years until the machines are sold, a whole number. */
  readonly lifeYears: number;
  readonly throughput: Throughput;
  readonly reserve: Reserve;
  readonly capital: Capital;
  readonly power: Power;
  readonly facility: Facility;
  readonly running: Running;
  readonly failures: Failures;
}

/** What is paid at the purchase. Of hardware that is owned already the price is what it would sell for: neither 0 nor its list price. */
export interface Capital {
  /** Currency per accelerator. */
  readonly acceleratorPrice: number;
  readonly acceleratorsPerMachine: number;
  /** What the machine costs beside its accelerators, as a share of their price: 0.66 makes a $15,000 card a machine of $24,900. */
  readonly serverOverhead: number;
  /** The same as an amount, currency per machine; added to the share. */
  readonly hostPrice: number;
  /** Network equipment as a share of the price of the machines. */
  readonly networkShare: number;
  /** Currency per machine, once: neither maintained nor resold. */
  readonly installationPerMachine: number;
  /** Currency, once for the whole fleet. */
  readonly installation: number;
  /** Share of the equipment's price that it brings at the end of its life. */
  readonly residualShare: number;
  /** Emitted in making one machine, kg CO₂; null: unknown, and left out of what a request emits. */
  readonly embodiedKilograms: number | null;
}

/** Power of a whole machine in watts, at its plug. */
export interface Power {
  readonly idleWatts: number;
  /** At its full throughput. */
  readonly loadWatts: number;
  /** What the facility has to hold ready for it: the nameplate or a measured peak, not the mean. */
  readonly provisionedWatts: number;
}

export interface Facility {
  /** Power of the facility ÷ power of the machines, at least 1. Applied to energy and to nothing else. */
  readonly powerUsageEffectiveness: number;
  /** Currency/kWh in the first year. */
  readonly electricityPrice: number;
  /** Rise of that price from year to year as a share. */
  readonly electricityEscalation: number;
  /** Grams of CO₂ per kWh of the grid; null: unknown. */
  readonly gramsPerKilowattHour: number | null;
  /** Rent of the provisioned power, currency per kW and month; energy comes on top. */
  readonly colocationPerKilowattMonth: number;
  /** Share in building an own facility, currency per provisioned kW. */
  readonly sitePerKilowatt: number;
}

export interface Running {
  /** Support contracts a year as a share of the equipment's price. */
  readonly maintenanceShare: number;
  /** People per machine, full-time. */
  readonly staffPerMachine: number;
  /** Cost of one of them, currency/year. */
  readonly staffCost: number;
  /** Connectivity, currency per machine and year. */
  readonly connectivityPerMachine: number;
  /** Licences, currency per machine and year. */
  readonly licencesPerMachine: number;
}

export interface Failures {
  /** Failures a year of one accelerator that end in its replacement: 0.04 is 4 %. */
  readonly annualRate: number;
  /** Years in which the seller replaces them. */
  readonly warrantyYears: number;
}

/** Throws a RangeError that says which figure of the option cannot be. */
export function checkOwned(option: OwnedOption): void {
  const { lifeYears, capital, power, facility, running, failures } = option;
  checkWhole('number of years of life', lifeYears, 1);
  checkThroughput(option.throughput);
  checkReserve(option.reserve);

  checkNotNegative('a price of an accelerator', capital.acceleratorPrice);
  checkWhole('number of accelerators in a machine', capital.acceleratorsPerMachine, 1);
  checkNotNegative('a server overhead', capital.serverOverhead);
  checkNotNegative('a price of a host', capital.hostPrice);
  checkNotNegative('a network share', capital.networkShare);
  checkNotNegative('an installation per machine', capital.installationPerMachine);
  checkNotNegative('an installation', capital.installation);
  checkBetween('a residual share', capital.residualShare, 0, 1);
  if (capital.embodiedKilograms !== null) checkNotNegative('embodied carbon in kg', capital.embodiedKilograms);

  checkNotNegative('an idle power in watts', power.idleWatts);
  if (!(power.loadWatts >= power.idleWatts)) {
    throw new RangeError(
      `Expected a load power of at least the ${power.idleWatts} W when idle, got ${power.loadWatts}.`,
    );
  }
  checkNotNegative('a load power in watts', power.loadWatts);
  checkNotNegative('a provisioned power in watts', power.provisionedWatts);

  checkBetween('a PUE', facility.powerUsageEffectiveness, 1, 10);
  checkNotNegative('a price of electricity', facility.electricityPrice);
  checkBetween('a rise of the price of electricity a year', facility.electricityEscalation, -0.5, 1);
  if (facility.gramsPerKilowattHour !== null)
    checkNotNegative('carbon of the grid in g/kWh', facility.gramsPerKilowattHour);
  checkNotNegative('a rent per kW and month', facility.colocationPerKilowattMonth);
  checkNotNegative('a site cost per kW', facility.sitePerKilowatt);

  checkNotNegative('a maintenance share', running.maintenanceShare);
  checkNotNegative('staff per machine', running.staffPerMachine);
  checkNotNegative('a cost of staff a year', running.staffCost);
  checkNotNegative('connectivity per machine and year', running.connectivityPerMachine);
  checkNotNegative('licences per machine and year', running.licencesPerMachine);
  checkNotNegative('an annual failure rate', failures.annualRate);
  checkNotNegative('years of warranty', failures.warrantyYears);
}

/** Price of the equipment of one machine: accelerators, host and its share of the network. Maintenance and resale go by it. */
export function equipmentPrice(capital: Capital): number {
  return (acceleratorsPrice(capital) * (1 + capital.serverOverhead) + capital.hostPrice) * (1 + capital.networkShare);
}

function acceleratorsPrice(capital: Capital): number {
  return capital.acceleratorPrice * capital.acceleratorsPerMachine;
}

/** The fleet that `serving` machines need around them. */
export function ownedFleet(option: OwnedOption, serving: number): Fleet {
  return fleetOf(serving, option.reserve, option.failures.annualRate * option.capital.acceleratorsPerMachine);
}

/**
 * Writes the life of an option into the ledger, year by year. Machines are bought when the growing demand needs them, at the same price;
 * a demand that shrinks lets machines stand switched off. `serving`: machines a year instead of those that the peak needs.
 */
export function walkOwned(
  option: OwnedOption,
  demand: Demand,
  ledger: Ledger,
  serving: readonly number[] | null,
): void {
  const { lifeYears, capital, power, facility, running, failures } = option;
  const equipment = equipmentPrice(capital);
  let installed = 0;
  let kilowatts = 0;
  let residual = 0;

  if (capital.installation > 0) ledger.pay(0, 'installation', capital.installation);
  for (let year = 1; year <= lifeYears; year++) {
    const { requests, averageRate, peakRate } = loadIn(demand, year);
    const fleet = ownedFleet(option, serving?.[year - 1] ?? machinesFor(peakRate, option.throughput));
    const bought = Math.max(0, fleet.total - installed);
    if (bought > 0) {
      installed += bought;
      payForMachines(year - 1, bought, capital, ledger);
      const age = lifeYears - (year - 1);
      residual += bought * equipment * residualAt(age, option);
    }
    const provisioned = (fleet.powered * power.provisionedWatts) / 1_000;
    if (provisioned > kilowatts) {
      ledger.pay(year - 1, 'site', (provisioned - kilowatts) * facility.sitePerKilowatt);
      kilowatts = provisioned;
    }

    const kilowattHours = energyInYear(fleet.powered, averageRate, option);
    ledger.draw(year, kilowattHours);
    ledger.pay(
      year,
      'energy',
      kilowattHours * facility.electricityPrice * wholePower(1 + facility.electricityEscalation, year - 1),
    );
    ledger.pay(year, 'colocation', provisioned * facility.colocationPerKilowattMonth * 12);
    ledger.pay(year, 'maintenance', installed * equipment * running.maintenanceShare);
    ledger.pay(year, 'staff', installed * running.staffPerMachine * running.staffCost);
    ledger.pay(year, 'connectivity', fleet.powered * running.connectivityPerMachine);
    ledger.pay(year, 'licences', fleet.powered * running.licencesPerMachine);
    const replacements = failures.annualRate * fleet.powered * acceleratorsPrice(capital);
    ledger.pay(year, 'replacement', replacements * outOfWarranty(year, failures.warrantyYears));
    ledger.serve(year, requests);
  }
  ledger.pay(lifeYears, 'residual', -residual);
}

function payForMachines(time: number, machines: number, capital: Capital, ledger: Ledger): void {
  const accelerators = machines * acceleratorsPrice(capital);
  const hosts = accelerators * capital.serverOverhead + machines * capital.hostPrice;
  ledger.buy(time, machines);
  ledger.pay(time, 'accelerators', accelerators);
  ledger.pay(time, 'hosts', hosts);
  ledger.pay(time, 'network_equipment', (accelerators + hosts) * capital.networkShare);
  ledger.pay(time, 'installation', machines * capital.installationPerMachine);
}

/**
 * Energy of a year in kWh, from the grid: between idle and load in proportion to use. As that is a straight line, it does not matter how
 * the load is spread over the machines or over the day. The mean rate is what the demand asks for: the utilisation that sizes the
 * fleet does not enter again.
 */
export function energyInYear(powered: number, averageItemsPerSecond: number, option: OwnedOption): number {
  const { idleWatts, loadWatts } = option.power;
  const watts =
    powered * idleWatts + ((loadWatts - idleWatts) * averageItemsPerSecond) / option.throughput.itemsPerSecond;
  return (watts / 1_000) * option.facility.powerUsageEffectiveness * hoursPerYear;
}

/** Share of its price that a machine brings at an age in years: down in a straight line to the residual share at the end of its life. */
function residualAt(age: number, { lifeYears, capital }: OwnedOption): number {
  return 1 - (1 - capital.residualShare) * (age / lifeYears);
}

/** Share of a year, counted from 1, after the warranty of what was bought first has run out. */
function outOfWarranty(year: number, warrantyYears: number): number {
  return Math.min(1, Math.max(0, year - warrantyYears));
}
