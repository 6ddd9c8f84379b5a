import type { Run } from '../results/run.ts';
import type { RequestedProfileSnapshot } from '../results/snapshot.ts';

/**
 * What must be said first of a run that was asked for hardware that is not here: what of it is missing and why, of what the measured figures are,
 * and what is projected. Empty when all that was asked for was measured. `isProjected` is false for results of versions that could not; `hasOwn`: earlier
 * results of one's own are what projections rest on, too.
 */
export function absentHardware(
  requested: readonly RequestedProfileSnapshot[],
  measuredOn: readonly string[],
  isProjected: boolean,
  hasOwn = false,
): string[] {
  const absent = requested.filter(({ present }) => !present);
  if (absent.length === 0) return [];
  const reasons = [...new Set(absent.map(({ why }) => why))];
  const sentences = reasons.map((reason) => {
    const names = absent.filter(({ why }) => why === reason).map(({ id, name }) => `${name} (${id})`);
    return `Nothing was measured on ${joined(names)}: ${reason}.`;
  });
  const where = joined(measuredOn.map((profile) => (profile === 'local' ? 'this machine ("local")' : profile)));
  if (!isProjected) return [...sentences, `Every figure is of ${where}.`];
  return [
    ...sentences,
    `Measured: ${where}. Projected, not measured: ${joined(absent.map(({ id }) => id))}, from the cost of the model and from published figures of a stack${hasOwn ? ' and from the results of one’s own that were named' : ''}, never from figures ${hasOwn ? 'of this run' : 'measured here'}; of the model alone (scope inference), with 90 % intervals.`,
  ];
}

/** Whether any projection of a run rests on results of one's own beside what was published. */
export function restsOnOwnResults({ projected = [] }: Pick<Run, 'projected'>): boolean {
  return projected.some(({ projection }) => (projection.inputs.ownRows ?? 0) > 0);
}

function joined(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
