import { percentileShares, samplesNeeded } from '../stats/percentile.ts';
import type { Limits, Policy } from './plan.ts';

export type LatencyLimit = NonNullable<Limits['latency']>;

/** A window shorter than this shows nothing of a queue. */
const leastSeconds = 2;

/**
 * At 5 % above capacity the wait grows by 5 % of the time that has passed: after 20 times the limit it is the limit. A shorter window
 * would let such a rate pass.
 */
const limitsInWindow = 20;

/**
 * The policy of a probe of a search: one round that holds as many samples as the percentile of the limit needs, and lasts 20 times the limit and
 * at least 2 s, but no longer than a window of the suite; not sampled, and warmed up to the minima only.
 */
export function probePolicy(policy: Policy, limit: LatencyLimit): Policy {
  const { minSeconds, maxSeconds } = policy.window;
  return {
    ...policy,
    rounds: 1,
    warmup: { ...policy.warmup, until: 'minimum' },
    window: {
      minQueries: samplesNeeded(percentileShares[limit.percentile]),
      minSeconds: Math.min(minSeconds, Math.max(leastSeconds, limitsInWindow * limit.seconds)),
      maxSeconds,
    },
    samplingHertz: 0,
    observerBlocks: false,
    bareLoop: 'none',
  };
}
