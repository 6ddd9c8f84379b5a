import type { Path } from '../kernel/value-path.ts';

/** What a figure of a study file may be, what it is called, and where it goes in the model. */
export interface FigureRule {
  /** From the map that holds it (study, option or facility) in the file. */
  readonly file: Path;
  /** From the corresponding object of the model; null: only checked. */
  readonly model: readonly string[] | null;
  readonly least: number;
  readonly most: number;
  readonly title: string;
  /** `¤` stands for the currency of the study; `` for a share, a ratio or a count. */
  readonly unit: string;
  readonly isShare: boolean;
}

/** The least number above 0, for what has to be above it. */
const above = Number.MIN_VALUE;
const unlimited = Number.MAX_VALUE;

/** A figure with a unit. */
const rule = (file: string, model: string | null, range: readonly [number, number], title: string, unit: string) => ({
  file: file.split('.'),
  model: model === null ? null : model.split('.'),
  least: range[0],
  most: range[1],
  title,
  unit,
  isShare: false,
});

/** Money, for whatever the unit says. */
const price = (file: string, model: string, title: string, unit = '¤') =>
  rule(file, model, [0, unlimited], title, unit);

/** A share, read in percent. */
const share = (file: string, model: string, range: readonly [number, number], title: string) => ({
  ...rule(file, model, range, title, ''),
  isShare: true,
});

export const studyRules: readonly FigureRule[] = [
  share('discount_rate', 'discountRate', [0, 1], 'discount rate a year'),
  rule('demand.requests_per_day', 'demand.requestsPerDay', [above, unlimited], 'requests in the first year', 'a day'),
  share('demand.growth_per_year', 'demand.growthPerYear', [-0.9, 10], 'growth of the demand a year'),
  rule('demand.peak_to_average', 'demand.peakToAverage', [1, 1e6], 'peak of the demand over its mean', ''),
  rule('demand.items_per_request', 'demand.itemsPerRequest', [above, unlimited], 'items in a request', ''),
  price(
    'demand.revenue_per_million_requests',
    'revenuePerMillionRequests',
    'revenue from requests',
    '¤ per million requests',
  ),
];

const throughputRules: readonly FigureRule[] = [
  rule(
    'throughput.items_per_second',
    'throughput.itemsPerSecond',
    [above, unlimited],
    'throughput of a machine',
    'items/s',
  ),
  share(
    'throughput.max_utilisation',
    'throughput.maxUtilisation',
    [above, 1],
    'share of the throughput that may be used at the peak',
  ),
  rule('throughput.least_latency_ms', null, [above, unlimited], 'latency of one item alone', 'ms'),
];

export const ownRules: readonly FigureRule[] = [
  ...throughputRules,
  price('machine.accelerator_price', 'capital.acceleratorPrice', 'price of an accelerator'),
  share('machine.server_overhead', 'capital.serverOverhead', [0, 20], 'rest of a machine over its accelerators’ price'),
  price('machine.host_price', 'capital.hostPrice', 'price of a host', '¤ a machine'),
  share('machine.network_share', 'capital.networkShare', [0, 5], 'network equipment over the machines’ price'),
  price('machine.installation', 'capital.installationPerMachine', 'installation', '¤ a machine'),
  share('machine.residual_share', 'capital.residualShare', [0, 1], 'share of the price that resale brings'),
  rule('machine.embodied_kg_co2', 'capital.embodiedKilograms', [0, unlimited], 'CO₂ of making a machine', 'kg'),
  rule('power.idle_watts', 'power.idleWatts', [0, 1e6], 'power of an idle machine', 'W'),
  rule('power.load_watts', 'power.loadWatts', [0, 1e6], 'power of a machine under full load', 'W'),
  rule('power.provisioned_watts', 'power.provisionedWatts', [0, 1e6], 'power held ready for a machine', 'W'),
  share(
    'running.maintenance_share',
    'running.maintenanceShare',
    [0, 1],
    'maintenance a year over the equipment’s price',
  ),
  rule('running.staff_per_machine', 'running.staffPerMachine', [0, 100], 'staff', 'full-time people a machine'),
  price('running.staff_cost', 'running.staffCost', 'cost of a full-time person', '¤ a year'),
  price('running.connectivity', 'running.connectivityPerMachine', 'connectivity', '¤ a machine and year'),
  price('running.licences', 'running.licencesPerMachine', 'licences', '¤ a machine and year'),
  share('failures.annual_rate', 'failures.annualRate', [0, 1], 'accelerators that fail a year'),
];

export const cloudRules: readonly FigureRule[] = [
  ...throughputRules,
  price('on_demand_per_hour', 'onDemandPrice', 'price on demand', '¤ a machine and hour'),
  price('commitment.per_hour', 'commitment.price', 'price of a committed machine', '¤ a machine and hour'),
  price('spot.per_hour', 'spot.price', 'spot price', '¤ a machine and hour'),
  share('spot.share', 'spot.share', [0, 1], 'share of the uncommitted hours meant for spot machines'),
  share('spot.unavailable_share', 'spot.unavailableShare', [0, 1], 'share of those hours without spot machines'),
  rule(
    'egress.gigabytes_per_request',
    'traffic.egressGigabytesPerRequest',
    [0, unlimited],
    'traffic out of the cloud',
    'GB a request',
  ),
  price('egress.per_gigabyte', 'traffic.egressPrice', 'price of traffic out of the cloud', '¤/GB'),
  price('storage_per_year', 'traffic.storageCost', 'storage', '¤ a year'),
];

export const facilityRules: readonly FigureRule[] = [
  rule('pue', 'facility.powerUsageEffectiveness', [1, 10], 'power of the facility over that of its machines (PUE)', ''),
  price('electricity_per_kwh', 'facility.electricityPrice', 'price of electricity', '¤/kWh'),
  share(
    'electricity_escalation',
    'facility.electricityEscalation',
    [-0.5, 1],
    'rise of the price of electricity a year',
  ),
  rule('carbon_g_per_kwh', 'facility.gramsPerKilowattHour', [0, 5_000], 'CO₂ of the electricity', 'g/kWh'),
  price(
    'colocation_per_kw_month',
    'facility.colocationPerKilowattMonth',
    'rent of provisioned power',
    '¤ a kW and month',
  ),
  price('site_per_kw', 'facility.sitePerKilowatt', 'building of the facility', '¤ a provisioned kW'),
];
