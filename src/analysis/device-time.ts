import type { Case } from '../results/run.ts';
import type { Measured } from '../results/snapshot.ts';

/**
 * What the engine's calls took a query and, of that, the device by its own events, over all finished rounds; null where a round has no such events.
 * Their ratio says what the engine adds to the device: launching kernels, copies, waiting.
 */
export function deviceTimeOf(reports: readonly Measured[]): NonNullable<Case['deviceTime']> | null {
  const [timed, queries] = [
    reports.flatMap(({ deviceTime }) => deviceTime ?? []),
    sumOf(reports, (one) => one.queries),
  ];
  if (timed.length === 0 || timed.length < reports.length) return null;
  const deviceSeconds = sumOf(timed, (one) => one.deviceSeconds);
  const insideSeconds = sumOf(timed, (one) => one.insideSeconds);
  if (deviceSeconds === 0) return null;
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
