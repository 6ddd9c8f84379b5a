import * as z from 'zod';

const dateText = z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, {
  error: 'expected a date such as 2025-03-04, 2025-03 or "2025"',
});
const currencyText = z.string().regex(/^[A-Z]{3}$/, {
  error: 'expected the three letters of a currency, such as USD',
});
const nameText = z.string().regex(/^[^\s](.*[^\s])?$/, { error: 'expected a name' });

/** How a figure that has ends is spread between them; of `lognormal` they are the ends of the 90 % interval. */
const shape = z.enum(['triangular', 'uniform', 'lognormal']);

/** Ends between which the figure may lie, and what it rests on. */
const doubts = {
  low: z.number().optional(),
  high: z.number().optional(),
  shape: shape.optional(),
  source: z.string().min(1).optional().meta({ description: 'Where it was read. Without it the figure is your guess.' }),
};

/** A figure that is no money: `0.3`, or `{ value: 0.3, low: 0.1, high: 0.5, source: … }`. */
const figure = z.union([z.number(), z.strictObject({ value: z.number(), ...doubts })], {
  error: 'expected a number, or a map with value, low, high and source',
});

/** An amount of money: `{ amount: 15000, date: 2020-07, source: … }`, in the currency of the study. */
const price = z.strictObject({
  amount: z.number(),
  currency: currencyText
    .optional()
    .meta({ description: 'Must be that of the study: convert it, and say so in the source.' }),
  date: dateText.optional().meta({ description: 'When it was asked; that of the study unless told.' }),
  ...doubts,
});

const throughput = z.strictObject({
  items_per_second: figure.meta({ description: 'Of one machine at the latency limit, fully used.' }),
  max_utilisation: figure.meta({ description: 'Share of it that may be used at the peak.' }),
  provenance: z.enum(['measured', 'published', 'projected', 'given']),
  source: z.string().min(1),
  least_latency_ms: figure.optional().meta({ description: 'Latency of one item alone, batch 1.' }),
});

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
  throughput,
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
    revenue_per_million_requests: price
      .optional()
      .meta({
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
      draws: z.int().min(100).max(1_000_000).optional().meta({ description: '100000 unless told.' }),
      seed: z.int().min(0).max(4_294_967_295).optional().meta({ description: '1 unless told.' }),
    })
    .optional(),
});

export type StudyFile = z.infer<typeof studySchema>;
export type OptionFile = StudyFile['options'][number];
export type OwnFile = z.infer<typeof own>;
export type CloudFile = z.infer<typeof cloud>;
export type FigureFile = z.infer<typeof figure> | z.infer<typeof price>;
