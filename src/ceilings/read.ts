import { errorText } from '../kernel/errors.ts';
import { type Ceiling, type CeilingTiming, noFigures, rateOf } from './ceiling.ts';
import { type EngineSettings, timeModel } from './engine-call.ts';
import { productModel } from './product-model.ts';

/** 256 MiB of weights: more than the caches of any processor hold. */
const inner = 4096;
const columns = 16_384;

/**
 * Bytes per second at which the engine reads weights: a product of one row by a large matrix, of which every number is used once.
 * It bounds what runs at batch 1 on large dense layers.
 */
export async function readCeiling(settings: EngineSettings, timing: CeilingTiming): Promise<Ceiling> {
  const base = { name: 'read', unit: 'bytes/s', precision: 'fp32', threads: settings.threads } as const;
  const bytes = inner * columns * 4;
  try {
    const { seconds, computedIn } = await timeModel(productModel('fp32', 1, inner, columns), settings, timing);
    return { ...base, ...rateOf(bytes, seconds), computedIn, size: '256 MiB of weights', reason: null };
  } catch (error) {
    return { ...base, ...noFigures, computedIn: null, size: null, reason: errorText(error) };
  }
}
