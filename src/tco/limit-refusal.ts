import { formatNumber } from '../units/format.ts';
import { serverLimitMilliseconds } from './benchmark-limits.ts';
import type { NoThroughput, ThroughputNeed } from './settled-throughput.ts';

/**
 * Whether a throughput of a benchmark holds at the study's latency limit: `least` is its latency of one item alone in milliseconds, null where it is
 * not known, and what the study itself states of it counts instead. Refused where one item alone takes longer than the limit, and where the benchmark's own limit is looser, or there was none,
 * unless the study accepts that.
 */
export function limitRefusal(
  { model, scenario, stack }: { readonly model: string; readonly scenario: string; readonly stack: string },
  least: number | null,
  { limitMilliseconds: limit, percentile, acceptsLooserLimit, leastMilliseconds }: ThroughputNeed,
): { readonly caveats: readonly string[] } | NoThroughput {
  if (limit === null) return { caveats: [] };
  if (leastMilliseconds === null && least !== null && least > limit) {
    return {
      refused: `expected a latency limit of at least the ${formatNumber(least)} ms of one item alone (SingleStream, p90), got ${limit} ms: no machine of this kind serves in time`,
    };
  }
  const kept = scenario === 'Server' && stack === 'mlperf' ? serverLimitMilliseconds(model) : null;
  if (kept !== null && kept <= limit) return { caveats: [] };
  const loose =
    kept === null
      ? `${scenario} figures of ${stack} keep no latency limit that is known here`
      : `the Server scenario keeps ${kept} ms at p99`;
  const asked = `the study asks for ${limit} ms at ${percentile}`;
  return acceptsLooserLimit
    ? { caveats: [`${loose}, ${asked}`] }
    : {
        refused: `${loose}, ${asked}: expected a throughput at that limit. State your own, or accept: [looser_limit]`,
      };
}
