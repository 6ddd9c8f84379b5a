import * as z from 'zod';

/*
 * What `--format json` writes, as a schema: of others who read it, and of nothing in Dyno itself. That it is the one of `GateJson` is tested. It
 * lets fields pass that it does not name, as a field may be added without a new `schemaVersion`.
 */

const count = z.int().min(0);
const share = z.number();
const orNull = <T extends z.ZodType>(value: T) => z.union([value, z.null()]);
const figure = z.union([z.number(), z.string(), z.null()]);

const verdict = z.enum(['pass', 'improved', 'regressed', 'inconclusive', 'invalid']);

const reason = z.object({
  code: z.string().meta({ description: 'Such as NOISE_EXCEEDS_MARGIN; docs/gate.md lists them.' }),
  need: figure.meta({ description: 'The limit that it is about.' }),
  have: figure.meta({ description: 'What was seen.' }),
});

const bounds = z.object({ value: share, low: orNull(share), high: orNull(share) });

const stage = z.object({
  stage: z.enum(['look', 'confirm']),
  look: count.meta({ description: 'Which look, counted from 1; 0: there was none.' }),
  pairs: count.meta({ description: 'Valid pairs that were judged.' }),
  rounds: z
    .object({ base: count, head: count })
    .optional()
    .meta({ description: 'Rounds that were judged, of two stored runs, which have no pairs.' }),
  attempted: count.meta({ description: 'Pairs, or rounds of stored runs, measured, valid or not.' }),
  base: orNull(z.number()).meta({ description: "Median over the pairs, in the metric's unit." }),
  head: orNull(z.number()).meta({ description: "Median over the pairs, in the metric's unit." }),
  change: orNull(bounds).meta({ description: 'head / base − 1, with the interval that judges.' }),
  method: z.enum(['signed-rank', 'sign', 'rank-sum']),
  level: share.meta({ description: 'Of the interval.' }),
  attained: orNull(share).meta({ description: 'The level that the interval really has.' }),
  outliers: count,
  contaminated: z.boolean().meta({ description: 'So many outliers that signs judge.' }),
  pairedT: orNull(bounds).meta({
    description: 'The same by the paired t interval: a cross-check that judges nothing.',
  }),
  minimumDetectable: orNull(share).meta({ description: 'From here on a change would be found in 4 of 5 gates.' }),
  selfNoise: orNull(share).meta({ description: '95 % of the estimates of two equal versions lie below.' }),
  pValue: orNull(share).meta({ description: 'One-sided, that the change is beyond the margin.' }),
  adjusted: orNull(share).meta({ description: 'The same, adjusted for all rows.' }),
  dropped: z.array(reason.extend({ count })).meta({ description: 'Void pairs by their reason.' }),
});

const row = z.object({
  scenario: z.string(),
  metric: z.string(),
  unit: z.string(),
  better: z.enum(['lower', 'higher']),
  margin: share,
  floor: z.number(),
  role: z.enum(['gating', 'informational']),
  kind: z.enum(['sampled', 'exact']),
  verdict,
  accepted: z.boolean().meta({ description: 'Its change was accepted: it fails nothing.' }),
  reasons: z.array(reason),
  chosen: z.boolean().meta({ description: 'Worse in the first stage, and run again.' }),
  exact: orNull(z.object({ base: z.number(), head: z.number() })),
  look: orNull(stage),
  confirm: orNull(stage),
});

const operatorTime = z.object({
  seconds: z.number().meta({ description: 'A query; the median of the profiles.' }),
  share: z.number().meta({ description: 'Of the time of all kernels.' }),
  count: orNull(z.number()).meta({ description: 'Kernel calls a query; null: not told.' }),
  providers: z.record(z.string(), z.number()).meta({ description: 'Seconds by execution provider.' }),
});

const operatorChange = z.object({
  operator: z.string(),
  node: orNull(z.string()).meta({ description: 'null: all nodes of the operator together.' }),
  base: orNull(operatorTime),
  head: orNull(operatorTime),
  difference: z.number().meta({ description: 'head − base in seconds a query.' }),
  noise: z
    .number()
    .meta({ description: 'By how much profiles of one version differ: a smaller difference says nothing.' }),
});

const exitCode = z.int().min(0).max(255);
const version = z.object({ name: z.string(), commit: orNull(z.string()) });
const oneSided = z.object({ scenario: z.string(), metric: z.string() });

const next = z.union([
  z.object({ kind: z.literal('done') }),
  z.object({ kind: z.enum(['measure', 'confirm']), scenarios: z.array(z.string()), rounds: count }),
]);

/** The answer of a gate that came to a verdict; shares are fractions (0.05 is 5 %), times seconds, sizes bytes. */
export const gateAnswerSchema = z.object({
  schemaVersion: z.literal(1),
  verdict: z.enum([...verdict.options, 'nothing']),
  exitCode,
  suite: z.string(),
  measured: z
    .literal('one after the other')
    .optional()
    .meta({ description: 'Of two stored runs; base and head took turns elsewhere.' }),
  base: version,
  head: version,
  rows: z.array(row),
  removed: z.array(oneSided).meta({ description: 'Only base has them.' }),
  added: z.array(oneSided).meta({ description: 'Only head has them.' }),
  shift: orNull(z.object({ rows: count, of: count, worse: share })).meta({ description: 'All rows moved together.' }),
  multiplicity: z.object({ rows: count, chosen: count, confirmed: count }),
  next: next.meta({ description: 'What would have been measured next; done: nothing more.' }),
  acknowledgements: z.array(
    z.object({
      scenario: z.string(),
      metric: z.string(),
      accepted: orNull(share).meta({ description: 'null: any change.' }),
      until: z.string(),
      reason: z.string(),
      state: z.enum(['used', 'exceeded', 'unused', 'undecided', 'expired', 'commit-unknown', 'removed', 'unknown']),
    }),
  ),
  environment: z.array(z.object({ name: z.string(), value: z.string() })),
  differences: z.array(z.object({ what: z.string(), base: orNull(z.string()), head: orNull(z.string()) })),
  stages: z.record(
    z.string(),
    z.array(
      z.object({ stage: z.string(), base: orNull(z.number()), head: orNull(z.number()), difference: z.number() }),
    ),
  ),
  operators: z
    .record(z.string(), z.object({ operators: z.array(operatorChange), warnings: z.array(z.string()) }))
    .meta({ description: 'By scenario, what profiles of both versions say of rows that changed.' }),
  settings: z.object({
    seed: count,
    looks: z.array(count),
    alpha: share,
    confirmRounds: count,
    limits: z.object({
      stealShare: share,
      throttledPeriods: count,
      foreignCpuShare: share,
      smClockDifference: share,
      powerCapShare: share,
      idleUtilisation: share,
      droppedShare: share,
    }),
  }),
});

/** The answer of one that came to none: a version that does not build, a command that fails. */
export const gateFailureSchema = z.object({
  schemaVersion: z.literal(1),
  verdict: z.literal('nothing'),
  exitCode,
  suite: z.string(),
  base: version,
  head: version,
  error: z.object({ code: z.string(), message: z.string() }),
  rows: z.array(row).max(0),
});

export const gateResultSchema = z.union([gateAnswerSchema, gateFailureSchema]);

/** The schema as JSON Schema: `schemas/gate-result.schema.json`. */
export function gateResultJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(gateResultSchema, { io: 'input' }), title: 'Answer of the gate of Dyno' };
}
