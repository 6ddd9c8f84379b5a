import type { CloudOption } from '../../../src/tco/model/cloud.ts';
import type { Demand } from '../../../src/tco/model/demand.ts';
import type { Capital, Facility, Failures, OwnedOption, Power, Running } from '../../../src/tco/model/owned.ts';

/** A constant request of one item a second, and nothing else. */
export const oneASecond: Demand = { requestsPerDay: 86_400, growthPerYear: 0, peakToAverage: 1, itemsPerRequest: 1 };

interface OwnedChanges {
  readonly name?: string;
  readonly lifeYears?: number;
  readonly itemsPerSecond?: number;
  readonly maxUtilisation?: number;
  readonly reserve?: Partial<OwnedOption['reserve']>;
  readonly capital?: Partial<Capital>;
  readonly power?: Partial<Power>;
  readonly facility?: Partial<Facility>;
  readonly running?: Partial<Running>;
  readonly failures?: Partial<Failures>;
}

/** Machines of 10,000 each that cost nothing else and serve 100 items/s for three years. */
export function owned(changes: OwnedChanges = {}): OwnedOption {
  return {
    kind: 'owned',
    name: changes.name ?? 'owned',
    lifeYears: changes.lifeYears ?? 3,
    throughput: { itemsPerSecond: changes.itemsPerSecond ?? 100, maxUtilisation: changes.maxUtilisation ?? 1 },
    reserve: { redundantMachines: 0, spares: { rule: 'count', machines: 0 }, sparesAre: 'cold', ...changes.reserve },
    capital: {
      acceleratorPrice: 10_000,
      acceleratorsPerMachine: 1,
      serverOverhead: 0,
      hostPrice: 0,
      networkShare: 0,
      installationPerMachine: 0,
      installation: 0,
      residualShare: 0,
      embodiedKilograms: null,
      ...changes.capital,
    },
    power: { idleWatts: 0, loadWatts: 0, provisionedWatts: 0, ...changes.power },
    facility: {
      powerUsageEffectiveness: 1,
      electricityPrice: 0,
      electricityEscalation: 0,
      gramsPerKilowattHour: null,
      colocationPerKilowattMonth: 0,
      sitePerKilowatt: 0,
      ...changes.facility,
    },
    running: {
      maintenanceShare: 0,
      staffPerMachine: 0,
      staffCost: 0,
      connectivityPerMachine: 0,
      licencesPerMachine: 0,
      ...changes.running,
    },
    failures: { annualRate: 0, warrantyYears: 0, ...changes.failures },
  };
}

/** Instances at 2 an hour, always on, that serve 100 items/s; three years are counted. */
export function cloud(changes: Partial<CloudOption> = {}): CloudOption {
  return {
    kind: 'cloud',
    name: 'cloud',
    lifeYears: 3,
    throughput: { itemsPerSecond: 100, maxUtilisation: 1 },
    redundantMachines: 0,
    scaling: 'always_on',
    onDemandPrice: 2,
    commitment: null,
    spot: null,
    traffic: { egressGigabytesPerRequest: 0, egressPrice: 0, storageCost: 0 },
    ...changes,
  };
}
