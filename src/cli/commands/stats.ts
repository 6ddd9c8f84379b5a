import { z } from 'zod';
import { type ExitCode, errorText, InputError } from '../../kernel/errors.ts';
import { queriesUnder } from '../../stats/early-stopping.ts';
import { type LoadgenSummary, loadgenSummary } from '../../stats/loadgen-summary.ts';
import { formatPercent, formatSeconds } from '../../units/format.ts';
import { type Input, readJsonInput } from '../json-input.ts';
import type { Streams } from '../streams.ts';
import { type TextColumn, textTable } from '../text-table.ts';

export interface StatsOptions {
  /** File with the JSON; without it, or as `-`, stdin. */
  readonly file?: string;
  readonly json?: boolean;
}

const share = z
  .number({ error: 'expected a number between 0 and 1' })
  .refine((value) => value > 0 && value < 1, 'expected a number between 0 and 1');
const count = (least = 0) =>
  z
    .number({ error: `expected a whole number of at least ${least}` })
    .refine((value) => Number.isSafeInteger(value) && value >= least, `expected a whole number of at least ${least}`);
const atLeastZero = z
  .number({ error: 'expected a number of at least 0' })
  .refine((value) => value >= 0, 'expected a number of at least 0');

const earlyStoppingRows = z.array(
  z
    .object({ t: count(), p: share, c: share.default(0.99), d: atLeastZero.default(0) })
    .refine(({ p, d }) => d < p, { path: ['d'], message: 'expected a tolerance below p' }),
);
type EarlyStoppingRow = z.infer<typeof earlyStoppingRows>[number];

/**
 * `dyno stats early-stopping`: for rows `{t, p, c, d}` (t queries over a bound, percentile p, confidence c, tolerance d; 0.99 and 0
 * where left out) how many queries h must lie under the bound, and n = h + t, in the same order.
 */
export async function earlyStoppingCommand(
  options: StatsOptions,
  { stdout }: Streams,
  input: Input = process.stdin,
): Promise<ExitCode> {
  const rows = await readJsonInput(options.file, input, earlyStoppingRows, 'an array of {t, p, c, d}');
  const answers = rows.map(({ t, p, c, d }, index) => {
    const h = answered(index, () => queriesUnder(p, t, { confidence: c, tolerance: d }));
    return { h, n: h + t };
  });
  if (options.json === true) stdout.write(`${JSON.stringify(answers)}\n`);
  else {
    const columns: readonly TextColumn<EarlyStoppingRow & { h: number; n: number }>[] = [
      { title: 'over the bound (t)', align: 'right', cell: ({ t }) => String(t) },
      { title: 'percentile (p)', align: 'right', cell: ({ p }) => String(p) },
      { title: 'confidence (c)', align: 'right', cell: ({ c }) => String(c) },
      { title: 'tolerance (d)', align: 'right', cell: ({ d }) => String(d) },
      { title: 'needed under it (h)', align: 'right', cell: ({ h }) => String(h) },
      { title: 'queries in all (n)', align: 'right', cell: ({ n }) => String(n) },
    ];
    stdout.write(
      textTable(
        rows.flatMap((row, index) => (answers[index] ? [{ ...row, ...answers[index] }] : [])),
        columns,
      ),
    );
  }
  return 0;
}

const loadgenRuns = z.array(
  z.object({
    name: z.string({ error: 'expected a text' }).optional(),
    scenario: z.enum(['SS', 'MS', 'SV', 'OF'], { error: 'expected one of SS, MS, SV, OF' }),
    percentile: share,
    target_latency_ns: count(),
    min_duration_ms: atLeastZero,
    min_query_count: count(),
    duration_s: atLeastZero,
    latencies_ns: z.array(count(), { error: 'expected a list of whole numbers' }),
  }),
);

/**
 * `dyno stats summary`: what MLPerf LoadGen makes of runs, in the same order. A run that is not valid is an answer: the command ends
 * with 0 all the same.
 */
export async function summaryCommand(
  options: StatsOptions,
  { stdout }: Streams,
  input: Input = process.stdin,
): Promise<ExitCode> {
  const runs = await readJsonInput(options.file, input, loadgenRuns, 'an array of runs');
  const summaries = runs.map((run, index) => answered(index, () => loadgenSummary(run)));
  if (options.json === true) {
    stdout.write(`${JSON.stringify(summaries)}\n`);
    return 0;
  }
  const rows = summaries.map((summary, index) => ({ run: runs[index], index, summary }));
  const columns: readonly TextColumn<(typeof rows)[number]>[] = [
    { title: 'run', align: 'left', cell: ({ run, index }) => run?.name ?? `[${index}]` },
    { title: 'scenario', align: 'left', cell: ({ run }) => run?.scenario ?? '' },
    { title: 'queries', align: 'right', cell: ({ run }) => String(run?.latencies_ns.length ?? '') },
    { title: 'valid', align: 'left', cell: ({ summary }) => (summary.valid ? 'yes' : `no: ${missed(summary)}`) },
    { title: 'percentile', align: 'right', cell: ({ run }) => formatPercent(run?.percentile ?? Number.NaN) },
    { title: 'latency there', align: 'right', cell: ({ summary }) => formatSeconds(summary.target_pct_ns / 1e9) },
    { title: 'mean', align: 'right', cell: ({ summary }) => formatSeconds(summary.mean_ns / 1e9) },
    { title: 'estimate SS', align: 'right', cell: ({ summary }) => estimate(summary.es_ss_ns) },
    { title: 'estimate MS', align: 'right', cell: ({ summary }) => estimate(summary.es_ms_ns) },
    {
      title: 'over the bound',
      align: 'right',
      cell: ({ run, summary }) => (run?.scenario === 'SV' ? String(summary.overlatency) : ''),
    },
  ];
  stdout.write(textTable(rows, columns));
  for (const { run, index, summary } of rows) {
    if (summary.note !== '') stdout.write(`${run?.name ?? `[${index}]`}: ${summary.note.replaceAll('\n', ' ')}\n`);
  }
  return 0;
}

function missed(summary: LoadgenSummary): string {
  const parts = [
    summary.min_duration_met ? null : 'too short',
    summary.min_queries_met ? null : 'too few queries',
    summary.perf_met ? null : 'over the bound',
    summary.early_stopping_met ? null : 'early stopping',
  ];
  return parts.filter((part) => part !== null).join(', ');
}

function estimate(nanoseconds: number): string {
  return nanoseconds === 0 ? '' : formatSeconds(nanoseconds / 1e9);
}

/** A row that the statistics refuse although its numbers are in range (one that takes more than 2⁵³ queries) is the user's to change. */
function answered<T>(index: number, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError)
      throw new InputError('INPUT_INVALID', `[${index}]: ${errorText(error)}`, { cause: error });
    throw error;
  }
}
