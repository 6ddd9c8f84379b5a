import type { About } from '../results/segment-file.ts';
import type { Measured } from '../results/snapshot.ts';
import type { WarmUp } from '../scenarios/warm-up.ts';
import type { Policy, ScenarioSettings } from '../suite/plan.ts';
import type { RecordQuery } from './query-records.ts';
import type { QuerySource } from './query-source.ts';
import type { RemoteEngines } from './remote-engines.ts';

/** What is to be measured. */
export interface WindowRequest {
  readonly source: QuerySource;
  readonly scenario: ScenarioSettings;
  readonly policy: Policy;
  readonly samplesFile: string;
  /** What the samples are of: written into their file. */
  readonly about?: About;
  /** Monotonic seconds that `windowStart` is counted from. */
  readonly origin: number;
  /** Of the round: arrivals are drawn from it. */
  readonly seed: number;
  /** Monotonic seconds at which queries that are still waiting are given up, so that the process ends within its time limit. */
  readonly drainUntil: number;
  /** Where the models compute, if not here. */
  readonly remote?: RemoteEngines | undefined;
  /** Of the case; says whether transport to those is a part of a query. Absent: `request`. */
  readonly scope?: 'request' | 'inference';
}

/** What came of it, for the report of the round. */
export type WindowMeasures = Pick<
  Measured,
  'warmup' | 'generator' | 'queries' | 'items' | 'windowSeconds' | 'windowStart' | 'cpu' | 'clockRatioError'
> & {
  readonly transport?: Omit<NonNullable<Measured['transport']>, 'echoSeconds'>;
  readonly deviceTime?: NonNullable<Measured['deviceTime']>;
};

/** What both ways to measure a window share. */
export interface WindowParts {
  readonly warmUp: WarmUp;
  readonly record: RecordQuery;
  /** Ends the rehearsal: rows go to the file from here on. */
  readonly begin: () => void;
}
