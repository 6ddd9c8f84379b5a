import * as z from 'zod';
import { profileId } from './profile-schema.ts';

/**
 * A file of figures that others have published, `hardware-profiles/published/*.json`: throughput and latency of models on devices, in the
 * words of those who published them.
 */

const text = z.string().min(1);
const positive = z.number({ error: 'expected a number above 0' }).gt(0, { error: 'expected a number above 0' });

export const publishedRowSchema = z.strictObject({
  stack: profileId.meta({
    description: 'What ran the model: mlperf (software tuned for it by the vendor), tensorflow …',
  }),
  software: z.union([text, z.null()]).meta({ description: 'More exactly, where the source says so.' }),
  model: text,
  scenario: z.enum(['Offline', 'Server', 'SingleStream', 'OfflineBatch']),
  // Not a profile's id: others measure devices, too, that no profile exists for.
  accelerator: text,
  precision: z.union([profileId, z.null()]).meta({ description: 'As the source labels it; null where it does not.' }),
  batch_size: z.int().min(1).optional(),
  unit: z.enum([
    'samples/s per accelerator',
    'queries/s per accelerator',
    'tokens/s per accelerator',
    'sequences/s per accelerator',
    'ms (p90)',
  ]),
  value: positive,
  low: positive.optional().meta({ description: 'The least of the results that the value is the median of.' }),
  high: positive.optional(),
  results: z.int().min(1).optional(),
  submitters: z.int().min(1).optional(),
  rounds: z.array(text).min(1).optional(),
  source: text.optional().meta({ description: 'Where in the source of the file.' }),
});

export const publishedFileSchema = z.strictObject({
  what: text,
  source: text,
  read: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'expected a date such as 2025-03-04' }),
  rows: z.array(publishedRowSchema).min(1),
});

export type PublishedRowFile = z.infer<typeof publishedRowSchema>;
