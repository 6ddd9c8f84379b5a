import type { Case } from '../results/run.ts';
import type { Measured } from '../results/snapshot.ts';

/**
 * What the engine's calls took a query and, of that, the device by its own events, over all finished rounds; null where a round has no such events.
 * Their ratio says what the engine adds to the device by launching and waiting; tensors are on the device before both clocks start.
 */
export function deviceTimeOf(reports: readonly Measured[]): NonNullable<Case['deviceTime']> | null {
  const timed = reports.flatMap(({ deviceTime }) => deviceTime ?? []);
  if (timed.length === 0 || timed.length < reports.length) return null;
  const deviceSeconds = sumOf(timed, (one) => one.deviceSeconds);
  if (deviceSeconds === 0) return null;
  const insideSeconds = sumOf(timed, (one) => one.insideSeconds);
  const queries = sumOf(reports, (one) => one.queries);
  return {
    unit: 's',
    inside: insideSeconds / queries,
    device: deviceSeconds / queries,
    ratio: insideSeconds / deviceSeconds,
  };
}

function sumOf<T>(many: readonly T[], of: (one: T) => number): number {
  return many.reduce((sum, one) => sum + of(one), 0);
}
