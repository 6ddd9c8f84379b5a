import { z } from 'zod';
import type { ExitCode } from '../../kernel/errors.ts';
import { effectiveSize } from '../../stats/autocorrelation.ts';
import { batchMeansInterval } from '../../stats/batch-means.ts';
import { earlyStoppingEstimate } from '../../stats/early-stopping.ts';
import { mannWhitney } from '../../stats/mann-whitney.ts';
import { mean, median } from '../../stats/moments.ts';
import { percentile, percentileMethod, type TooFewSamples } from '../../stats/percentile.ts';
import { quantileInterval } from '../../stats/quantile-interval.ts';
import { signTest } from '../../stats/sign-test.ts';
import { hodgesLehmann, signedRank } from '../../stats/signed-rank.ts';
import { ratioInterval, welchTest } from '../../stats/welch.ts';
import { formatNumber, formatPercent } from '../../units/format.ts';
import { type Input, readJsonInput } from '../json-input.ts';
import type { Streams } from '../streams.ts';
import { type TextColumn, textTable } from '../text-table.ts';
import type { StatsOptions } from './stats.ts';

const values = z.array(z.number({ error: 'expected a number' }), { error: 'expected a list of numbers' });

/** The percentiles that a result has. */
const shares = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 };

/**
 * `dyno stats percentiles`: percentiles of numbers in the order in which they came, each with its exact interval and the value that it
 * is known to be under; their mean with its interval by batch means, and how many independent numbers they are worth.
 */
export async function percentilesCommand(
  options: StatsOptions,
  { stdout }: Streams,
  input: Input = process.stdin,
): Promise<ExitCode> {
  const series = await readJsonInput(
    options.file,
    input,
    values.min(1, 'expected at least one number'),
    'an array of numbers',
  );
  const answer = describe(series);
  if (options.json === true) {
    stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    return 0;
  }
  const rows = Object.entries(answer.percentiles);
  const columns: readonly TextColumn<(typeof rows)[number]>[] = [
    { title: 'percentile', align: 'left', cell: ([name]) => name },
    { title: 'value', align: 'right', cell: ([, { value }]) => (value === null ? '' : formatNumber(value)) },
    {
      title: '95 % interval',
      align: 'left',
      cell: ([, { ci95 }]) => (ci95 === null ? '' : ci95.map(formatNumber).join(' … ')),
    },
    { title: 'under, at 99 %', align: 'right', cell: ([, { under }]) => (under === null ? '' : formatNumber(under)) },
    { title: 'withheld', align: 'left', cell: ([, { reason }]) => (reason === null ? '' : tooFew(reason)) },
  ];
  const { mean: ofMean } = answer;
  const spread =
    ofMean.ci95 === null
      ? ofMean.reason === null
        ? ''
        : ` (no interval: ${tooFew(ofMean.reason)})`
      : `, 95 % interval ${ofMean.ci95.map(formatNumber).join(' … ')}`;
  stdout.write(textTable(rows, columns));
  stdout.write(
    `mean ${formatNumber(ofMean.value)}${spread}\n${answer.count} numbers, worth ${formatNumber(answer.effective.count)} independent ones\n`,
  );
  if (ofMean.batchesCorrelated === true)
    stdout.write('The means of batches are still correlated: the interval of the mean is too narrow.\n');
  return 0;
}

function describe(series: readonly number[]) {
  const sorted = Float64Array.from(series).sort();
  const batches = batchMeansInterval(series);
  return {
    count: series.length,
    method: percentileMethod,
    min: sorted[0],
    max: sorted[sorted.length - 1],
    percentiles: Object.fromEntries(
      Object.entries(shares).map(([name, p]) => {
        const estimate = percentile(sorted, p);
        const interval = quantileInterval(sorted, p);
        const known = 'code' in interval ? null : interval;
        const answer = {
          value: estimate.value,
          ci95: known === null ? null : ([known.low, known.high] as const),
          attained: known?.attained ?? null,
          under: earlyStoppingEstimate(sorted, p)?.value ?? null,
          reason: estimate.reason,
        };
        return [name, answer] as const;
      }),
    ),
    mean: {
      value: mean(series),
      ci95: 'code' in batches ? null : ([batches.low, batches.high] as const),
      batchesCorrelated: 'code' in batches ? null : batches.isCorrelated,
      reason: 'code' in batches ? batches : null,
    },
    effective: effectiveSize(series),
  };
}

