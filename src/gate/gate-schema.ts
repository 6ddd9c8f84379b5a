import * as z from 'zod';
import { durationPattern } from '../units/duration.ts';

/** Sizes as they are written for the floor of a metric in bytes. */
const sizePattern = /^\d+(\.\d+)?\s?(B|KiB|MiB|GiB)$/;
const floorPattern = new RegExp(`${durationPattern.source}|${sizePattern.source}`);
const percentPattern = /^\d+(\.\d+)?\s?%$/;

const expected = (what: string) => ({ error: () => `expected ${what}` });
const aDuration = expected('a duration such as 90s or 10min (units: ns, us, ms, s, min, h)');
const aShare = expected('a share such as 5% or 0.05');
const aFloor = expected("a number in the metric's unit, a duration such as 0.1ms or a size such as 1MiB");

const duration = z
  .union([z.number().positive(), z.string().regex(durationPattern, aDuration)], aDuration)
  .meta({ description: 'A duration: 90s, 10min; a plain number is seconds.' });

const share = z
  .union([z.number().min(0).max(10), z.string().regex(percentPattern, aShare)], aShare)
  .meta({ description: 'A share: 5%, or 0.05.' });

const words = z.array(z.string()).min(1);

/** A line for the shell, or a program with its arguments. */
const command = z
  .union([z.string().min(1), words], {
    error: () => 'expected a command line, or a list of a program and its arguments',
  })
  .meta({ description: 'A line for the shell, or a list: a program and its arguments.' });

const step = z.union([
  z.string().min(1),
  z.strictObject({
    run: command.meta({ description: 'The step.' }),
    timeout: duration.optional().meta({ description: 'It fails when it takes longer. Default: setup_timeout.' }),
  }),
]);

const metric = z.strictObject({
  scenario: z.string().min(1).optional().meta({ description: 'Only of this scenario; * stands for any characters.' }),
  metric: z.string().min(1).optional().meta({ description: 'Only this metric; * stands for any characters.' }),
  margin: share.optional().meta({ description: 'By how much worse it may become: 5%.' }),
  floor: z
    .union([z.number().min(0), z.string().regex(floorPattern, aFloor)], aFloor)
    .optional()
    .meta({ description: 'Smaller changes never count: a number in its unit, or 0.1ms, 1MiB.' }),
  role: z
    .enum(['gating', 'informational', 'ignored'])
    .optional()
    .meta({ description: 'gating: can fail the gate. informational: is shown. ignored: is left out.' }),
  better: z.enum(['lower', 'higher']).optional().meta({ description: 'Which way is better.' }),
  kind: z
    .enum(['sampled', 'exact'])
    .optional()
    .meta({ description: 'sampled: noisy, measured in every round. exact: the same in every process of a version.' }),
});

const fraction = z.number().min(0).max(1);

const limits = z.strictObject({
  steal: fraction.optional().meta({ description: 'Share of processor time that went to other virtual machines.' }),
  throttled_periods: z
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Periods in which the quota held the process back.' }),
  foreign_cpu: fraction.optional().meta({ description: "Processor time of other programs, as a share of all cores'." }),
  gpu_clock_difference: fraction.optional().meta({ description: 'How far the SM clocks of both arms may lie apart.' }),
  gpu_power_cap: fraction.optional().meta({ description: 'Share of samples at the power cap, in one arm only.' }),
  gpu_idle_utilisation: fraction.optional().meta({ description: 'How busy a GPU may be before a round.' }),
  // Of 1 a row whose pairs are all void but one would never end.
  dropped: z
    .number()
    .min(0)
    .lt(1)
    .optional()
    .meta({ description: 'Share of pairs that may be void before a row is invalid.' }),
});

/** The `gate` section of a suite, or of a file of its own. Every key may be left out. No transforms: it is also a JSON Schema. */
export const gateSchema = z.strictObject({
  setup: z
    .union([z.string().min(1), z.array(step)], {
      error: () => 'expected a command line, or a list of them',
    })
    .optional()
    .meta({ description: 'What to run in the checkout of each version before it is measured, in order.' }),
  setup_timeout: duration
    .optional()
    .meta({ description: 'A step of setup fails when it takes longer. Default: 20min.' }),
  command: command.optional().meta({
    description:
      'Prints the figures of a version, a JSON object a line. Left out: the suite itself is run by the Dyno of each version.',
  }),
  profile: command.optional().meta({
    description:
      'Prints the times of operators of a version, for rows that changed: a JSON object a line, of three processes a version.',
  }),
  timeout: duration.optional().meta({ description: 'A process that takes longer is killed. Default: 10min.' }),
  env: z
    .record(z.string(), z.union([z.string(), z.number()]), {
      error: () => 'expected a map of names and texts',
    })
    .optional()
    .meta({ description: 'Added to the environment of both versions.' }),
  cpus: z
    .string()
    .regex(/^\d+(-\d+)?(,\d+(-\d+)?)*$/, { error: () => 'expected processors such as 0-3 or 0,2' })
    .optional()
    .meta({ description: 'Processors that both versions are kept on by taskset: "0-3". Default: all.' }),
  metrics: z
    .array(metric)
    .optional()
    .meta({ description: 'Rules for metrics; the last one that fits holds, key by key.' }),
  looks: z
    .array(z.int().min(6).max(1000))
    .min(1)
    .max(10)
    .optional()
    .meta({ description: 'Numbers of pairs at which is judged whether to go on, rising. Default: [10, 16, 24, 40].' }),
  rounds: z.int().min(6).max(1000).optional().meta({ description: 'Pairs at most: looks beyond are left out.' }),
  confirm_rounds: z.int().min(6).max(1000).optional().meta({ description: 'Pairs of the confirmation, at least.' }),
  time_budget: duration.optional().meta({ description: 'No round is begun that would not end within this.' }),
  alpha: z
    .number()
    .positive()
    .max(0.2)
    .optional()
    .meta({ description: 'Chance of a false alarm of a row in the first stage.' }),
  seed: z.int().min(0).max(4_294_967_295).optional(),
  limits: limits.optional().meta({ description: 'What voids a pair.' }),
});

/** The section as JSON Schema: what stands under `gate` in the schema of a suite for editors. */
export function gateSectionJsonSchema(): Record<string, unknown> {
  const { $schema: _, ...section } = z.toJSONSchema(gateSchema, { io: 'input' });
  return { ...section, description: 'Settings of the regression gate.' };
}

/** A file that holds nothing but the section, as JSON Schema: `schemas/gate.schema.json`. */
export function gateFileJsonSchema(): Record<string, unknown> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Gate file of Dyno',
    type: 'object',
    properties: { name: { type: 'string', description: 'Name of the suite.' }, gate: gateSectionJsonSchema() },
    required: ['gate'],
    additionalProperties: false,
  };
}

export type GateSection = z.infer<typeof gateSchema>;
export type MetricRuleFile = z.infer<typeof metric>;
