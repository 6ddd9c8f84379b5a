import { type Path, valueAt } from '../kernel/value-path.ts';
import type { FigureFile, StudyFile } from './study-schema.ts';

/** What a figure of a study file may be, and where it goes in the model. */
export interface FigureRule {
  /** From the map that holds it (study, option or facility) in the file. */
  readonly file: Path;
  /** From the corresponding object of the model; null: only checked. */
  readonly model: readonly string[] | null;
  readonly least: number;
  readonly most: number;
}

const most = Number.MAX_VALUE;
const rule = (file: string, model: string | null, least: number, highest = most): FigureRule => ({
  file: file.split('.'),
  model: model === null ? null : model.split('.'),
  least,
  most: highest,
});

/** The least number above 0, for what has to be above it. */
const above = Number.MIN_VALUE;

export const studyRules: readonly FigureRule[] = [
  rule('discount_rate', 'discountRate', 0, 1),
  rule('demand.requests_per_day', 'demand.requestsPerDay', above),
  rule('demand.growth_per_year', 'demand.growthPerYear', -0.9, 10),
  rule('demand.peak_to_average', 'demand.peakToAverage', 1, 1e6),
  rule('demand.items_per_request', 'demand.itemsPerRequest', above),
];

const throughputRules: readonly FigureRule[] = [
  rule('throughput.items_per_second', 'throughput.itemsPerSecond', above),
  rule('throughput.max_utilisation', 'throughput.maxUtilisation', above, 1),
  rule('throughput.least_latency_ms', null, above),
];

export const ownRules: readonly FigureRule[] = [
  ...throughputRules,
  rule('machine.accelerator_price', 'capital.acceleratorPrice', 0),
  rule('machine.server_overhead', 'capital.serverOverhead', 0, 20),
  rule('machine.host_price', 'capital.hostPrice', 0),
  rule('machine.network_share', 'capital.networkShare', 0, 5),
  rule('machine.installation', 'capital.installationPerMachine', 0),
  rule('machine.residual_share', 'capital.residualShare', 0, 1),
  rule('machine.embodied_kg_co2', 'capital.embodiedKilograms', 0),
  rule('power.idle_watts', 'power.idleWatts', 0, 1e6),
  rule('power.load_watts', 'power.loadWatts', 0, 1e6),
  rule('power.provisioned_watts', 'power.provisionedWatts', 0, 1e6),
  rule('running.maintenance_share', 'running.maintenanceShare', 0, 1),
  rule('running.staff_per_machine', 'running.staffPerMachine', 0, 100),
  rule('running.staff_cost', 'running.staffCost', 0),
  rule('running.connectivity', 'running.connectivityPerMachine', 0),
  rule('running.licences', 'running.licencesPerMachine', 0),
  rule('failures.annual_rate', 'failures.annualRate', 0, 1),
];

export const cloudRules: readonly FigureRule[] = [
  ...throughputRules,
  rule('on_demand_per_hour', 'onDemandPrice', 0),
  rule('commitment.per_hour', 'commitment.price', 0),
  rule('spot.per_hour', 'spot.price', 0),
  rule('spot.share', 'spot.share', 0, 1),
  rule('spot.unavailable_share', 'spot.unavailableShare', 0, 1),
  rule('egress.gigabytes_per_request', 'traffic.egressGigabytesPerRequest', 0),
  rule('egress.per_gigabyte', 'traffic.egressPrice', 0),
  rule('storage_per_year', 'traffic.storageCost', 0),
];

export const facilityRules: readonly FigureRule[] = [
  rule('pue', 'facility.powerUsageEffectiveness', 1, 10),
  rule('electricity_per_kwh', 'facility.electricityPrice', 0),
  rule('electricity_escalation', 'facility.electricityEscalation', -0.5, 1),
  rule('carbon_g_per_kwh', 'facility.gramsPerKilowattHour', 0, 5_000),
  rule('colocation_per_kw_month', 'facility.colocationPerKilowattMonth', 0),
  rule('site_per_kw', 'facility.sitePerKilowatt', 0),
];

/** A figure of a study file with its place there. */
export interface PlacedFigure {
  readonly rule: FigureRule;
  readonly path: Path;
  readonly figure: FigureFile;
  /** From the model's root; none for a figure that is only checked, or of a facility that no option uses. */
  readonly places: readonly (readonly string[])[];
}

/** All figures of a study that are there. */
export function figuresOf(study: StudyFile): PlacedFigure[] {
  const placed = (rules: readonly FigureRule[], base: Path, roots: readonly (readonly string[])[]): PlacedFigure[] =>
    rules.flatMap((one) => {
      const path = [...base, ...one.file];
      const found = valueAt(study, path) as FigureFile | undefined;
      if (found === undefined) return [];
      const { model } = one;
      return [
        { rule: one, path, figure: found, places: model === null ? [] : roots.map((root) => [...root, ...model]) },
      ];
    });
  return [
    ...placed(studyRules, [], [[]]),
    ...Object.keys(study.facilities ?? {}).flatMap((name) => {
      const users = study.options.filter((option) => option.kind === 'own' && option.facility === name);
      return placed(
        facilityRules,
        ['facilities', name],
        users.map((option) => ['options', option.name]),
      );
    }),
    ...study.options.flatMap((option, index) =>
      placed(option.kind === 'own' ? ownRules : cloudRules, ['options', index], [['options', option.name]]),
    ),
  ];
}

/** The number of a figure. */
export function numberIn(figure: FigureFile): number {
  if (typeof figure === 'number') return figure;
  return 'amount' in figure ? figure.amount : figure.value;
}
