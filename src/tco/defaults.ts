/** What Dyno knows of a figure that nobody stated: where there is a good source, the figure that `default` stands for. */
export type DefaultFigure = SourcedDefault | UsualRange;

export interface SourcedDefault {
  readonly value: number;
  /** The ends of a triangular distribution. */
  readonly low: number;
  readonly high: number;
  /** Of money; left out of a figure that is none. */
  readonly currency?: 'USD';
  readonly date?: string;
  readonly source: string;
}

/** No good source was found: the figure has to be stated. */
export interface UsualRange {
  /** What others take, in words. */
  readonly usual: string;
}

/**
 * By the place in the file, from the map that holds the figure (study, option or facility): what `default` stands for. A figure whose only source is
 * that everybody takes it has none, so that a study says that it is a guess of whoever wrote it.
 */
export const defaultFigures: Readonly<Record<string, DefaultFigure>> = {
  discount_rate: { usual: '0.04 to 0.12, the cost of capital of whoever pays' },
  'demand.peak_to_average': { usual: '1.5 to 10; of a service for people mostly about 3' },
  'throughput.max_utilisation': {
    usual:
      '0.3 to 0.8; MLPerf’s Server scenario reaches about 0.85 of Offline under a steady load, which is a limit from above',
  },
  'machine.server_overhead': {
    value: 0.64,
    low: 0.5,
    high: 0.8,
    source:
      'servers over the price of their accelerators, mean of several generations (A100 0.66, V100 0.69): Epoch AI, epoch-research/training-cost-trends@263c40a, cost_analysis_standalone.py',
  },
  'machine.network_share': {
    usual: '0.02 to 0.2; Epoch AI has 0.19 for clusters that train, which is more than serving needs',
  },
  'machine.residual_share': {
    value: 0.1,
    low: 0,
    high: 0.4,
    source:
      'after about 4 years: hardware improves by 0.14 orders of magnitude a year (Epoch AI), which leaves 0.38 after 3 years; V100 SXM3 went from 13,700 USD in 2020-07 to 2,500 in 2022-07 (NextPlatform)',
  },
  'machine.embodied_kg_co2': { usual: 'what the maker states of the server; no good source for accelerators' },
  'power.idle_watts': { usual: '8 to 35 % of the design power of the accelerators, and that of the host' },
  'power.load_watts': {
    usual: 'measured at the plug; else 1.5 to 2 times the design power of the accelerators (MLPerf Power, Epoch AI)',
  },
  'power.provisioned_watts': { usual: 'the nameplate of the machine, or its measured peak' },
  'running.maintenance_share': { usual: '0 to 0.12 of the price of the equipment a year' },
  'running.staff_per_machine': { usual: '0.005 to 0.1 full-time people a machine' },
  'failures.annual_rate': {
    value: 0.04,
    low: 0.025,
    high: 0.061,
    source:
      'accelerators replaced a year; from above 0.061 of the Llama 3 training run (148 of 16,384 in 54 days, glennklockwood.com)',
  },
  pue: {
    value: 1.4,
    low: 1.1,
    high: 1.8,
    source:
      'an own data centre: operators’ mean 1.55 to 1.59 since 2020, at most 1.3 in new sites (Uptime Institute, survey of 2023); clouds 1.1 to 1.3 (Cloud Carbon Footprint)',
  },
  electricity_per_kwh: {
    value: 0.083,
    low: 0.05,
    high: 0.25,
    currency: 'USD',
    date: '2025',
    source:
      'United States, industry, mean of 2025: EIA by way of Epoch AI; April 2025 from 0.060 (Iowa) to 0.227 (New England, commercial), EIA Electric Power Monthly 5.6.A',
  },
  carbon_g_per_kwh: {
    usual:
      'that of the grid, 2023: USA 369, China 582, Germany 381, France 56, United Kingdom 238, India 713, Japan 485, Sweden 41, Poland 662, Australia 549, Taiwan 642, world 475 (CodeCarbon, global_energy_mix.json)',
  },
  colocation_per_kw_month: {
    value: 184,
    low: 110,
    high: 300,
    currency: 'USD',
    date: '2024-12',
    source: 'contracts of 250 to 500 kW in primary markets, second half of 2024 (CBRE); energy comes on top',
  },
  site_per_kw: { usual: '10,000 to 15,000 USD, for accelerators up to 30,000; no good source' },
};
