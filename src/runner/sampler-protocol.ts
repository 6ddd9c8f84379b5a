import { InputError } from '../kernel/errors.ts';
import type { CollectorState } from '../results/events.ts';
import type { SamplingProblem } from './sampling.ts';
import type { BlockSettings } from './sampling-blocks.ts';

/*
 * The runner and its sampler process talk in lines of JSON: commands on the sampler's stdin, events on its stdout. Each command is
 * answered by its event or by `error`; `problem` comes at any time.
 */

/** Rates that make sense: slower is no sampling, faster would be what is measured. */
const leastHertz = 0.1;
const mostHertz = 100;

/** Throws `SAMPLING_RATE` (exit 3) for a rate that makes no sense. */
export function checkSamplingRate(hertz: number): void {
  if (hertz >= leastHertz && hertz <= mostHertz) return;
  throw new InputError(
    'SAMPLING_RATE',
    `Expected the sampling rate to be between ${leastHertz} and ${mostHertz} Hz, got ${hertz}. 10 is a good one.`,
  );
}

/** How a round is sampled. `blocks` null: throughout. */
export interface Pace {
  readonly hertz: number;
  readonly blocks: BlockSettings | null;
}

export type SamplerCommand =
  | { readonly command: 'start'; readonly plugins: readonly string[] }
  | {
      readonly command: 'open';
      readonly pid: number | null;
      readonly file: string;
      readonly origin: number;
      readonly pace: Pace;
    }
  | { readonly command: 'close' }
  | { readonly command: 'quit' };

export type SamplerEvent =
  | { readonly event: 'ready'; readonly pid: number; readonly collectors: readonly CollectorState[] }
  | { readonly event: 'opened' }
  | { readonly event: 'closed'; readonly rows: number }
  | { readonly event: 'error'; readonly command: string; readonly code: string; readonly message: string }
  | ({ readonly event: 'problem' } & SamplingProblem);
