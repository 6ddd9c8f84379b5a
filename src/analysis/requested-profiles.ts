import type { RequestedProfileSnapshot } from '../results/snapshot.ts';

/**
 * What must be said first of a run that was asked for hardware that is not here: a sentence for each such profile, and what the figures are of.
 * Empty when all that was asked for was measured.
 */
export function absentHardware(
  requested: readonly RequestedProfileSnapshot[],
  measuredOn: readonly string[],
): string[] {
  const absent = requested.filter(({ present }) => !present);
  if (absent.length === 0) return [];
  const sentences = absent.map(({ id, name, why }) => `Nothing was measured on ${name} (${id}): ${why}.`);
  const where = measuredOn.map((profile) => (profile === 'local' ? 'this machine ("local")' : profile)).join(' and ');
  return [...sentences, `Every figure is of ${where}. Projection to hardware that is not here is not available yet.`];
}
