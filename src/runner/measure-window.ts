import type { StageSeconds } from '../engine/pipeline.ts';
import { monotonicSeconds } from '../kernel/clock.ts';
import { kindOfBareLoop, kindOfHarness, queryColumns } from '../results/record.ts';
import { SegmentWriter } from '../results/segment-file.ts';
import type { Measured } from '../results/snapshot.ts';
import { runScenario } from '../scenarios/scenario.ts';
import { type WindowBounds, type WindowOutcome, windowHasEnded } from '../scenarios/window.ts';
import type { Policy, ScenarioSettings } from '../suite/plan.ts';
import type { QuerySource } from './query-source.ts';

export interface WindowRequest {
  readonly source: QuerySource;
  readonly stages: StageSeconds;
  readonly scenario: ScenarioSettings;
  readonly policy: Policy;
  readonly batchSize: number;
  readonly samplesFile: string;
  /** Monotonic seconds that `windowStart` is counted from. */
  readonly origin: number;
}

type WindowMeasures = Pick<
  Measured,
  'warmup' | 'queries' | 'items' | 'windowSeconds' | 'windowStart' | 'cpu' | 'clockRatioError'
>;

/**
 * Warms up until both minima are reached, then measures one window: drives the scenario and appends a record a query to the segment
 * file, between queries. The warm-up is the window's loop with the window's record path, its rows going nowhere: nothing is created,
 * loaded or run for the first time between the two.
 */
export async function measureWindow(request: WindowRequest): Promise<WindowMeasures> {
  const { source, stages, policy, batchSize, origin } = request;
  const writer = new SegmentWriter(request.samplesFile, queryColumns);
  // One array for every record: nothing is allocated for a query that the collector would have to clear up in the window.
  const row = new Float64Array(queryColumns.length);
  const record = (query: number, scheduled: number, sent: number, completed: number, kind = kindOfHarness): void => {
    row[0] = query;
    row[1] = batchSize;
    row[2] = source.firstItem(query);
    row[3] = kind;
    row[4] = scheduled;
    row[5] = sent;
    row[6] = sent;
    row[7] = completed;
    const harness = kind === kindOfHarness;
    row[8] = harness ? stages.preprocess : 0;
    row[9] = harness ? stages.inference : completed - sent;
    row[10] = harness ? stages.postprocess : 0;
    writer.append(row);
    writer.flushIfDue(completed);
  };
  const load = { now: monotonicSeconds, stage: source.stage ?? undefined, issue: source.issue, record };
  const drive = (bounds: WindowBounds): Promise<WindowOutcome> =>
    policy.bareLoop === 'interleaved'
      ? alternate(source, { ...load, bounds })
      : runScenario(request.scenario, { ...load, bounds });

  try {
    writer.rehearse();
    const warmup = await warmUp(policy.warmup, drive);
    writer.begin();
    // Starts the second after which rows are written, so that also those of slow queries wait no longer in memory.
    writer.flushIfDue(0);

    const cpuBefore = process.resourceUsage();
    const wallBefore = Date.now();
    const monotonicBefore = monotonicSeconds();
    const outcome = await drive(policy.window);
    const monotonicLength = monotonicSeconds() - monotonicBefore;
    const wallLength = (Date.now() - wallBefore) / 1e3;
    const cpuAfter = process.resourceUsage();

    return {
      warmup,
      queries: outcome.queries,
      items: outcome.queries * batchSize,
      windowSeconds: outcome.seconds,
      windowStart: outcome.start - origin,
      cpu: {
        userSeconds: (cpuAfter.userCPUTime - cpuBefore.userCPUTime) / 1e6,
        systemSeconds: (cpuAfter.systemCPUTime - cpuBefore.systemCPUTime) / 1e6,
        voluntarySwitches: cpuAfter.voluntaryContextSwitches - cpuBefore.voluntaryContextSwitches,
        involuntarySwitches: cpuAfter.involuntaryContextSwitches - cpuBefore.involuntaryContextSwitches,
      },
      // Date has a resolution of 1 ms: over less than a second the comparison of the clocks says nothing.
      clockRatioError: monotonicLength >= 1 ? wallLength / monotonicLength - 1 : null,
    };
  } finally {
    // Also when a query failed: those before it are on record.
    writer.close();
  }
}

/** A scenario issues at least one query; a warm-up whose minima are both 0 issues none. */
async function warmUp(
  { minQueries, minSeconds }: Policy['warmup'],
  drive: (bounds: WindowBounds) => Promise<WindowOutcome>,
): Promise<Measured['warmup']> {
  if (minQueries === 0 && minSeconds === 0) return { queries: 0, seconds: 0 };
  const { queries, seconds } = await drive({ minQueries, minSeconds, maxSeconds: Number.POSITIVE_INFINITY });
  return { queries, seconds };
}

interface AlternatingLoad {
  readonly bounds: WindowBounds;
  readonly now: () => number;
  readonly issue: (query: number) => Promise<unknown>;
  readonly record: (query: number, scheduled: number, sent: number, completed: number, kind?: number) => void;
}

/**
 * Harness and bare loop in turn, query by query over the same session and the same inputs, so that drift hits both alike.
 * Which of the two goes first changes with every query: the second of a pair finds the caches as the first left them.
 */
async function alternate(source: QuerySource, { bounds, now, issue, record }: AlternatingLoad): Promise<WindowOutcome> {
  const start = now();
  let queries = 0;
  let completed = 0;
  const harness = async (): Promise<void> => {
    const sent = now() - start;
    await issue(queries);
    completed = now() - start;
    record(queries, sent, sent, completed);
  };
  const bare = async (): Promise<void> => {
    const call = source.bareCall(queries);
    if (call === null) throw new Error('The bare loop needs scope "inference".');
    const sent = now() - start;
    await call();
    completed = now() - start;
    record(queries, sent, sent, completed, kindOfBareLoop);
  };
  do {
    if (queries % 2 === 0) {
      await harness();
      await bare();
    } else {
      await bare();
      await harness();
    }
    queries++;
  } while (!windowHasEnded(bounds, queries, completed));
  return { start, queries, seconds: completed };
}
