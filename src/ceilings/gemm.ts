import { errorText } from '../kernel/errors.ts';
import { type Ceiling, type CeilingTiming, noFigures, rateOf } from './ceiling.ts';
import { type EngineSettings, minCalls, timeModel } from './engine-call.ts';
import { type ProductPrecision, productModel } from './product-model.ts';

/** Sides of the square products. The smallest fits into the caches of a core; devices with thousands of units need the largest. */
const sides = [512, 1024, 2048, 4096] as const;

/** A larger product is left out when a handful of its calls would take longer than this many times the time that a figure has. */
const mostOvertime = 4;

/** Operations per second of a dense matrix product in one precision: the best of several sizes. */
export async function gemmCeiling(
  precision: ProductPrecision,
  settings: EngineSettings,
  timing: CeilingTiming,
): Promise<Ceiling> {
  const base = { name: 'gemm', unit: 'operations/s', precision, threads: settings.threads } as const;
  let found: Ceiling | null = null;
  try {
    for (const side of sides) {
      const operations = 2 * side ** 3;
      if (found?.value != null && (minCalls * operations) / found.value > mostOvertime * timing.seconds) break;
      const { seconds, computedIn } = await timeModel(productModel(precision, side, side, side), settings, timing);
      const figures = rateOf(operations, seconds);
      if (found?.value == null || (figures.value ?? 0) > found.value) {
        found = { ...base, ...figures, computedIn, size: `${side} × ${side} × ${side}`, reason: null };
      }
    }
  } catch (error) {
    if (found === null)
      return { ...base, ...noFigures, computedIn: null, size: null, reason: firstLine(errorText(error)) };
    // A larger one did not fit: the smaller ones stand.
  }
  return found ?? { ...base, ...noFigures, computedIn: null, size: null, reason: 'no size was measured' };
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}
