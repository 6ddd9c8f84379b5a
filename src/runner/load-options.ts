import { join } from 'node:path';
import type { LoadOptions, ProviderOptions } from '../engine/backends/backend.ts';
import { cacheFolder } from '../kernel/cache-folder.ts';
import { engineFuses } from '../suite/axes.ts';
import type { PlannedCase } from '../suite/plan.ts';

/** How an engine loads the models of a case. What the toggles ask of the graph itself stands in the files already. */
export function loadOptionsOf({ axes, providerOptions }: Pick<PlannedCase, 'axes' | 'providerOptions'>): LoadOptions {
  const { fusion, layout, precision, threads, spinning } = axes;
  return {
    fusion: engineFuses(fusion) ? 'on' : 'off',
    layout,
    precision,
    threads,
    spinning,
    ...(providerOptions === undefined ? {} : { providerOptions: withCache(providerOptions) }),
    dumpPath: null,
    profilePrefix: null,
  };
}

/** TensorRT keeps engines in the working directory unless it is told where to. */
function withCache(options: ProviderOptions): ProviderOptions {
  const isKept = [options.trt_engine_cache_enable, options.trt_timing_cache_enable].some(
    (value) => Number(value) === 1,
  );
  return isKept ? { ...options, trt_engine_cache_path: join(cacheFolder(), 'tensorrt') } : options;
}
