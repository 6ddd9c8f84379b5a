import { readEvents } from '../results/event-log.ts';
import type { GraphCount } from './job.ts';
import type { RunContext } from './run-context.ts';

/** Appends what is projected to the events. Before the rounds: an interrupted run has them, and no window is disturbed. */
export function appendProjections(
  { projections, log, folder, signal }: RunContext,
  graphs: ReadonlyMap<string, GraphCount>,
): void {
  if (projections === undefined || signal.aborted) return;
  const done = readEvents(folder).filter((event) => event.type === 'case.projected');
  for (const record of projections.records(graphs, done)) log.append({ type: 'case.projected', ...record });
}
