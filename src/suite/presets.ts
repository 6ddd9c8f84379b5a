import type { Policy } from './plan.ts';

/** What a preset fixes: the whole policy, and the time limit of a case a round. */
export interface Preset extends Omit<Policy, 'preset'> {
  readonly timeLimitSeconds: number;
}

/** What all presets agree on. */
const shared = {
  seed: 1,
  order: 'interleaved',
  samplingHertz: 10,
  proof: true,
  bareLoop: 'none',
  maxTimeSeconds: null,
} as const;

/**
 * Policies by name. A new one needs a line here and nothing else. All sample at 10 Hz, which costs 0.6 % of a core.
 *
 * - `smoke`: for a first look, with everything but the time spent: 11 queries support p50 and nothing more.
 * - `ci`: three short rounds, so that there is an interval. Shorter than what a figure for publication needs, and the report says so.
 * - `default`: one round that supports p50 (11 samples) and p90 (64); ten queries of warm-up are what Olive and optimum-benchmark take.
 * - `thorough`: five rounds of half a minute and more, each of which supports p99 (662 samples).
 */
const presets = {
  smoke: {
    ...shared,
    rounds: 1,
    warmup: { minQueries: 3, minSeconds: 0.2, maxSeconds: 20, until: 'minimum' },
    window: { minQueries: 11, minSeconds: 1, maxSeconds: 20 },
    cooldownSeconds: 0,
    observerBlocks: false,
    accuracyItems: 1000,
    timeLimitSeconds: 600,
  },
  ci: {
    ...shared,
    rounds: 3,
    warmup: { minQueries: 10, minSeconds: 1, maxSeconds: 5, until: 'plateau' },
    window: { minQueries: 64, minSeconds: 2, maxSeconds: 30 },
    cooldownSeconds: 0.5,
    observerBlocks: true,
    accuracyItems: 1000,
    timeLimitSeconds: 600,
  },
  default: {
    ...shared,
    rounds: 1,
    warmup: { minQueries: 10, minSeconds: 1, maxSeconds: 10, until: 'plateau' },
    window: { minQueries: 64, minSeconds: 5, maxSeconds: 60 },
    cooldownSeconds: 0.5,
    observerBlocks: true,
    accuracyItems: 2000,
    timeLimitSeconds: 600,
  },
  thorough: {
    ...shared,
    rounds: 5,
    warmup: { minQueries: 10, minSeconds: 3, maxSeconds: 60, until: 'plateau' },
    window: { minQueries: 662, minSeconds: 30, maxSeconds: 600 },
    cooldownSeconds: 2,
    observerBlocks: true,
    accuracyItems: 10_000,
    timeLimitSeconds: 1800,
  },
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof presets;

export const presetNames = Object.keys(presets) as PresetName[];

/** The policy that a preset stands for. */
export function presetPolicy(name: PresetName): Preset {
  return presets[name];
}
