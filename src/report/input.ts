import type { Distribution } from '../analysis/distribution.ts';
import type { CaseTelemetry } from '../analysis/telemetry.ts';
import type { CaseTimeline } from '../analysis/timeline.ts';
import type { Run } from '../results/run.ts';

/** Everything that a report is drawn from: plain data, so that the same input always gives the same bytes. */
export interface ReportInput {
  readonly runs: readonly ReportRun[];
}

/** One run with the series that its charts need, thinned for drawing, by the key of the case. */
export interface ReportRun {
  readonly run: Run;
  readonly distributions: Readonly<Record<string, Distribution>>;
  readonly telemetry: Readonly<Record<string, CaseTelemetry>>;
  readonly timelines: Readonly<Record<string, CaseTimeline>>;
}
