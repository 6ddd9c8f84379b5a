import type { SealedFile } from '../results/events.ts';
import { kindOfHarness } from '../results/record.ts';
import type { Case, Round } from '../results/run.ts';
import { type ReadChunks, type SampleChunk, type SampleVisitor, scanSamples } from './scan-samples.ts';

/**
 * The latency of one round over its window, for drawing: bucket i holds `queries[i]` queries that were completed around `seconds[i]` (middle of
 * the bucket, from the start of the window). Buckets without a query are left out.
 */
export interface CaseTimeline {
  readonly round: number;
  /** `service`: of a batch; offline has no response time. */
  readonly what: 'response' | 'service';
  readonly windowSeconds: number;
  readonly seconds: readonly number[];
  readonly min: readonly number[];
  readonly mean: readonly number[];
  readonly max: readonly number[];
  readonly queries: readonly number[];
}

/** More buckets than this cannot be told apart in a small chart. */
const mostBuckets = 200;

/**
 * Timeline of a case's first round that is not steady, or of its first finished round where all are (or nothing has judged it); null when
 * no round has finished. Reads one file, a stretch at a time, in memory that does not grow with it. Throws what reading samples throws.
 */
export async function caseTimeline(one: Case, readChunks: ReadChunks): Promise<CaseTimeline | null> {
  const round = roundToShow(one.rounds);
  if (round === null) return null;
  const what = one.scenario.kind === 'offline' ? 'service' : 'response';
  const { samples, summary } = round;
  const visitor = new TimelineVisitor(summary.windowSeconds, Math.min(mostBuckets, samples.rows), what);
  await scanSamples(samples, readChunks, [visitor]);
  return { round: round.round, what, windowSeconds: summary.windowSeconds, ...visitor.result() };
}

type Finished = Round & { readonly samples: SealedFile; readonly summary: NonNullable<Round['summary']> };

function roundToShow(rounds: readonly Round[]): Finished | null {
  const finished = rounds.filter((round): round is Finished => round.samples !== null && round.summary !== null);
  const isUnsteady = ({ summary }: Finished) => (summary.steadyState?.verdict ?? 'plateau') !== 'plateau';
  return finished.find(isUnsteady) ?? finished[0] ?? null;
}

/** Sorts the queries of a round into equal stretches of its window by their completion; what ends after it belongs to the last. */
class TimelineVisitor implements SampleVisitor {
  readonly #bucketSeconds: number;
  readonly #what: CaseTimeline['what'];
  readonly #queries: Float64Array;
  readonly #sum: Float64Array;
  readonly #min: Float64Array;
  readonly #max: Float64Array;

  constructor(windowSeconds: number, buckets: number, what: CaseTimeline['what']) {
    const size = Math.max(1, buckets);
    this.#bucketSeconds = windowSeconds > 0 ? windowSeconds / size : 1;
    this.#what = what;
    this.#queries = new Float64Array(size);
    this.#sum = new Float64Array(size);
    this.#min = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    this.#max = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
  }

  visit({ rows, kind, scheduled, started, completed }: SampleChunk): void {
    const from = this.#what === 'service' ? started : scheduled;
    const last = this.#queries.length - 1;
    for (let row = 0; row < rows; row++) {
      if (kind[row] !== kindOfHarness) continue;
      const end = completed[row] ?? Number.NaN;
      const seconds = end - (from[row] ?? Number.NaN);
      if (!Number.isFinite(seconds)) continue;
      const bucket = Math.min(last, Math.max(0, Math.floor(end / this.#bucketSeconds)));
      this.#queries[bucket] = (this.#queries[bucket] ?? 0) + 1;
      this.#sum[bucket] = (this.#sum[bucket] ?? 0) + seconds;
      this.#min[bucket] = Math.min(this.#min[bucket] ?? seconds, seconds);
      this.#max[bucket] = Math.max(this.#max[bucket] ?? seconds, seconds);
    }
  }

  result(): Pick<CaseTimeline, 'seconds' | 'min' | 'mean' | 'max' | 'queries'> {
    const filled = [...this.#queries.keys()].filter((bucket) => (this.#queries[bucket] ?? 0) > 0);
    const of = (values: Float64Array) => filled.map((bucket) => values[bucket] ?? Number.NaN);
    return {
      seconds: filled.map((bucket) => (bucket + 0.5) * this.#bucketSeconds),
      min: of(this.#min),
      mean: filled.map((bucket) => (this.#sum[bucket] ?? 0) / (this.#queries[bucket] ?? 1)),
      max: of(this.#max),
      queries: of(this.#queries),
    };
  }
}
