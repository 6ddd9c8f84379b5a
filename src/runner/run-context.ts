import type { EventLog } from '../results/event-log.ts';
import type { Cause } from '../results/events.ts';
import type { ProjectionRecord } from '../results/projection-record.ts';
import type { Plan } from '../suite/plan.ts';
import type { GraphCount } from './job.ts';
import type { HeldPowerLimit } from './power-limit.ts';
import type { OnProgress } from './progress.ts';

/** What is computed beside a run for hardware that is not here: the runner keeps it, and knows nothing of how. */
export interface Projections {
  /** Workloads whose graphs are to be counted while they are made ready. */
  readonly graphs: ReadonlySet<string>;
  /** What is to be kept that `done`, of earlier sittings, does not have. */
  records(graphs: ReadonlyMap<string, GraphCount>, done: readonly ProjectionRecord[]): readonly ProjectionRecord[];
}

export interface RunRequest {
  readonly plan: Plan;
  /** Folder of the run: new, or that of a run to be resumed. */
  readonly folder: string;
  /** Modules of the user's plug-ins. */
  readonly plugins: readonly string[];
  readonly cacheFolder: string;
  /** The command line, for the record. */
  readonly command: readonly string[];
  /** Stop at the first case that fails. */
  readonly failFast: boolean;
  readonly onProgress: OnProgress;
  /** Aborted on SIGINT or SIGTERM; its reason is the signal's name. */
  readonly signal: AbortSignal;
  /** What is computed beside it for hardware that is not here; left out where none was asked for. */
  readonly projections?: Projections;
  /** A power limit that is set already, and is set back when the last window is over; left out where none was asked for. */
  readonly powerLimit?: HeldPowerLimit;
}

/** What the parts of a run share. */
export interface RunContext extends RunRequest {
  readonly log: EventLog;
  /** Monotonic seconds at which this sitting of the run started. */
  readonly origin: number;
  readonly samplesFolder: string;
  /** Told of everything that fails: prints it, and remembers that something did. */
  readonly fail: (what: string, cause: Cause) => void;
  /** Whether nothing more is to be begun: a signal came, or something failed under `--fail-fast`. */
  readonly stopped: () => boolean;
  /** Whether `--max-time` leaves no room for something that takes about `seconds`. */
  readonly outOfTime: (seconds: number) => boolean;
}
