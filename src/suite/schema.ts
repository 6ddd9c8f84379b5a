import * as z from 'zod';
import { presetNames } from './presets.ts';
import { duration, scenario, scenarioKind } from './scenario-schema.ts';
import { hubWorkload, name, ownWorkload } from './workload-schema.ts';

/**
 * A suite file as it is written: every key but `name` and `workloads` may be left out. It has no transforms and no refinements, so that
 * the JSON Schema for editors says the same; what spans several keys is checked in `consistency.ts`.
 * Messages begin with "expected": what came is added where the file is read.
 */

const backend = name.meta({ description: 'Name of a backend, such as ort-cpu.' });
const batchSize = z.int().min(1).max(65_536).meta({ description: 'Items in a query.' });
const precision = z
  .enum(['fp32', 'tf32', 'fp16', 'bf16', 'int8', 'int8_dynamic'])
  .meta({ description: 'Precision that the model is run in.' });
const toggle = z.enum(['on', 'off']);
const fusion = z.enum(['off', 'graph', 'engine', 'on']).meta({
  description:
    'Who fuses operators: nobody, Dyno\'s passes over the graph, the engine, or both. Write it in quotes: "on".',
});
const layout = z.enum(['engine', 'plain']).meta({
  description: 'Whether an engine that fuses may change the memory layout for it. Default: engine.',
});
const hygiene = toggle.meta({
  description:
    'Whether the graph is cleaned first (constants that are inputs, dead nodes). Default: where it is rewritten anyway. Write it in quotes: "on".',
});
const threads = z.union([z.int().min(1).max(1024), z.literal('auto')]).meta({
  description:
    'Intra-op threads of the inference engine; auto: all cores that are available, but for the one of the load generator.',
});
const spinning = toggle.meta({
  description: 'Whether idle threads of the inference engine spin. Write it in quotes: "off".',
});

/** One combination of an `include` or `exclude`: the axes it names, and the workload and scenario it is for. */
const combination = z.strictObject({
  workload: name.optional().meta({ description: 'Only for this workload; left out: for all.' }),
  scenario: scenarioKind.optional().meta({ description: 'Only for this scenario; left out: for all.' }),
  backend: backend.optional(),
  batch_size: batchSize.optional(),
  precision: precision.optional(),
  hygiene: hygiene.optional(),
  fusion: fusion.optional(),
  layout: layout.optional(),
  threads: threads.optional(),
  spinning: spinning.optional(),
});

const matrix = z.strictObject({
  backend: oneOrMore(backend).optional(),
  batch_size: oneOrMore(batchSize).optional(),
  precision: oneOrMore(precision).optional(),
  hygiene: oneOrMore(hygiene).optional(),
  fusion: oneOrMore(fusion).optional(),
  layout: oneOrMore(layout).optional(),
  threads: oneOrMore(threads).optional(),
  spinning: oneOrMore(spinning).optional(),
  zip: z
    .array(
      z.strictObject({
        backend: z.array(backend).min(1).optional(),
        batch_size: z.array(batchSize).min(1).optional(),
        precision: z.array(precision).min(1).optional(),
        hygiene: z.array(hygiene).min(1).optional(),
        fusion: z.array(fusion).min(1).optional(),
        layout: z.array(layout).min(1).optional(),
        threads: z.array(threads).min(1).optional(),
        spinning: z.array(spinning).min(1).optional(),
      }),
    )
    .optional()
    .meta({ description: 'Groups of axes that advance together: lists of one length.' }),
  include: z
    .array(combination)
    .optional()
    .meta({ description: 'Adds to matching combinations, or adds combinations.' }),
  exclude: z.array(combination).optional().meta({ description: 'Removes matching combinations.' }),
});

