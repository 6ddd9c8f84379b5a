import type { Metric } from '../../src/gate/metric.ts';
import type { Pair } from '../../src/gate/pair.ts';
import { schedule } from '../../src/gate/schedule.ts';
import { defaultSettings, type GateSettings } from '../../src/gate/settings.ts';
import { generator, normal } from '../../src/stats/random.ts';
import { latency, madePair, observation } from './made-pairs.ts';

export interface MadeSession {
  readonly rounds?: number;
  /** Deviation of the logarithm of each process. */
  readonly noise?: number;
  /** What head takes longer by, although it is the same version. */
  readonly bias?: number;
  /** What the first process of a round takes longer by. */
  readonly slot?: number;
  readonly scenarios?: readonly string[];
  readonly metric?: Partial<Metric>;
  readonly settings?: Partial<GateSettings>;
  readonly seed?: number;
}

/** Rounds of one version against itself, 10 ms a process with normal noise; the same for the same seed. */
export function madeSession(made: MadeSession = {}): { settings: GateSettings; pairs: Pair[] } {
  const { rounds = 40, noise = 0.02, bias = 0, slot = 0, scenarios = ['digits'], seed = 1 } = made;
  const source = generator(seed);
  const metrics = scenarios.map((scenario) => latency({ scenario, ...made.metric }));
  const pairs = schedule(seed, 'look', rounds).flatMap(({ round, first }) =>
    scenarios.map((scenario) => {
      const side = (arm: 'base' | 'head') =>
        observation({
          latency_p50:
            0.01 *
            Math.exp(noise * normal(source) + (arm === 'head' ? Math.log1p(bias) : 0) + (arm === first ? slot : 0)),
        });
      return madePair(round, side('base'), side('head'), { scenario, first });
    }),
  );
  return { settings: { ...defaultSettings, ...made.settings, metrics }, pairs };
}
