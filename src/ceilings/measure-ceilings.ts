import type { Ceiling, CeilingTiming } from './ceiling.ts';
import { copyCeiling } from './copy.ts';
import type { EngineSettings } from './engine-call.ts';
import { gemmCeiling } from './gemm.ts';
import { launchCeiling } from './launch.ts';
import { productPrecisions } from './product-model.ts';
import { readCeiling } from './read.ts';

/**
 * All ceilings of this machine with one backend, one after the other. For a process of its own: it takes up to half a gigabyte and all
 * threads it is given. A ceiling that cannot be measured is null with the reason; this throws nothing.
 */
export async function measureCeilings(settings: EngineSettings, timing: CeilingTiming): Promise<readonly Ceiling[]> {
  const ceilings: Ceiling[] = [];
  for (const precision of productPrecisions) ceilings.push(await gemmCeiling(precision, settings, timing));
  ceilings.push(await readCeiling(settings, timing));
  ceilings.push(await copyCeiling(settings.threads, timing));
  ceilings.push(await launchCeiling(settings, timing));
  return ceilings;
}
