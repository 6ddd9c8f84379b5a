import { kindOfHarness } from '../results/record.ts';
import type { LoadFigures, OverSaturation } from '../results/run.ts';
import type { Measured, ScenarioSnapshot } from '../results/snapshot.ts';
import { InFlightCounter } from '../stats/in-flight.ts';
import { mean } from '../stats/moments.ts';
import { OverSaturationWatch } from '../stats/over-saturation.ts';
import type { SampleChunk, SampleVisitor } from './scan-samples.ts';

/** A query that is sent later than this after it was due is late (perf_analyzer warns above 1 % of such). */
export const lateSeconds = 1e-3;

/** Takes in what the load of one round did. Queries of a bare loop are no load. */
export class LoadVisitor implements SampleVisitor {
  queries = 0;
  late = 0;
  /** The longest that the load generator was late. */
  worstDelay = 0;
  /** Below 0 in a closed loop: its first queries are scheduled while the last of the warm-up are served. */
  firstScheduled = 0;
  lastScheduled = 0;
  lastCompleted = 0;
  /** Sum of the times that queries were under way: over the length of the window it is the mean number of them (Little). */
  underWay = 0;
  mostUnderWay = 0;
  readonly #counter = new InFlightCounter();
  readonly #saturation: OverSaturationWatch | null;

  constructor({ kind }: ScenarioSnapshot) {
    this.#saturation = isScheduled(kind) ? new OverSaturationWatch() : null;
  }

  /** What queries that piled up did; null where they are not sent on a schedule, or the window is too short to tell. */
  get overSaturation(): OverSaturation | null {
    return this.#saturation?.growth ?? null;
  }

  visit({ rows, kind, scheduled, sent, completed }: SampleChunk): void {
    for (let row = 0; row < rows; row++) {
      if (kind[row] !== kindOfHarness) continue;
      const due = scheduled[row] ?? Number.NaN;
      const begun = sent[row] ?? Number.NaN;
      const done = completed[row] ?? Number.NaN;
      this.queries++;
      if (begun - due > lateSeconds) this.late++;
      this.worstDelay = Math.max(this.worstDelay, begun - due);
      this.firstScheduled = Math.min(this.firstScheduled, due);
      this.lastScheduled = Math.max(this.lastScheduled, due);
      this.lastCompleted = Math.max(this.lastCompleted, done);
      this.underWay += done - begun;
      this.mostUnderWay = Math.max(this.mostUnderWay, this.#counter.add(begun, done));
      this.#saturation?.add(begun, done, done - due);
    }
  }
}

/** What is known of the load of one finished round. */
export interface RoundLoad {
  readonly load: LoadVisitor;
  readonly measured: Measured;
}

/**
 * How the load of a case arrived and was kept up with. Rates are LoadGen's: (N − 1) queries over the time of the last one, the mean of the
 * rounds; never over the nominal length of a window. null: no round has a query.
 * @param searchedRate The rate that was found, for a scenario whose rate was searched; null for others.
 */
export function loadFigures(
  rounds: readonly RoundLoad[],
  scenario: ScenarioSnapshot,
  searchedRate: number | null = null,
): LoadFigures | null {
  const loads = rounds.flatMap(({ load }) => (load.queries > 0 ? [load] : []));
  if (loads.length === 0) return null;
  const total = (of: (load: LoadVisitor) => number) => loads.reduce((sum, load) => sum + of(load), 0);
  const most = (of: (load: LoadVisitor) => number) => Math.max(...loads.map(of));
  return {
    targetRate: targetRate(scenario, searchedRate),
    scheduledRate: meanRate(loads, ({ firstScheduled, lastScheduled }) => lastScheduled - firstScheduled),
    completedRate: meanRate(loads, ({ lastCompleted }) => lastCompleted),
    // Offline all queries are due at the start: that they wait for the engine is no lateness of whoever sends them.
    late:
      scenario.kind === 'offline'
        ? null
        : {
            limitSeconds: lateSeconds,
            share: total(({ late }) => late) / total(({ queries }) => queries),
            worstSeconds: most(({ worstDelay }) => worstDelay),
          },
    inFlight: {
      mean: total(({ underWay }) => underWay) / total(({ lastCompleted }) => lastCompleted),
      most: most(({ mostUnderWay }) => mostUnderWay),
    },
    drainSeconds: most(({ lastScheduled, lastCompleted }) => lastCompleted - lastScheduled),
    unserved: rounds.reduce((sum, { measured }) => sum + (measured.generator?.unserved ?? 0), 0),
    overSaturation: clearest(loads.flatMap(({ overSaturation }) => overSaturation ?? [])),
  };
}

/** Whether queries are sent when they are due, whatever became of those before. */
function isScheduled(kind: string): boolean {
  return kind === 'server' || kind === 'replay';
}

/** A ramp asks for no single rate, and closed loops and offline for none. */
function targetRate({ kind, rate, arrivals, trace, speed }: ScenarioSnapshot, searched: number | null): number | null {
  if (kind === 'server' && arrivals?.kind !== 'ramp') return typeof rate === 'number' ? rate : searched;
  if (kind !== 'replay' || trace === undefined || trace.seconds === 0) return null;
  return ((trace.queries - 1) / trace.seconds) * (speed ?? 1);
}

/** Of the rounds in which it is defined: a single query has no rate, nor have several at one moment. */
function meanRate(loads: readonly LoadVisitor[], last: (load: LoadVisitor) => number): number | null {
  const rates = loads.flatMap((load) => (load.queries > 1 && last(load) > 0 ? [(load.queries - 1) / last(load)] : []));
  return rates.length > 0 ? mean(rates) : null;
}

/** A significant growth before one that is not, and then the faster one. */
function clearest(growths: readonly OverSaturation[]): OverSaturation | null {
  const rank = ({ significant, inFlightSlope }: OverSaturation) => (significant ? 1e9 : 0) + inFlightSlope;
  return growths.toSorted((a, b) => rank(b) - rank(a))[0] ?? null;
}
