import type { Row } from './decision.ts';
import type { Metric } from './metric.ts';
import { type Arm, type Pair, toldValue } from './pair.ts';

/** One pair tells a change; the second one, that the figure is the same each time. */
export const exactPairs = 2;

/**
 * Compares a figure that each version always has alike: any change is named, with the two values. The state of the machine voids nothing
 * here. A version whose processes differ, or tell none, has no such figure.
 */
export function judgeExact(metric: Metric, pairs: readonly Pair[]): Omit<Row, 'metric'> {
  const none = { chosen: false, look: null, confirm: null };
  const found = { base: valuesOf(metric, pairs, 'base'), head: valuesOf(metric, pairs, 'head') };
  for (const arm of ['base', 'head'] as const) {
    const [first, second] = found[arm];
    if (first === undefined) {
      return pairs.length === 0
        ? { ...none, verdict: 'inconclusive', exact: null, reasons: [{ code: 'TOO_FEW_PAIRS', need: 1, have: 0 }] }
        : { ...none, verdict: 'invalid', exact: null, reasons: [withoutValue(pairs, arm)] };
    }
    if (second !== undefined) {
      const have = `${arm}: ${found[arm].join(', ')}`;
      return { ...none, verdict: 'inconclusive', exact: null, reasons: [{ code: 'NOT_DETERMINISTIC', need: 1, have }] };
    }
  }
  const exact = { base: found.base[0] ?? Number.NaN, head: found.head[0] ?? Number.NaN };
  return { ...none, exact, ...compareExact(metric, exact) };
}

function compareExact(
  metric: Metric,
  { base, head }: { base: number; head: number },
): Pick<Row, 'verdict' | 'reasons'> {
  if (base === head) return { verdict: 'pass', reasons: [] };
  const isWorse = metric.better === 'lower' ? head > base : head < base;
  const size = Math.abs(head - base);
  if (size <= metric.floor)
    return { verdict: 'pass', reasons: [{ code: 'BELOW_FLOOR', need: metric.floor, have: size }] };
  // A share of the smaller value, as a ratio is either way; beyond any margin where that has no meaning.
  const small = Math.min(base, head);
  if (small > 0 && size <= metric.margin * small) {
    return { verdict: 'pass', reasons: [{ code: 'WITHIN_MARGIN', need: metric.margin, have: size / small }] };
  }
  return { verdict: isWorse ? 'regressed' : 'improved', reasons: [] };
}

/** The different values, in the order in which they came. */
function valuesOf({ metric }: Metric, pairs: readonly Pair[], arm: Arm): number[] {
  const values = pairs.flatMap((pair) =>
    pair[arm].outcome === 'measured' ? (toldValue(pair[arm], metric) ?? []) : [],
  );
  return [...new Set(values)];
}

function withoutValue(pairs: readonly Pair[], arm: Arm) {
  for (const pair of pairs) {
    const one = pair[arm];
    if (one.outcome === 'failed') {
      return { code: arm === 'base' ? 'BASE_FAILED' : 'HEAD_FAILED', need: null, have: `${one.code}: ${one.message}` };
    }
  }
  return { code: 'NO_VALUE', need: null, have: arm };
}
