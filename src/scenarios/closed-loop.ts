import { oneAfterAnother } from './one-after-another.ts';
import type { Load, WindowOutcome } from './window.ts';

/**
 * A closed loop of one query: the next is scheduled at the moment at which the one before is done, so that what the harness needs between the
 * two is its own lateness. More than one query under way come from a thread of their own.
 */
export function closedLoopOfOne(load: Load): Promise<WindowOutcome> {
  return oneAfterAnother(load, (_, before) => before);
}
