import type { CollectorProbe, Column, Target } from '../collectors/collector.ts';

/** What the thread of a plug-in is started with: the URL of its module. */
export interface PluginStart {
  readonly module: string;
}

/** A collector of a plug-in, as its thread describes it. */
export interface RemoteCollector {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly phase: 'early' | 'late';
  readonly probe: CollectorProbe;
  /** Whether it has the optional phases: nobody waits for those that it lacks. */
  readonly pauses: boolean;
  readonly settles: boolean;
  readonly ends: boolean;
}

/**
 * To the thread. `collector` is an index. A `tick` is answered through the shared memory, `share`, `pause` and `resume` are not, all others are
 * by `done`.
 */
export type PluginRequest =
  | {
      readonly kind: 'share';
      readonly collector: number;
      readonly values: SharedArrayBuffer;
      readonly answered: SharedArrayBuffer;
    }
  | { readonly kind: 'open'; readonly collector: number; readonly target: Target }
  | { readonly kind: 'tick'; readonly collector: number; readonly tick: number }
  | { readonly kind: 'pause' | 'resume'; readonly collector: number }
  | { readonly kind: 'settle' | 'close' | 'end'; readonly collector: number };

/** From the thread. */
export type PluginAnswer =
  | { readonly kind: 'loaded'; readonly collectors: readonly RemoteCollector[] }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  | { readonly kind: 'done'; readonly collector: number; readonly error: string | null }
  | { readonly kind: 'failed'; readonly collector: number; readonly error: string };
