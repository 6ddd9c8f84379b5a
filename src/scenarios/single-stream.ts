import { oneAfterAnother } from './one-after-another.ts';
import type { Load, WindowOutcome } from './window.ts';

/**
 * One query at a time: the next is scheduled when the one before is done (MLPerf's single stream). A query is sent at the
 * moment it is scheduled, so that its response time is its service time.
 */
export function singleStream(load: Load): Promise<WindowOutcome> {
  return oneAfterAnother(load, (sent) => sent);
}
