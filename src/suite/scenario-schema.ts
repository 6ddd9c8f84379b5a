import * as z from 'zod';
import { durationPattern } from '../units/duration.ts';

/** A duration as suites write it. */
export const duration = z
  .union([z.number().min(0), z.string().regex(durationPattern, { error: durationExpected })], {
    error: durationExpected,
  })
  .meta({ description: 'A duration: 5s, 200ms, 2min; a plain number is seconds.', examples: ['5s', '200ms'] });

function durationExpected(): string {
  return 'expected a duration such as 5s or 200ms (units: ns, us, ms, s, min, h)';
}

/** Scenarios that need nothing said of them: their name alone will do. */
const namedKinds = ['single_stream', 'multi_stream', 'offline', 'micro'] as const;

/** What to write for the others, for whoever writes the name alone. */
const mapsOf = {
  server: '{ kind: server, rate: 100 } (on the command line: --rate 100, or --rate search)',
  closed_loop: '{ kind: closed_loop, concurrency: 4 } (on the command line: --concurrency 4)',
  replay: '{ kind: replay, trace: arrivals.csv } (on the command line: --trace arrivals.csv)',
} as const;

export const scenarioKinds = [...namedKinds, 'server', 'closed_loop', 'replay'] as const;

/** The kind of a scenario, for entries of a matrix that are for one only. */
export const scenarioKind = z.enum(scenarioKinds);

const scope = z.enum(['request', 'inference']).optional().meta({
  description: 'What a case times: request (decode to postprocess) or inference (inputs prepared in memory).',
});

const positive = z.number().positive();
const rateExpected = 'expected queries a second such as 100, a list of them, or search';
const rate = z.union([positive.max(1e6), z.literal('search')]);

const arrivals = z.union([
  z.enum(['poisson', 'constant']),
  z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('poisson').meta({ description: 'Exponential gaps (default), as in MLPerf.' }),
      normalise: z.boolean().optional().meta({
        description: 'Whether the gaps are stretched so that the mean rate is met exactly. Default: false.',
      }),
    }),
    z.strictObject({ kind: z.literal('constant').meta({ description: 'Equal gaps.' }) }),
    z.strictObject({
      kind: z.literal('gamma').meta({ description: 'Gamma-distributed gaps.' }),
      burstiness: positive
        .max(1000)
        .meta({ description: 'Shape of the distribution: 1 is Poisson, less is more bursty.' }),
    }),
    z.strictObject({
      kind: z.literal('ramp').meta({ description: 'Poisson arrivals whose rate rises or falls to the rate given.' }),
      shape: z.enum(['linear', 'exponential']).optional().meta({ description: 'Default: linear.' }),
      from: z.number().min(0).max(1e6).meta({ description: 'Queries a second at the start; above 0 if exponential.' }),
      over: duration.meta({ description: 'How long the rate changes; after it, it stays.' }),
    }),
  ]),
]);

const scenarioMap = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('single_stream').meta({ description: 'One query after another.' }), scope }),
  z.strictObject({
    kind: z.literal('multi_stream').meta({ description: 'One query of several items after another.' }),
    scope,
    items_per_query: z
      .int()
      .min(1)
      .max(65_536)
      .optional()
      .meta({ description: 'Items of a query, which the engine serves in batches. Default: 8, as in MLPerf.' }),
  }),
  z.strictObject({ kind: z.literal('offline').meta({ description: 'All items are there at the start.' }), scope }),
  z.strictObject({
    kind: z.literal('micro').meta({ description: 'Single operators, one call after another.' }),
    scope,
  }),
  z.strictObject({
    kind: z.literal('server').meta({ description: 'Queries arrive on a schedule that does not wait for answers.' }),
    scope,
    rate: z.union([rate, z.array(rate).min(1)], { error: rateExpected }).meta({
      description:
        'Queries a second, each of a list a case; search: the highest rate within limits.latency is looked for.',
    }),
    arrivals: arrivals.optional().meta({ description: 'How the gaps between arrivals vary. Default: poisson.' }),
  }),
  z.strictObject({
    kind: z.literal('closed_loop').meta({ description: 'So many queries are under way at any time.' }),
    scope,
    concurrency: oneOrMore(z.int().min(1).max(4096)).meta({ description: 'Queries under way, each of a list a case.' }),
  }),
  z.strictObject({
    kind: z.literal('replay').meta({ description: 'Queries arrive as a file of times says.' }),
    scope,
    trace: z.string().min(1).meta({
      description:
        'A file of arrival times, relative to the suite: a line each in seconds, JSON lines with "timestamp" in ms, or CSV with a column "timestamp" (ms) or "seconds".',
    }),
    speed: positive.max(1e6).optional().meta({ description: 'How many times as fast. Default: 1.' }),
  }),
]);

/** A scenario as a suite writes it: its name, or a map with what is to be said of it. */
export const scenario = z.union([z.enum(namedKinds, { error: ({ input }) => nameExpected(input) }), scenarioMap]);

export type ScenarioFile = z.infer<typeof scenario>;
export type ScenarioMap = z.infer<typeof scenarioMap>;

/** A scenario with its map written out. */
export function mapOf(file: ScenarioFile): ScenarioMap {
  return typeof file === 'string' ? { kind: file } : file;
}

function nameExpected(input: unknown): string {
  const map = Object.entries(mapsOf).find(([kind]) => kind === input)?.[1];
  if (map !== undefined) return `expected a map such as ${map}`;
  const names = namedKinds.map((kind) => `"${kind}"`).join(', ');
  return `expected one of ${names}, or a map with one of the kinds ${Object.keys(mapsOf).join(', ')}`;
}

function oneOrMore<T extends z.ZodType>(value: T) {
  return z.union([value, z.array(value).min(1)]);
}
