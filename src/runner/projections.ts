import { readEvents } from '../results/event-log.ts';
import type { ProjectionRecord } from '../results/projected.ts';
import type { GraphCount } from './job.ts';
import type { RunContext } from './run-context.ts';

/** What is computed beside a run for hardware that is not here: the runner keeps it, and knows nothing of how. */
export interface Projections {
  /** Workloads whose graphs are to be counted while they are made ready. */
  readonly graphs: ReadonlySet<string>;
  /** What is to be kept that `done`, of earlier sittings, does not have. */
  records(graphs: ReadonlyMap<string, GraphCount>, done: readonly ProjectionRecord[]): readonly ProjectionRecord[];
}

/** Appends what is projected to the events. Before the rounds: an interrupted run has them, and no window is disturbed. */
export function appendProjections(
  { projections, log, folder, signal }: RunContext,
  graphs: ReadonlyMap<string, GraphCount>,
): void {
  if (projections === undefined || signal.aborted) return;
  const done = readEvents(folder).filter((event) => event.type === 'case.projected');
  for (const record of projections.records(graphs, done)) log.append({ type: 'case.projected', ...record });
}
