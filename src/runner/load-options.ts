import type { LoadOptions } from '../engine/backends/backend.ts';
import { engineFuses } from '../suite/axes.ts';
import type { Axes } from '../suite/plan.ts';

/** How an engine loads the models of a case. What the toggles ask of the graph itself stands in the files already. */
export function loadOptionsOf({ fusion, layout, precision, threads, spinning }: Axes): LoadOptions {
  return {
    fusion: engineFuses(fusion) ? 'on' : 'off',
    layout,
    precision,
    threads,
    spinning,
    dumpPath: null,
    profilePrefix: null,
  };
}
