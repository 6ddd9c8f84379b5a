import * as z from 'zod';
import { peakPrecisions } from '../hardware/profile-schema.ts';
import { claimsShape } from './claims-schema.ts';
import { currencyText, dateText, type FigureInFile, figure, price } from './figure-schema.ts';
import { throughput } from './throughput-schema.ts';

const nameText = z.string().regex(/^[^\s\p{Cc}]([^\p{Cc}]*[^\s\p{Cc}])?$/u, { error: 'expected a name' });

const spares = z.union(
  [
    z.strictObject({ machines: z.int().min(0) }),
    z.strictObject({ share: z.number().min(0).max(1) }),
    z.strictObject({
      rule: z.enum(['poisson', 'binomial']),
      lead_time_days: z.number().positive(),
      confidence: z.number(),
    }),
  ],
  { error: 'expected machines, or share, or rule, lead_time_days and confidence' },
);

const own = z.strictObject({
  kind: z.literal('own'),
  name: nameText,
  facility: z.string().min(1).meta({ description: 'One of the facilities of the study.' }),
  accelerator: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Id of a hardware profile: then what the study says of it is checked against the profile.' }),
  precision: z.enum(peakPrecisions).optional().meta({ description: 'In which the model runs.' }),
  throughput,
  machine: z.strictObject({
    accelerator_price: price.meta({ description: 'Of hardware that is owned already: what it would sell for.' }),
    accelerators: z.int().min(1),
    server_overhead: figure
      .optional()
      .meta({ description: 'Rest of the machine as a share of its accelerators’ price.' }),
    host_price: price.optional(),
    network_share: figure.optional(),
    installation: price.optional().meta({ description: 'Per machine, once.' }),
    residual_share: figure.optional(),
    embodied_kg_co2: figure.optional(),
  }),
  power: z
    .strictObject({ idle_watts: figure, load_watts: figure, provisioned_watts: figure })
    .meta({ description: 'Of a whole machine, at its plug.' }),
  running: z
    .strictObject({
      maintenance_share: figure.optional(),
      staff_per_machine: figure.optional(),
      staff_cost: price.optional(),
      connectivity: price.optional(),
      licences: price.optional(),
    })
    .optional(),
  failures: z.strictObject({ annual_rate: figure, warranty_years: z.number().min(0) }).optional(),
  redundant_machines: z.int().min(0).optional(),
  spares: spares.optional(),
  spares_are: z.enum(['cold', 'powered']).optional(),
});

const cloud = z.strictObject({
  kind: z.literal('cloud'),
  name: nameText,
  accelerator: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Id of a hardware profile: then what the study says of it is checked against the profile.' }),
  precision: z.enum(peakPrecisions).optional().meta({ description: 'In which the model runs.' }),
  throughput,
  accelerators: z.int().min(1).optional().meta({ description: 'In one machine; 1 unless told.' }),
  scaling: z.enum(['always_on', 'follows_demand']),
  on_demand_per_hour: price,
  redundant_machines: z.int().min(0).optional(),
  commitment: z
    .strictObject({
      machines: z.union([z.int().min(0), z.literal('peak_of_term')], {
        error: 'expected a whole number of machines or peak_of_term',
      }),
      per_hour: price,
      upfront_share: z.number().min(0).max(1),
      term_years: z.int().min(1),
    })
    .optional(),
  spot: z.strictObject({ per_hour: price, share: figure, unavailable_share: figure }).optional(),
  egress: z.strictObject({ gigabytes_per_request: figure, per_gigabyte: price }).optional(),
  storage_per_year: price.optional(),
});

const facility = z.strictObject({
  pue: figure,
  electricity_per_kwh: price,
  electricity_escalation: figure.optional(),
  carbon_g_per_kwh: figure.optional(),
  colocation_per_kw_month: price.optional(),
  site_per_kw: price.optional(),
});

/** What is drawn unless the study says otherwise: a chance is then known to 0.7 points (two standard errors of one half). */
export function simulationOf({ simulation }: Pick<StudyFile, 'simulation'>): { draws: number; seed: number } {
  return { draws: simulation?.draws ?? 20_000, seed: simulation?.seed ?? 1 };
}

/** A study in YAML. What an option leaves out is not counted, and said to be left out; nothing is filled in. */
export const studySchema = z.strictObject({
  name: z.string().min(1),
  currency: currencyText,
  date: dateText.meta({ description: 'Of all prices that do not say another.' }),
  horizon_years: z.int().min(1).max(30),
  discount_rate: figure,
  demand: z.strictObject({
    requests_per_day: figure,
    growth_per_year: figure.optional(),
    peak_to_average: figure,
    items_per_request: figure.optional(),
    latency_limit_ms: z.number().positive().optional(),
    latency_percentile: z
      .enum(['p50', 'p90', 'p95', 'p99', 'p999'])
      .optional()
      .meta({ description: 'Of the response time, that is to stay within the limit; p99 unless told.' }),
    revenue_per_million_requests: price.optional().meta({
      description: 'What the requests bring in: then the return is reckoned against it, not against the baseline.',
    }),
  }),
  facilities: z.record(z.string().min(1), facility).optional(),
  options: z.array(z.discriminatedUnion('kind', [own, cloud])).min(1),
  baseline: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'The option that the others are an investment against; the first unless told.' }),
  simulation: z
    .strictObject({
      draws: z.int().min(100).max(1_000_000).optional().meta({ description: '20000 unless told.' }),
      seed: z.int().min(0).max(4_294_967_295).optional().meta({ description: '1 unless told.' }),
    })
    .optional(),
  ...claimsShape,
});

/** The schema as JSON Schema, for editors: `schemas/study.schema.json`. */
export function studyJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(studySchema, { io: 'input' }), title: 'Study of a purchase of Dyno' };
}

/** A study as its file has it. */
export type StudyFile = z.infer<typeof studySchema>;

/** What stays of a type of the file once every word that stands for a figure has been replaced by the figure. */
type Settled<T> = T extends 'default' | { book: unknown }
  ? never
  : T extends readonly (infer Item)[]
    ? Settled<Item>[]
    : T extends object
      ? { [Key in keyof T]: Settled<T[Key]> }
      : T;

type SettledOptionOf<T> = Omit<Settled<T>, 'throughput'> & { throughput: SettledThroughput };

/** Where a throughput comes to, whatever it was taken from. */
export interface SettledThroughput {
  items_per_second: FigureFile;
  max_utilisation: FigureFile;
  least_latency_ms?: FigureFile | undefined;
  provenance: 'measured' | 'published' | 'projected' | 'given';
  source: string;
  /** What weakens it. */
  caveats: string[];
  /** What its items are, where the source says so. */
  items?: 'tokens' | 'samples';
}

export type FigureFile = Settled<FigureInFile>;
export type OwnFile = SettledOptionOf<z.infer<typeof own>>;
export type CloudFile = SettledOptionOf<z.infer<typeof cloud>>;
export type OptionFile = OwnFile | CloudFile;

/** A study in which every figure is a number. */
export type SettledStudy = Omit<Settled<StudyFile>, 'options'> & { options: OptionFile[] };
