import { monotonicSeconds } from '../kernel/clock.ts';
import { DynoError } from '../kernel/errors.ts';
import type { GeneratedScenario } from '../scenarios/generator/generator-job.ts';
import { openGenerator } from '../scenarios/generator/open-generator.ts';
import { loadSeeds } from '../scenarios/seeds.ts';
import { serveQueue } from '../scenarios/serve-queue.ts';
import type { WindowBounds } from '../scenarios/window.ts';
import { OverSaturationWatch } from '../stats/over-saturation.ts';
import { WindowMeter } from './window-meter.ts';
import type { WindowMeasures, WindowParts, WindowRequest } from './window-request.ts';

/**
 * The load comes from a thread of its own. It stops early where queries pile up on a schedule (`OVER_SATURATED`, `QUEUE_FULL`): what is on record
 * until then, and the drain, are the measurement.
 * @throws DynoError `OVER_SATURATED` when so much was waiting that no query of the window could be served.
 */
export async function measureGenerated(
  {
    source,
    scenario,
    policy,
    origin,
    seed,
    drainUntil,
    remote,
  }: WindowRequest & { readonly scenario: GeneratedScenario },
  { warmUp, record, begin }: WindowParts,
): Promise<WindowMeasures> {
  const seeds = loadSeeds(seed);
  const isClosedLoop = scenario.kind === 'closed_loop';
  const bounds = boundsOf(scenario, policy.window);
  const generator = await openGenerator({ scenario, seeds, hasWarmup: warmUp.isWanted, bounds });
  try {
    const watch = isClosedLoop ? null : new OverSaturationWatch();
    const meter = new WindowMeter(generator.threadId, remote && (() => remote.usage()));
    const outcome = await serveQueue({
      ring: generator.ring,
      warmUp,
      isClosedLoop,
      now: monotonicSeconds,
      stage: source.stage ?? undefined,
      issue: source.issue,
      check: generator.check,
      drainUntil,
      beginWindow: () => {
        begin();
        meter.begin();
      },
      record: (phase, query, scheduled, sent, started, completed) => {
        record(query, scheduled, sent, started, completed);
        return phase === 'window' && watch?.add(sent, completed, completed - scheduled);
      },
    });
    const { generatorSeconds, ...meters } = meter.end();
    if (outcome.queries === 0) throw nothingServed(outcome.unserved);
    return {
      warmup: warmUp.outcome,
      generator: {
        thread: 'worker',
        spins: true,
        stopped: outcome.stopped,
        unserved: outcome.unserved,
        seed: isClosedLoop || scenario.kind === 'replay' ? null : seeds.schedule,
        cpuSeconds: generatorSeconds,
      },
      queries: outcome.queries,
      items: outcome.queries * source.itemsPerQuery,
      windowSeconds: outcome.seconds,
      windowStart: outcome.start - origin,
      ...meters,
    };
  } finally {
    await generator.close();
  }
}

/** A replay ends with its trace: what it is to last is what the trace lasts. */
function boundsOf({ kind }: GeneratedScenario, bounds: WindowBounds): WindowBounds {
  return kind === 'replay' ? { ...bounds, minQueries: Number.POSITIVE_INFINITY } : bounds;
}

function nothingServed(unserved: number): DynoError {
  return new DynoError(
    'OVER_SATURATED',
    `Expected queries to be served as fast as they arrive, but ${unserved} were still waiting when the time limit came near, and the first of the window had not been served. Lower the rate, or raise policy.time_limit.`,
  );
}
