import type { Collector, CollectorProbe, Column, Target } from '../collectors/collector.ts';
import { errorText } from '../kernel/errors.ts';
import { withTimeout } from '../kernel/lifecycle.ts';

/**
 * A collector as the sampling loop sees it, whichever thread it lives in: a sample is begun at a tick and finished at the next one,
 * so that a thread beside has a whole period to answer and still its figures stand in the row of the tick that asked.
 */
export interface Sampled {
  readonly name: string;
  /** What it declares; the probe may answer others in their place. */
  readonly columns: readonly Column[];
  readonly phase: 'early' | 'late';
  probe(): Promise<CollectorProbe>;
  open(target: Target): Promise<void>;
  /** Throws when the collector failed: its columns then are NaN. */
  begin(row: Float64Array, offset: number, tick: number): void;
  finish(row: Float64Array, offset: number, tick: number): void;
  /** Whether `finish` could fill the row now. */
  ready(tick: number): boolean;
  /** Lets a source that works between the ticks rest, and go on. Throws when the collector failed. */
  pause(): void;
  resume(): void;
  /** Whether its source reports when it likes, so that `settle` is worth a tick more. */
  readonly settles: boolean;
  /** Resolves when the source has reported once more. */
  settle(): Promise<void>;
  close(): Promise<void>;
  /** Ends what outlives a round. */
  end(): Promise<void>;
}

/** A collector of ours, in the thread of the loop itself. */
export function inThisThread(collector: Collector): Sampled {
  const { name, columns, phase } = collector;
  return {
    name,
    columns,
    phase,
    probe: () => collector.probe(),
    open: (target) => collector.open(target),
    begin: (row, offset) => collector.sample(row, offset),
    finish: () => {},
    ready: () => true,
    pause: () => collector.pause?.(),
    resume: () => collector.resume?.(),
    settles: collector.settle !== undefined,
    settle: async () => collector.settle?.(),
    close: () => collector.close(),
    end: async () => collector.end?.(),
  };
}

/** The probe's answer within `seconds`; one that throws or hangs is an unavailable collector with the reason. */
export async function probeWithin(collector: Sampled, seconds: number): Promise<CollectorProbe> {
  try {
    return await withTimeout(collector.probe(), seconds, `probe of the collector "${collector.name}"`);
  } catch (error) {
    return { available: false, code: 'COLLECTOR_FAILED', reason: errorText(error) };
  }
}
