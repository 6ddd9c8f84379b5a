import type { Case, LoadFigures } from '../results/run.ts';
import type { Measured, ScenarioSnapshot } from '../results/snapshot.ts';
import type { Attempt } from './case-history.ts';
import { LoadVisitor, loadFigures } from './load-figures.ts';
import { readObserverBlocks } from './observer-blocks.ts';
import { ObserverVisitor, observerEffect, observerReasons } from './observer-effect.ts';
import type { Reasons } from './reasons.ts';
import type { ReadChunks, SampleVisitor } from './scan-samples.ts';
import { SteadyVisitor } from './steady-state.ts';

/** Who sees the rows of one finished round beside what adds up its figures. */
export interface RoundWatchers {
  readonly measured: Measured;
  readonly load: LoadVisitor;
  readonly steady: SteadyVisitor;
  /** null: sampling was not paused in this round. */
  readonly observer: ObserverVisitor | null;
}

/** Reads from the telemetry of each round when it was sampled and when not. Throws what `readChunks` throws. */
export async function roundWatchers(
  finished: readonly (Attempt & { readonly end: Extract<Attempt['end'], { status: 'ok' }> })[],
  scenario: ScenarioSnapshot,
  readChunks: ReadChunks,
): Promise<RoundWatchers[]> {
  const watchers: RoundWatchers[] = [];
  for (const { telemetry, measured } of finished.map(({ end }) => end)) {
    // On a clock that stood still at times, nobody can tell in which block a query fell.
    const isOnWall = measured.transport?.inLatency !== false;
    const blocks = isOnWall ? await readObserverBlocks(telemetry, readChunks, measured.windowStart) : null;
    watchers.push({
      measured,
      load: new LoadVisitor(scenario),
      steady: new SteadyVisitor({ ...measured, scenario }),
      observer: blocks === null ? null : new ObserverVisitor(blocks),
    });
  }
  return watchers;
}

export function visitorsOf({ load, steady, observer }: RoundWatchers): SampleVisitor[] {
  return [load, steady, ...(observer === null ? [] : [observer])];
}

/** How the load of a case arrived, and what sampling did to its latency. Call it when every row has been visited. */
export function watchedFigures(
  watchers: readonly RoundWatchers[],
  scenario: ScenarioSnapshot,
  searchedRate: number | null,
  reasons: Reasons,
): Required<Pick<Case, 'load' | 'observer'>> {
  return {
    load: withReasons(loadFigures(watchers, scenario, searchedRate), watchers, scenario, reasons),
    observer: observerOf(watchers, reasons),
  };
}

function withReasons(
  load: LoadFigures | null,
  watchers: readonly RoundWatchers[],
  { kind, arrivals }: ScenarioSnapshot,
  reasons: Reasons,
): LoadFigures | null {
  if (load === null) return reasons.withhold('load', 'NO_SAMPLES', 1, 0);
  const isScheduled = kind === 'server' || kind === 'replay';
  const queries = Math.max(0, ...watchers.map((one) => one.load.queries));
  if (load.targetRate === null) {
    reasons.withhold('load.targetRate', arrivals?.kind === 'ramp' ? 'RATE_CHANGES' : 'NO_TARGET_RATE');
  }
  if (load.scheduledRate === null) {
    if (kind === 'offline') reasons.withhold('load.scheduledRate', 'NOT_DEFINED_OFFLINE');
    else reasons.withhold('load.scheduledRate', 'TOO_FEW_SAMPLES', 2, queries);
  }
  if (load.completedRate === null) reasons.withhold('load.completedRate', 'TOO_FEW_SAMPLES', 2, queries);
  if (load.late === null) reasons.withhold('load.late', 'NOT_DEFINED_OFFLINE');
  if (load.overSaturation === null) {
    if (isScheduled) {
      const longest = Math.max(...watchers.map(({ measured }) => measured.windowSeconds));
      reasons.withhold('load.overSaturation', 'WINDOW_TOO_SHORT', null, longest);
    } else reasons.withhold('load.overSaturation', 'NOT_ON_A_SCHEDULE');
  }
  return load;
}

function observerOf(watchers: readonly RoundWatchers[], reasons: Reasons): NonNullable<Case['observer']> | null {
  const observers = watchers.flatMap(({ observer }) => observer ?? []);
  for (const observer of observers) observer.end();
  const effect = observerEffect(observers);
  if ('code' in effect) return reasons.because('observer', effect);
  const why = observerReasons(observers);
  for (const figure of ['p50', 'p99'] as const) {
    if (effect[figure] === null) {
      reasons.because(`observer.${figure}`, why[figure] ?? { code: 'TOO_FEW_BLOCKS', need: null, have: null });
    }
  }
  return effect;
}