const arms = z
  .object({ base: values, candidate: values, paired: z.boolean({ error: 'expected true or false' }).default(false) })
  .refine(({ base, candidate, paired }) => !paired || base.length === candidate.length, {
    path: ['candidate'],
    message: 'expected as many numbers as the base has, because the two are paired',
  })
  .refine(({ base }) => base.length > 0, { path: ['base'], message: 'expected at least one number' })
  .refine(({ candidate }) => candidate.length > 0, { path: ['candidate'], message: 'expected at least one number' });

/**
 * `dyno stats compare`: two sets of independent numbers, such as a figure of each round of two builds: their ratio and difference with
 * intervals, and the rank test; of pairs that were measured in turn the tests of their differences, too. It judges nothing.
 */
export async function compareValuesCommand(
  options: StatsOptions,
  { stdout }: Streams,
  input: Input = process.stdin,
): Promise<ExitCode> {
  const { base, candidate, paired } = await readJsonInput(options.file, input, arms, 'an object {base, candidate}');
  const isPositive = [...base, ...candidate].every((value) => value > 0);
  const differences = candidate.map((value, index) => value - (base[index] ?? Number.NaN));
  const answer = {
    base: location(base),
    candidate: location(candidate),
    /** candidate / base; null: not all are positive, or a set has one number. */
    ratio: isPositive ? ratioInterval(base, candidate) : null,
    welch: welchTest(base, candidate),
    mannWhitney: mannWhitney(base, candidate),
    pairs: paired
      ? { shift: hodgesLehmann(differences), signedRank: signedRank(differences), sign: signTest(differences) }
      : null,
  };
  if (options.json === true) {
    stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    return 0;
  }
  const { ratio, welch, mannWhitney: ranks, pairs } = answer;
  const missing = isPositive
    ? tooFew({ code: 'TOO_FEW_SAMPLES', need: 2, have: Math.min(base.length, candidate.length) })
    : 'not all numbers are positive';
  const lines: { readonly what: string; readonly figure: string; readonly interval: string; readonly p: string }[] = [
    {
      what: 'ratio of geometric means',
      figure: ratio === null ? `none: ${missing}` : formatNumber(ratio.value),
      interval: bounds(ratio),
      p: '',
    },
    {
      what: 'difference of means (Welch)',
      figure: welch === null ? 'none: each set needs two numbers' : formatNumber(welch.difference.value),
      interval: bounds(welch?.difference ?? null),
      p: welch === null ? '' : formatNumber(welch.pValue),
    },
    {
      what: 'candidate is the larger (Mann–Whitney)',
      figure: formatPercent(ranks.probability),
      interval: '',
      p: formatNumber(ranks.pValue),
    },
  ];
  if (pairs !== null) {
    const { shift } = pairs;
    lines.push(
      {
        what: 'shift of pairs (Hodges–Lehmann)',
        figure: 'code' in shift ? `none: ${tooFew(shift)}` : formatNumber(shift.value),
        interval: 'code' in shift ? '' : bounds(shift),
        p: formatNumber(pairs.signedRank.pValue),
      },
      {
        what: 'pairs up and down (sign test)',
        figure: `${pairs.sign.positive} : ${pairs.sign.negative}`,
        interval: '',
        p: formatNumber(pairs.sign.pValue),
      },
    );
  }
  stdout.write(
    textTable(lines, [
      { title: 'candidate against base', align: 'left', cell: ({ what }) => what },
      { title: 'figure', align: 'right', cell: ({ figure }) => figure },
      { title: '95 % interval', align: 'left', cell: ({ interval }) => interval },
      { title: 'p value', align: 'right', cell: ({ p }) => p },
    ]),
  );
  return 0;
}

function location(set: readonly number[]): { count: number; mean: number; median: number } {
  return { count: set.length, mean: mean(set), median: median(Float64Array.from(set).sort()) };
}

function bounds(interval: { readonly low: number; readonly high: number } | null): string {
  return interval === null ? '' : `${formatNumber(interval.low)} … ${formatNumber(interval.high)}`;
}

function tooFew({ need, have }: TooFewSamples): string {
  return `${have} of the ${need} that it takes`;
}
