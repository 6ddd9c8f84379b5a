import type { Policy } from './plan.ts';

/** What a preset fixes: the whole policy, and the time limit of a case a round. */
export interface Preset extends Omit<Policy, 'preset'> {
  readonly timeLimitSeconds: number;
}

/**
 * Policies by name. A new one needs a line here and nothing else.
 *
 * `default` supports p50 (11 samples) and p90 (64); ten queries of warm-up are what Olive and optimum-benchmark take.
 * `quick` supports p50 only: for a first look, with everything but the time spent.
 * Both sample at 10 Hz, which costs 0.6 % of a core.
 */
const presets = {
  default: {
    rounds: 1,
    warmup: { minQueries: 10, minSeconds: 1 },
    window: { minQueries: 64, minSeconds: 5, maxSeconds: 60 },
    seed: 1,
    cooldownSeconds: 0.5,
    order: 'interleaved',
    samplingHertz: 10,
    proof: true,
    accuracyItems: 2000,
    bareLoop: 'none',
    maxTimeSeconds: null,
    timeLimitSeconds: 600,
  },
  quick: {
    rounds: 1,
    warmup: { minQueries: 3, minSeconds: 0.2 },
    window: { minQueries: 11, minSeconds: 1, maxSeconds: 20 },
    seed: 1,
    cooldownSeconds: 0,
    order: 'interleaved',
    samplingHertz: 10,
    proof: true,
    accuracyItems: 1000,
    bareLoop: 'none',
    maxTimeSeconds: null,
    timeLimitSeconds: 600,
  },
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof presets;

export const presetNames = Object.keys(presets) as PresetName[];

/** The policy that a preset stands for. */
export function presetPolicy(name: PresetName): Preset {
  return presets[name];
}
