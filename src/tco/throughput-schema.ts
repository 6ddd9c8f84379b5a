import * as z from 'zod';
import { profileId } from '../hardware/profile-schema.ts';
import { figure } from './figure-schema.ts';

const text = z.string().min(1);

/** Of a published figure or of a projection: which one. What the option states of itself need not be said again. */
const cell = {
  accelerator: text.optional().meta({ description: 'Id of a hardware profile; that of the option unless told.' }),
  precision: text.optional().meta({ description: 'Such as int8; that of the option unless told.' }),
  model: text.meta({ description: 'In the words of the published figures, such as "bert-large-squad (99%)".' }),
  scenario: z
    .enum(['Offline', 'Server', 'OfflineBatch'])
    .optional()
    .meta({ description: 'Server unless told: the throughput at a latency limit.' }),
  stack: text.meta({ description: 'What runs the model: mlperf, tensorflow, pytorch …' }),
};

/** What is not up to the mark and taken all the same; it becomes a caveat of the study. */
const accept = z
  .array(z.enum(['degraded', 'looser_limit']))
  .min(1)
  .optional()
  .meta({
    description:
      'degraded: measured, but its verdict is not valid. looser_limit: known at a latency limit that is looser than that of the study, or at none.',
  });

/**
 * Throughput of one machine at the latency limit, fully used: your own figure with its provenance and source, or one of `result`, `published`
 * and `projection`.
 */
export const throughput = z.strictObject({
  items_per_second: figure.optional().meta({ description: 'Of one machine at the latency limit, fully used.' }),
  provenance: z.enum(['measured', 'published', 'given']).optional().meta({ description: 'Of items_per_second.' }),
  source: text.optional().meta({ description: 'Of items_per_second: where it was read.' }),
  result: z
    .strictObject({
      run: text
        .optional()
        .meta({ description: 'Id of a run, or path of its folder as seen from this file; else those of --results.' }),
      case: text.optional().meta({ description: 'Id or key of a case, or a pattern of ids such as "resnet50/*".' }),
    })
    .optional()
    .meta({ description: 'Measured by Dyno: the best valid case within the latency limit.' }),
  published: z
    .strictObject({
      ...cell,
      batch_size: z.int().min(1).optional(),
      software: text.optional().meta({ description: 'A part of the words for the software.' }),
    })
    .optional()
    .meta({ description: 'A row of hardware-profiles/published, times the accelerators of the machine.' }),
  projection: z
    .strictObject({ ...cell, accelerator: profileId.optional() })
    .optional()
    .meta({ description: 'Projected from published figures of other devices, times the accelerators of the machine.' }),
  accept,
  max_utilisation: figure.meta({ description: 'Share of it that may be used at the peak.' }),
  least_latency_ms: figure.optional().meta({
    description: 'Latency of one item alone, batch 1; known of published and projected throughputs unless told.',
  }),
});

export type ThroughputFile = z.infer<typeof throughput>;
export type CellFile = NonNullable<ThroughputFile['published']>;
