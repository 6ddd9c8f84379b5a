import type { CollectorProbe, Column, Target } from './collector.ts';

/** What a plug-in's thread is started with. */
export interface IsolatedStart {
  readonly module: string;
}

/** One collector of a plug-in, as its thread describes it. */
export interface IsolatedDescription {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly phase: 'early' | 'late';
  readonly probe: CollectorProbe;
}

/** To the thread. A `tick` is answered through the shared memory, all else by a message. */
export type IsolatedRequest =
  | {
      readonly kind: 'share';
      readonly collector: number;
      readonly values: SharedArrayBuffer;
      readonly answered: SharedArrayBuffer;
    }
  | { readonly kind: 'open'; readonly collector: number; readonly target: Target }
  | { readonly kind: 'tick'; readonly collector: number; readonly tick: number }
  | { readonly kind: 'close'; readonly collector: number };

/** From the thread. */
export type IsolatedAnswer =
  | { readonly kind: 'loaded'; readonly collectors: readonly IsolatedDescription[] }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  | { readonly kind: 'done'; readonly collector: number; readonly error: string | null }
  | { readonly kind: 'failed'; readonly collector: number; readonly tick: number; readonly error: string };
