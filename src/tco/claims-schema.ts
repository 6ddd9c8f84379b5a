import * as z from 'zod';

const text = z.string().min(1);
const names = z.array(text).min(1);

const variation = z.strictObject({
  name: text.meta({ description: 'Such as S0: tables and charts have it.' }),
  title: text.meta({ description: 'What is counted in it, in words.' }),
  set: z.record(text, z.unknown()).meta({
    description:
      'What differs from the study: places in dots, options by their names, such as options.A100.machine.installation. Null takes a value ' +
      'out. An option that is set whole keeps its name, and its throughput, accelerator and precision unless it brings them.',
  }),
});

const evidence = z.strictObject({
  name: text,
  throughput: z.record(text, z.number().positive()).meta({ description: 'Of one machine, by option.' }),
  bounds: z
    .record(text, z.enum(['lower', 'upper']))
    .optional()
    .meta({ description: 'By option, where the throughput is known to be at least (lower) or at most (upper) that.' }),
  unit: text.meta({ description: 'Such as images/s.' }),
  provenance: z.enum(['measured', 'published', 'projected', 'given']),
  source: text,
});

const claim = {
  text: text.meta({ description: 'In its own words.' }),
  source: text.meta({ description: 'Who says so.' }),
  notes: names.optional().meta({ description: 'What a reader has to know to read the claim rightly.' }),
  option: text.meta({ description: 'The option that is said to cost less.' }),
  against: text,
  boundaries: names.meta({ description: 'Variations that it is judged in.' }),
  evidence: names.optional().meta({ description: 'What it is judged by; all evidence unless told.' }),
};

const costClaim = z.strictObject({
  ...claim,
  lower_by: z.number().gt(0).lt(1).meta({ description: 'Share by which the option is said to cost less.' }),
  tolerance: z.number().min(0).lt(1).meta({ description: 'How far from it is still said to hold, such as 0.03.' }),
  years: z.int().min(1),
  chances: names.optional().meta({ description: 'Variations whose ranges are drawn from.' }),
});

const volumeClaim = z.strictObject({
  ...claim,
  from_requests_per_day: z.number().positive(),
  loads: z
    .array(z.strictObject({ max_utilisation: z.number().gt(0).max(1), peak_to_average: z.number().min(1) }))
    .min(1)
    .meta({ description: 'Under which the crossings are computed.' }),
});

/** What a study file says of claims, what it needs to judge them, and which of its figures are one. */
export const claimsShape = {
  in_common: names.optional().meta({
    description:
      'Figures that are one figure, which moves in all options alike, such as options.*.machine.residual_share.',
  }),
  variations: z.array(variation).optional().meta({ description: 'The same study within other boundaries.' }),
  evidence: z.array(evidence).optional(),
  claims: z.array(z.union([costClaim, volumeClaim])).optional(),
};

export type VariationFile = z.infer<typeof variation>;
export type EvidenceFile = z.infer<typeof evidence>;
export type ClaimFile = z.infer<typeof costClaim> | z.infer<typeof volumeClaim>;