const policy = z.strictObject({
  preset: z.enum(presetNames).optional().meta({ description: 'Where the values that are left out come from.' }),
  rounds: z.int().min(1).max(1000).optional().meta({ description: 'Fresh processes a case: the independent samples.' }),
  warmup: z
    .strictObject({
      min_queries: z.int().min(0).max(1e6).optional(),
      min_duration: duration.optional(),
      max_duration: duration.optional(),
      until: z.enum(['plateau', 'minimum']).optional().meta({
        description: 'plateau: goes on until the latency is steady. minimum: ends when both minima are reached.',
      }),
    })
    .optional()
    .meta({ description: 'Before the window, not part of the result. Lasts until both minima are reached, at least.' }),
  window: z
    .strictObject({
      min_queries: z.int().min(1).max(1e8).optional(),
      min_duration: duration.optional(),
      max_duration: duration.optional(),
    })
    .optional()
    .meta({ description: 'What is measured. Ends when both minima are reached, or at the maximum.' }),
  seed: z.int().min(0).max(4_294_967_295).optional(),
  cooldown: duration.optional().meta({ description: 'Pause between two rounds, at most 7 days.' }),
  order: z.enum(['interleaved', 'listed']).optional().meta({
    description: 'interleaved: every round takes all cases in a shuffled order. listed: in the order of the plan.',
  }),
  sampling_hertz: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .meta({ description: 'Samples of the machine a second, at least 0.1; 0: the machine is not sampled.' }),
  observer_blocks: z.boolean().optional().meta({
    description: 'Whether sampling pauses in blocks of the window, so that what it costs is measured.',
  }),
  proof: z.boolean().optional().meta({ description: 'Whether accuracy, fidelity and the proof of fusion are taken.' }),
  accuracy_items: z
    .int()
    .min(1)
    .max(1e7)
    .optional()
    .meta({ description: 'Held-out items that accuracy is taken on at most.' }),
  bare_loop: z
    .enum(['none', 'interleaved'])
    .optional()
    .meta({ description: 'interleaved: blocks of the harness alternate with a bare loop over the same session.' }),
  max_time: z
    .union([duration, z.null()])
    .optional()
    .meta({ description: 'The whole run is to end within this, at most 7 days.' }),
  time_limit: duration
    .optional()
    .meta({ description: 'A case that takes longer than this a round is failed; at most 7 days.' }),
});

const limits = z.strictObject({
  latency: z
    .strictObject({ percentile: z.enum(['p50', 'p90', 'p95', 'p99', 'p999']), max: duration })
    .optional()
    .meta({ description: 'A case is within the limit when this percentile of its response time is at most max.' }),
  accuracy: z
    .strictObject({ of_reference: z.number().min(0).max(1).optional(), minimum: z.number().min(0).max(1).optional() })
    .optional()
    .meta({ description: 'What the quality of a case must reach: a share of the reference (0.99), and a minimum.' }),
});

export const suiteSchema = z.strictObject({
  name: name.meta({ description: 'Name of the suite: letters, digits, dot, dash, underscore.' }),
  workloads: z
    .array(z.union([name, ownWorkload, hubWorkload]))
    .min(1)
    .meta({
      description: 'Names of the hub (see: dyno model list), those with images of your own, or workloads of your own.',
    }),
  matrix: matrix
    .optional()
    .meta({ description: 'The axes. Every combination is a case. An axis left out has one value.' }),
  device: z.enum(['processor', 'accelerator']).optional().meta({
    description:
      'Where the cases are to compute. Those whose backend does it elsewhere are skipped. Left out: wherever.',
  }),
  scenarios: z.array(scenario).min(1).optional().meta({ description: 'How load arrives.' }),
  policy: policy.optional().meta({ description: 'How long, how often and in which order is measured.' }),
  limits: limits.optional().meta({ description: 'What a case must keep to be an answer.' }),
  gate: z.record(z.string(), z.unknown()).optional().meta({ description: 'Settings of the regression gate.' }),
});

/** A suite as its file has it. */
export type SuiteFile = z.infer<typeof suiteSchema>;
export type MatrixFile = z.infer<typeof matrix>;
export type CombinationFile = z.infer<typeof combination>;

/** The suite's schema as JSON Schema, for editors: `schemas/suite.schema.json`. */
export function suiteJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(suiteSchema, { io: 'input' }), title: 'Suite of Dyno' };
}

function oneOrMore<T extends z.ZodType>(value: T) {
  return z.union([value, z.array(value).min(1)]);
}
