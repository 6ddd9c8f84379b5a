import type { StudyModel } from './model/bound-study.ts';
import type { CloudOption } from './model/cloud.ts';
import type { OwnedOption } from './model/owned.ts';
import type { Spares } from './model/spares.ts';
import type { Assumption } from './model/study-data.ts';
import type { CloudFile, OwnFile, SettledStudy } from './study-schema.ts';

/** The model with every figure at its place; what the file leaves out is not counted: zero, or null where zero would be a claim. */
export function modelOf(file: SettledStudy, assumptions: readonly Assumption[]): StudyModel {
  const options = file.options.map((option) =>
    option.kind === 'own' ? emptyOwned(option, file.horizon_years) : emptyCloud(option, file.horizon_years),
  );
  const demand = { requestsPerDay: 0, growthPerYear: 0, peakToAverage: 1, itemsPerRequest: 1 };
  const model: StudyModel = { demand, discountRate: 0, options };
  for (const { value, places } of assumptions) for (const place of places) put(model, place, value);
  return model;
}

function put(model: StudyModel, place: readonly string[], value: number): void {
  let holder: unknown = model;
  for (const key of place.slice(0, -1)) {
    holder = Array.isArray(holder)
      ? holder.find((one: { name: string }) => one.name === key)
      : (holder as Record<string, unknown>)[key];
  }
  (holder as Record<string, number>)[place.at(-1) ?? ''] = value;
}

function emptyOwned(option: OwnFile, lifeYears: number): OwnedOption {
  return {
    kind: 'owned',
    name: option.name,
    lifeYears,
    throughput: { itemsPerSecond: 0, maxUtilisation: 0 },
    reserve: {
      redundantMachines: option.redundant_machines ?? 0,
      spares: sparesOf(option.spares),
      sparesAre: option.spares_are ?? 'cold',
    },
    capital: {
      acceleratorPrice: 0,
      acceleratorsPerMachine: option.machine.accelerators,
      serverOverhead: 0,
      hostPrice: 0,
      networkShare: 0,
      installationPerMachine: 0,
      installation: 0,
      residualShare: 0,
      embodiedKilograms: null,
    },
    power: { idleWatts: 0, loadWatts: 0, provisionedWatts: 0 },
    facility: {
      powerUsageEffectiveness: 1,
      electricityPrice: 0,
      electricityEscalation: 0,
      gramsPerKilowattHour: null,
      colocationPerKilowattMonth: 0,
      sitePerKilowatt: 0,
    },
    running: {
      maintenanceShare: 0,
      staffPerMachine: 0,
      staffCost: 0,
      connectivityPerMachine: 0,
      licencesPerMachine: 0,
    },
    failures: { annualRate: 0, warrantyYears: option.failures?.warranty_years ?? 0 },
  };
}

function sparesOf(spares: OwnFile['spares']): Spares {
  if (spares === undefined) return { rule: 'count', machines: 0 };
  if ('machines' in spares) return { rule: 'count', machines: spares.machines };
  if ('share' in spares) return { rule: 'share', share: spares.share };
  return { rule: spares.rule, leadTimeDays: spares.lead_time_days, confidence: spares.confidence };
}

function emptyCloud(option: CloudFile, lifeYears: number): CloudOption {
  const { commitment } = option;
  return {
    kind: 'cloud',
    name: option.name,
    lifeYears,
    throughput: { itemsPerSecond: 0, maxUtilisation: 0 },
    redundantMachines: option.redundant_machines ?? 0,
    scaling: option.scaling,
    onDemandPrice: 0,
    commitment:
      commitment === undefined
        ? null
        : {
            machines: commitment.machines,
            price: 0,
            upfrontShare: commitment.upfront_share,
            termYears: commitment.term_years,
          },
    spot: option.spot === undefined ? null : { share: 0, price: 0, unavailableShare: 0 },
    traffic: { egressGigabytesPerRequest: 0, egressPrice: 0, storageCost: 0 },
  };
}
