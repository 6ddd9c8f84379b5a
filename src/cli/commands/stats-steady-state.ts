import { z } from 'zod';
import type { ExitCode } from '../../kernel/errors.ts';
import { type DriftRuling, driftRule } from '../../stats/drift-rule.ts';
import { formatNumber, formatPercent } from '../../units/format.ts';
import { type Input, readJsonInput } from '../json-input.ts';
import type { Streams } from '../streams.ts';
import type { StatsOptions } from './stats.ts';

const value = z.number({ error: 'expected a number of at least 0' }).refine((one) => one >= 0, {
  message: 'expected a number of at least 0',
});
const point = z.object({ t: z.number({ error: 'expected a number' }), value });
type Point = number | z.infer<typeof point>;

const series = z
  .array(z.union([value, point], { error: 'expected a number of at least 0, or {t, value}' }), {
    error: 'expected a list',
  })
  .min(4, 'expected at least four values')
  .refine(
    (points) => new Set(points.map((one) => typeof one)).size === 1,
    'expected numbers alone, or {t, value} alone',
  )
  .refine(
    (points) => points.every((one, index) => index === 0 || timeOf(one, index) >= timeOf(points[index - 1], index - 1)),
    'expected t in rising order',
  );

/**
 * `dyno stats steady-state`: whether a series of numbers, or of `{t, value}` in the order of t, stands still, by the rule that rounds are
 * judged by. Places are told as t, or as the number of the value, counted from 0. It ends with 0 whatever the verdict.
 */
export async function steadyStateCommand(
  options: StatsOptions,
  { stdout }: Streams,
  input: Input = process.stdin,
): Promise<ExitCode> {
  const points = await readJsonInput(options.file, input, series, 'an array of numbers or of {t, value}');
  const { levelShift, plateauFrom, ...ruling } = driftRule(
    points.map((one) => (typeof one === 'number' ? one : one.value)),
  );
  const placeOf = (index: number) => timeOf(points[index], index);
  const answer = {
    ...ruling,
    levelShift: levelShift && { ...levelShift, at: placeOf(levelShift.at) },
    plateauFrom: plateauFrom === null ? null : placeOf(plateauFrom),
  };
  stdout.write(options.json === true ? `${JSON.stringify(answer, null, 2)}\n` : text(answer));
  return 0;
}

function timeOf(one: Point | undefined, index: number): number {
  return typeof one === 'object' ? one.t : index;
}

const verdicts = {
  plateau: 'plateau: steady',
  up: 'up: it rises',
  down: 'down: it falls',
  none: 'none: neither trend nor sudden change, yet too restless to be called steady',
} as const satisfies Record<DriftRuling['verdict'], string>;

function text({ verdict, buckets, variation, drift, trendP, levelShift, plateauFrom }: DriftRuling): string {
  const lines = [
    verdicts[verdict],
    `${buckets} buckets vary by ${formatPercent(variation)} and drift by ${formatPercent(drift)} (trend: p = ${formatNumber(trendP)})`,
  ];
  if (levelShift !== null) {
    const { at, before, after, p } = levelShift;
    lines.push(
      `from ${formatNumber(before)} to ${formatNumber(after)} at ${formatNumber(at)} (p = ${formatNumber(p)})`,
    );
  }
  lines.push(plateauFrom === null ? 'steady from nowhere on' : `steady from ${formatNumber(plateauFrom)} on`);
  return `${lines.join('\n')}\n`;
}
