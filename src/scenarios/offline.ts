import { oneAfterAnother } from './one-after-another.ts';
import type { Load, WindowOutcome } from './window.ts';

/**
 * All items are there at the start (MLPerf's offline): every query is scheduled at 0 and sent as soon as the engine is free.
 * Only throughput and the service time of a batch mean anything here; a response time would measure the length of the window.
 */
export function offline(load: Load): Promise<WindowOutcome> {
  return oneAfterAnother(load, () => 0);
}
