import * as z from 'zod';

/**
 * A hardware profile as its file has it: what a device is, what it can do at most, and how suites adapt to it. Every figure says where it
 * is from, how old it is and how far it can be trusted. No transforms and no refinements, so that the JSON Schema for editors says the
 * same; what spans several keys is checked in `plausibility.ts`.
 */

/** Element types that devices state a peak for, from the widest to the narrowest. */
export const peakPrecisions = ['fp32', 'tf32', 'fp16', 'bf16', 'int8', 'fp8', 'fp4'] as const;
export type PeakPrecision = (typeof peakPrecisions)[number];

/** `measured`: taken on the device itself, by what the source names. `sourced`: read in the source that is named. `estimate`: guessed there, or computed from what it says. `unverified`: nobody has looked it up. */
export const confidences = ['measured', 'sourced', 'estimate', 'unverified'] as const;
export type Confidence = (typeof confidences)[number];

export const profileId = z.string().regex(/^[a-z0-9][a-z0-9.+-]*$/, {
  error: 'expected an id of lower-case letters, digits, dots, dashes and plus signs, such as nvidia-a100-sxm-80gb',
});

const word = z.string().regex(/^[a-z0-9][a-z0-9.+-]*$/, { error: 'expected a lower-case word such as a100' });

export const dateText = z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?(\/\d{4}(-\d{2}(-\d{2})?)?)?$/, {
  error: 'expected a date such as 2025-03-04, 2025-03, "2025", or a span such as 2023/2025',
});

const figure = z.strictObject({
  value: z.union([z.number(), z.null()], { error: 'expected a number, or null for what is not known' }),
  source: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Where the value was read: a document, a repository, a page.' }),
  date: dateText.optional().meta({ description: 'When the source was read, or is from.' }),
  confidence: z.enum(confidences),
  note: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'What must be known beside it; for null: why there is none.' }),
});

const settingValue = z.union([z.string(), z.number(), z.boolean()]);

const adaptation = z.strictObject({
  backend: z
    .union([z.string().min(1), z.null()])
    .optional()
    .meta({ description: 'Backend that runs on this device; null: none of Dyno does yet.' }),
  batch_size: z.array(z.int().min(1).max(65_536)).min(1).optional(),
  precision: z
    .array(z.enum(['fp32', 'tf32', 'fp16', 'bf16', 'int8', 'int8_dynamic']))
    .min(1)
    .optional(),
  fusion: z
    .array(z.enum(['on', 'off']))
    .min(1)
    .optional(),
  threads: z
    .array(z.union([z.int().min(1).max(1024), z.literal('auto')]))
    .min(1)
    .optional(),
  spinning: z
    .array(z.enum(['on', 'off']))
    .min(1)
    .optional(),
  provider_options: z.record(z.string(), settingValue).optional().meta({
    description:
      'Options of the execution providers that run on this device, by the names that ONNX Runtime has for them, and allow_cpu_fallback. Each backend takes those of its own provider.',
  }),
  why: z.record(z.string(), z.string().min(1)).optional().meta({ description: 'The reason for each key above.' }),
});

export const profileSchema = z.strictObject({
  id: profileId.meta({ description: 'Equal to the name of the file without its ending.' }),
  name: z.string().min(1).meta({ description: 'As the vendor writes it.' }),
  vendor: z.string().min(1),
  architecture: z.string().min(1),
  kind: z.enum(['gpu', 'cpu', 'npu', 'soc']),
  family: word.optional().meta({ description: 'Shared by the variants of one device, such as a100.' }),
  aliases: z.array(word).optional().meta({ description: 'Other names; the family names its default variant by one.' }),
  note: z.string().min(1).optional(),
  cores: z.int().min(1).max(4096).optional().meta({ description: 'Of a processor: physical cores of one socket.' }),
  recognise: z
    .strictObject({
      processor: z.array(z.string().min(3)).min(1).optional(),
      gpu: z.array(z.string().min(2)).min(1).optional(),
    })
    .optional()
    .meta({ description: 'Words of the name by which the operating system or the driver calls the device.' }),
  measured_on: z
    .strictObject({
      processor: z.string().min(1).meta({ description: 'As the operating system calls it.' }),
      cores: z.int().min(1).max(4096).meta({ description: 'Logical cores that the figures are of.' }),
      instructions: z.array(z.string().min(1)).meta({ description: 'Instruction sets that matter, in any order.' }),
    })
    .optional()
    .meta({
      description:
        'Written by dyno hardware measure: on which machine. Results of machines like it (local) are put under this profile where they are evidence for projections.',
    }),
  peak_operations_per_second: z
    .strictObject({
      fp32: figure.optional(),
      tf32: figure.optional(),
      fp16: figure.optional(),
      bf16: figure.optional(),
      int8: figure.optional(),
      fp8: figure.optional(),
      fp4: figure.optional(),
    })
    .meta({ description: 'Dense (no structured sparsity), of one device or one socket; a multiply-add is two.' }),
  memory: z.strictObject({
    capacity_bytes: figure.optional().meta({ description: 'GB of a data sheet taken as 10^9 bytes.' }),
    bandwidth_bytes_per_second: figure.optional(),
  }),
  interconnect_bytes_per_second: figure.optional().meta({ description: 'To other devices, both directions together.' }),
  power_watts: z.strictObject({
    design: figure.optional().meta({ description: 'Thermal design power of the device.' }),
    idle: figure.optional(),
    all_in: figure.optional().meta({ description: 'Of the data centre for each device: host, network, cooling.' }),
  }),
  adaptation: adaptation.optional().meta({
    description: 'Axes that a suite does not state take these values where its cases run on this device.',
  }),
});

export type ProfileFile = z.infer<typeof profileSchema>;
export type FigureFile = z.infer<typeof figure>;
export type AdaptationFile = z.infer<typeof adaptation>;

/** The schema as JSON Schema, for editors: `schemas/hardware-profile.schema.json`. */
export function profileJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(profileSchema, { io: 'input' }), title: 'Hardware profile of Dyno' };
}
