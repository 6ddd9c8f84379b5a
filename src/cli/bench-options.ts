import type { Overrides } from '../suite/overrides.ts';

/** Options as typed; those that change the suite are the suite's to read. */
export interface BenchOptions extends Overrides {
  readonly suites: readonly string[];
  readonly profile: readonly string[];
  /** Folder of profiles of the user's own. */
  readonly profiles?: string;
  readonly model?: string;
  readonly shape?: readonly string[];
  readonly dryRun?: boolean;
  readonly runId?: string;
  readonly resume?: string;
  readonly out: string;
  readonly failFast?: boolean;
  readonly requireHardware?: boolean;
  readonly strict?: boolean;
  /** Words of `--stack`. */
  readonly stack?: readonly string[];
  /** Runs of one's own that projections rest on, too. */
  readonly results?: readonly string[];
  readonly plugin?: readonly string[];
  /** Watts, as typed. */
  readonly powerLimit?: string;
  readonly report: boolean;
  readonly json?: boolean;
}
