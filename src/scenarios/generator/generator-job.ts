import type { ScenarioSettings } from '../../suite/plan.ts';
import type { LoadSeeds } from '../seeds.ts';
import type { WindowBounds } from '../window.ts';

/** A scenario whose queries a thread of their own sends. */
export type GeneratedScenario = Extract<ScenarioSettings, { kind: 'server' | 'replay' | 'closed_loop' }>;

/** What the generator's thread is started with. */
export interface GeneratorJob {
  readonly shared: SharedArrayBuffer;
  readonly scenario: GeneratedScenario;
  readonly seeds: LoadSeeds;
  readonly hasWarmup: boolean;
  readonly bounds: WindowBounds;
  /** Arrivals of the trace that is replayed, in seconds; null for other scenarios. */
  readonly trace: Float64Array | null;
}
