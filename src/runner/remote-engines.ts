import type { DeviceTime, RemoteEngine, Session } from '../engine/backends/backend.ts';
import { percentileRank } from '../stats/percentile.ts';
import { addUsages, type ProcessUsage, peakRssOf, usageOf } from './process-usage.ts';

/** What tensors needed to travel to the processes that compute, and back. */
export interface Transport {
  readonly runs: number;
  readonly seconds: number;
}

const echoes = 5;

/** The processes in which the models of a round compute, where that is not the round's own. */
export class RemoteEngines {
  readonly #engines: readonly RemoteEngine[];

  private constructor(engines: readonly RemoteEngine[]) {
    this.#engines = engines;
  }

  /** undefined: all models compute in this process. */
  static of(sessions: Iterable<Session>): RemoteEngines | undefined {
    const engines = [...sessions].flatMap(({ remote }) => remote ?? []);
    return engines.length === 0 ? undefined : new RemoteEngines(engines);
  }

  /** Over all runs until now. */
  transport(): Transport {
    let [runs, seconds] = [0, 0];
    for (const engine of this.#engines) {
      const of = engine.transport();
      runs += of.runs;
      seconds += of.seconds;
    }
    return { runs, seconds };
  }

  /** What the calls of all engines took, and of that their devices, until now; null where one of them takes no events. */
  deviceTime(): DeviceTime | null {
    let [runs, insideSeconds, deviceSeconds] = [0, 0, 0];
    for (const engine of this.#engines) {
      const of = engine.deviceTime?.() ?? null;
      if (of === null) return null;
      runs += of.runs;
      insideSeconds += of.insideSeconds;
      deviceSeconds += of.deviceSeconds;
    }
    return { runs, insideSeconds, deviceSeconds };
  }

  /** CPU time and context switches of the processes until now. */
  usage(): ProcessUsage {
    return addUsages(this.#engines.map(({ pid }) => usageOf(pid)));
  }

  /** The most memory that each has held, together; null where the kernel does not tell. */
  peakRssBytes(): number | null {
    const peaks = this.#engines.map(({ pid }) => peakRssOf(pid));
    return peaks.every((peak) => peak !== null) ? peaks.reduce((sum, peak) => sum + peak, 0) : null;
  }

  /** Of what the sessions took to load: starting processes and importing libraries, which is not the model's. */
  startSeconds(): number {
    return this.#engines.reduce((sum, { startSeconds }) => sum + startSeconds, 0);
  }

  /** What the first runs took to compile. */
  preparationSeconds(): number {
    return this.#engines.reduce((sum, engine) => sum + engine.preparationSeconds(), 0);
  }

  /** What the tensors of a run need there and back when nothing is computed: the median of five for each model, and the mean over their runs. */
  async echoSeconds(): Promise<number> {
    let [runs, seconds] = [0, 0];
    for (const engine of this.#engines) {
      const took: number[] = [];
      while (took.length < echoes) took.push(await engine.echo());
      took.sort((a, b) => a - b);
      const own = engine.transport().runs;
      runs += own;
      seconds += own * (took[percentileRank(echoes, 0.5)] ?? Number.NaN);
    }
    return seconds / runs;
  }
}
