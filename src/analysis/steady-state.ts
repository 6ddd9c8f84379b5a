import type { Reason } from '../results/events.ts';
import { kindOfBareLoop, kindOfHarness } from '../results/record.ts';
import type { SteadyState } from '../results/run.ts';
import type { ScenarioSnapshot } from '../results/snapshot.ts';
import { type DriftRuling, driftRule } from '../stats/drift-rule.ts';
import { deviation, mean } from '../stats/moments.ts';
import { windowNeeded } from '../stats/window-needed.ts';
import type { SampleChunk, SampleVisitor } from './scan-samples.ts';

/** Fewer show neither a trend nor that there is none. */
const leastQueries = 8;
/** As many means as correlation is looked for in. */
const mostStretches = 128;

export interface SteadyOptions {
  readonly windowSeconds: number;
  /** How many queries of the harness the round has. */
  readonly queries: number;
  readonly scenario: ScenarioSnapshot;
}

/**
 * Judges whether one round was steady, in one pass over its rows and in memory that does not grow with them.
 *
 * Its queries fall, in the order of completion, into up to 128 stretches of equally many: their means are then equally sure, and none is
 * empty however slow the queries or however long the system stood still. Latency is the response time; offline, where there is none,
 * the service time. Where load arrives in answer to the system, its pace is judged too: elsewhere that is the schedule's, not the system's.
 */
export class SteadyVisitor implements SampleVisitor {
  readonly #options: SteadyOptions;
  readonly #stretches: { queries: number; latency: number; end: number }[];
  readonly #latencies = new RoughDistribution();
  #queries = 0;
  #lastCompleted = 0;
  #hasBareLoop = false;

  constructor(options: SteadyOptions) {
    this.#options = options;
    const count = Math.max(1, Math.min(mostStretches, options.queries));
    this.#stretches = Array.from({ length: count }, () => ({ queries: 0, latency: 0, end: 0 }));
  }

  visit({ rows, kind, scheduled, started, completed }: SampleChunk): void {
    const from = this.#options.scenario.kind === 'offline' ? started : scheduled;
    for (let row = 0; row < rows; row++) {
      if (kind[row] === kindOfBareLoop) this.#hasBareLoop = true;
      if (kind[row] !== kindOfHarness) continue;
      const end = completed[row] ?? Number.NaN;
      const latency = end - (from[row] ?? Number.NaN);
      const stretch = this.#stretches[Math.floor((this.#queries++ * this.#stretches.length) / this.#options.queries)];
      if (stretch === undefined) continue;
      stretch.queries++;
      stretch.latency += latency;
      this.#lastCompleted = Math.max(this.#lastCompleted, end);
      stretch.end = this.#lastCompleted;
      this.#latencies.add(latency);
    }
  }

  /** After the last row: what was found, or why nothing can be said. */
  result(): SteadyState | Reason {
    if (this.#queries < leastQueries) return { code: 'TOO_FEW_QUERIES', need: leastQueries, have: this.#queries };
    if (this.#queries !== this.#options.queries)
      return { code: 'QUERY_COUNT_DIFFERS', need: this.#options.queries, have: this.#queries };
    const { windowSeconds, scenario } = this.#options;
    const latencies = this.#stretches.map(({ latency, queries }) => latency / queries);
    const ofLatency = driftRule(latencies);
    // Queries of a bare loop take time between two of the harness.
    const followsSystem = !openLoop.has(scenario.kind) && !this.#hasBareLoop;
    const ofPace = followsSystem && ofLatency.verdict === 'plateau' ? driftRule(this.#pace()) : null;
    const decides = ofPace === null || ofPace.verdict === 'plateau' ? ofLatency : ofPace;
    return {
      verdict: decides.verdict,
      series: decides === ofLatency ? 'latency' : 'throughput',
      buckets: decides.buckets,
      bucketSeconds: windowSeconds / decides.buckets,
      variation: decides.variation,
      drift: decides.drift,
      trendP: decides.trendP,
      levelShift: this.#shift(decides),
      plateauFromSeconds: decides.plateauFrom === null ? null : this.#startOf(decides.plateauFrom),
      windowNeededSeconds: windowNeeded({
        variation: deviation(latencies) / mean(latencies),
        correlationTime: ofLatency.correlationTime,
        secondsPerValue: windowSeconds / latencies.length,
        p99Seconds: this.#latencies.above(0.99),
      }),
    };
  }

  /** Seconds from one completion to the next, stretch by stretch. */
  #pace(): number[] {
    return this.#stretches.map(({ end, queries }, index) => (end - this.#startOf(index)) / queries);
  }

  #startOf(stretch: number): number {
    return this.#stretches[stretch - 1]?.end ?? 0;
  }

  #shift({ levelShift }: DriftRuling): SteadyState['levelShift'] {
    if (levelShift === null) return null;
    const { at, before, after, p } = levelShift;
    return { atSeconds: this.#startOf(at), before, after, p };
  }
}

/** Scenarios whose load arrives by a schedule. */
const openLoop: ReadonlySet<string> = new Set(['server', 'replay']);

/** Counts of positive values in steps of 4.4 %. */
class RoughDistribution {
  readonly #steps = 16;
  /** From 2⁻⁴⁰ to 2²⁴: less than a nanosecond to half a year. */
  readonly #counts = new Uint32Array(64 * this.#steps);
  #count = 0;

  add(value: number): void {
    const step = Math.floor(Math.log2(value) * this.#steps) + 40 * this.#steps;
    const place = Math.max(0, Math.min(this.#counts.length - 1, step || 0));
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.#count++;
  }

  /** The least bound of a step that at least a share `p` of the values lie under. */
  above(p: number): number {
    let under = 0;
    const step = this.#counts.findIndex((count) => {
      under += count;
      return under >= p * this.#count;
    });
    return 2 ** ((step + 1) / this.#steps - 40);
  }
}
