import { resolve } from 'node:path';
import { parseDuration } from '../units/duration.ts';
import type { Arrivals, PlannedCase, ScenarioSettings, Trace } from './plan.ts';
import { mapOf, type ScenarioMap } from './scenario-schema.ts';
import type { SuiteFile } from './schema.ts';
import { readTrace } from './trace.ts';

/** A scenario of a plan with its scope. */
export interface ScopedScenario {
  readonly scenario: ScenarioSettings;
  readonly scope: PlannedCase['scope'];
}

/** Items of a query of `multi_stream`, as in MLPerf. */
const itemsPerQuery = 8;

/** The scenarios as the suite writes them, each as a map; `single_stream` where it writes none. */
export function writtenScenarios({ scenarios }: Pick<SuiteFile, 'scenarios'>): ScenarioMap[] {
  return (scenarios ?? ['single_stream' as const]).map(mapOf);
}

/**
 * The scenarios with everything filled in, each value of a list one of its own; traces, relative to `folder`, are read.
 * @throws InputError `TRACE_INVALID`, as `readTrace`.
 */
export function settleScenarios(file: Pick<SuiteFile, 'scenarios'>, folder: string): ScopedScenario[] {
  return writtenScenarios(file).flatMap((written) => {
    const { scope = 'request' } = written;
    return settled(written, folder).map((scenario) => ({ scenario, scope }));
  });
}

function settled(written: ScenarioMap, folder: string): ScenarioSettings[] {
  switch (written.kind) {
    case 'multi_stream':
      return [{ kind: 'multi_stream', itemsPerQuery: written.items_per_query ?? itemsPerQuery }];
    case 'server': {
      const arrivals = settleArrivals(written.arrivals);
      return [written.rate].flat().map((rate) => ({ kind: 'server', arrivals, rate }));
    }
    case 'closed_loop':
      return [written.concurrency].flat().map((concurrency) => ({ kind: 'closed_loop', concurrency }));
    case 'replay':
      return [{ kind: 'replay', trace: settleTrace(resolve(folder, written.trace)), speed: written.speed ?? 1 }];
    default:
      return [{ kind: written.kind }];
  }
}

function settleArrivals(file: Extract<ScenarioMap, { kind: 'server' }>['arrivals']): Arrivals {
  const written = typeof file === 'object' ? file : { kind: file ?? 'poisson' };
  switch (written.kind) {
    case 'poisson':
      return { kind: 'poisson', normalise: 'normalise' in written && written.normalise === true };
    case 'constant':
      return { kind: 'constant' };
    case 'gamma':
      return { kind: 'gamma', burstiness: written.burstiness };
    case 'ramp': {
      const { shape = 'linear', from, over } = written;
      return { kind: 'ramp', shape, from, seconds: typeof over === 'string' ? parseDuration(over) : over };
    }
  }
}

/** What a plan has of a trace; the times themselves are read again by the round that replays them. */
function settleTrace(file: string): Trace {
  const { seconds, sha256 } = readTrace(file);
  return { file, sha256, queries: seconds.length, seconds: (seconds.at(-1) ?? 0) - (seconds[0] ?? 0) };
}
