/** A figure that a collector samples. Unit in base units; `null` samples are stored as NaN. */
export interface Column {
  readonly name: string;
  readonly unit: 's' | 'bytes' | 'ratio' | 'count' | 'Hz' | 'W' | 'J' | 'celsius' | '1/s';
  /** One sentence for the reader of a report. */
  readonly description: string;
}

/** The processes that a sample is about. */
export interface Target {
  /** Process id of the measured child; null between rounds. */
  readonly pid: number | null;
}

/** A column that stays NaN here, and why. */
export interface MissingColumn {
  readonly column: string;
  readonly code: string;
  readonly reason: string;
}

/** Whether a collector can work here. `missing` names columns that it cannot fill although it works. */
export type CollectorProbe =
  | { readonly available: true; readonly missing?: readonly MissingColumn[] }
  | { readonly available: false; readonly code: string; readonly reason: string };

/**
 * A plug-in that samples the machine while a case runs. Lives in the sampler process.
 * Phases: `probe` once → `open` when a round's process exists → `sample` at each tick → `close` when the round has ended.
 */
export interface Collector {
  readonly name: string;
  readonly columns: readonly Column[];
  /** `early` starts first and stops last; `late` (the sensitive ones) starts last and stops first. */
  readonly phase: 'early' | 'late';
  probe(): Promise<CollectorProbe>;
  open(target: Target): Promise<void>;
  /** Writes one value a column into `row` from `offset` on; NaN where it could not be read. Must not allocate much or block. */
  sample(row: Float64Array, offset: number): void;
  close(): Promise<void>;
}
