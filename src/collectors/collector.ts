import type { DevicePower } from './power-settings.ts';

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

/** A device that a collector found. What a tool does not tell is null. */
export interface Device {
  /** What tells it from all others: its UUID or serial, hashed before it is written anywhere. */
  readonly uuid: string;
  /** Number in the names of its columns: those of device 0 of the kind `gpu` start with `gpu0_`. Not the same on every start. */
  readonly index: number;
  /** `gpu`: a board with its memory. `package`: the cores of one socket with what is in the same package. */
  readonly kind: 'gpu' | 'package';
  readonly vendor: string | null;
  readonly name: string | null;
  readonly driver: string | null;
  readonly memoryBytes: number | null;
  readonly powerLimitWatts: number | null;
  /** Whether it is cut into slices (MIG): its power and memory are of the whole device then. */
  readonly isSliced: boolean | null;
  /** Whether its power is that of the whole processor package that it is in. Not there: it is not. */
  readonly includesPackage?: boolean;
  /** Whether its power or energy is worked out from something else than a sensor, such as its load. Not there: it is measured. */
  readonly estimated?: boolean;
  /** What limits its power and its clocks. Not there: its tool tells nothing of that. */
  readonly power?: DevicePower;
  /** How far a reading of its power sensor may be off, ± as a share of it. Not there: nothing is known of that. */
  readonly sensorError?: number;
  /** The share of the time that its power sensor looks at. Not there: nothing is known against all of it. */
  readonly sensorCoverage?: number;
  /** Where the two above are from. */
  readonly sensorSource?: string;
  /** What else the reader of its figures should know, such as a recovery that the driver asks for. */
  readonly notes: readonly string[];
}

/**
 * Whether a collector can work here. `missing` names columns that it cannot fill although it works. Where the columns depend on what is
 * found, `columns` takes the place of those that the collector declares, and `devices` says what they are of.
 */
export type CollectorProbe =
  | {
      readonly available: true;
      readonly missing?: readonly MissingColumn[];
      readonly columns?: readonly Column[];
      readonly devices?: readonly Device[];
    }
  | { readonly available: false; readonly code: string; readonly reason: string };

/**
 * A plug-in that samples the machine while a case runs. Lives in the sampler process.
 * Phases: `probe` once → for each round `open` when its process exists, `sample` at each tick, `settle` and `close` when it has ended →
 * `end` when the run is over. `pause` and `resume` come any number of times between `open` and `settle`.
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
  /**
   * For a source that works between the ticks too, such as a process of its own: no tick comes until `resume`, and it is to rest, so that
   * what sampling costs can be told from what is measured. At once, and cheap.
   */
  pause?(): void;
  /** The source goes on: the next tick follows. Only after `pause`. */
  resume?(): void;
  /**
   * For a source that reports when it likes: resolves when it has reported once more, so that the last sample lies behind the end of
   * what was measured. Waited for two seconds at most.
   */
  settle?(): Promise<void>;
  close(): Promise<void>;
  /** Ends what outlives a round, such as a process of its own. Also called when it was never opened. */
  end?(): Promise<void>;
}
