import { readPowerLimits } from '../hardware/nvidia-power-limit.ts';
import { bootId, type ChangedLimit, endJournal, livingOwner, readJournal } from './power-limit-journal.ts';
import { isLimit } from './power-limit-restore.ts';

/** A power limit that a run set on this machine and that still holds. Watts. */
export interface LeftPowerLimit {
  readonly watts: number;
  /** The process that will set it back; null: nobody is left to. */
  readonly owner: number | null;
  /** Those that are not as they were. */
  readonly devices: readonly (ChangedLimit & { readonly nowWatts: number | null })[];
  /** Why it could not be set back, when somebody tried. */
  readonly problem: string | null;
}

/**
 * Looks whether a run left a power limit behind, by the journal in the cache folder; without one, nothing is started. A journal of limits that are
 * as they were, or of an earlier start of the system, is removed. null: nothing is left.
 */
export async function leftPowerLimit(cacheFolder: string): Promise<LeftPowerLimit | null> {
  const journal = readJournal(cacheFolder);
  if (journal === null) return null;
  const { program, watts, devices, problem } = journal;
  const owner = livingOwner(journal);
  const boot = bootId();
  if (boot !== null && journal.bootId !== null && boot !== journal.bootId) {
    endJournal(cacheFolder);
    return null;
  }
  const read = owner === null ? await readPowerLimits(program) : [];
  const now = new Map('code' in read ? [] : read.map(({ uuid, limitWatts }) => [uuid, limitWatts]));
  const left = devices
    .filter(({ uuid, beforeWatts }) => !isLimit(now.get(uuid), beforeWatts))
    .map((device) => ({ ...device, nowWatts: now.get(device.uuid) ?? null }));
  if (left.length === 0) {
    endJournal(cacheFolder);
    return null;
  }
  return { watts, owner, devices: left, problem };
}
