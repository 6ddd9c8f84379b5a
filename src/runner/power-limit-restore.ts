import { setTimeout as sleep } from 'node:timers/promises';
import { type PowerLimits, powerLimitLine, readPowerLimits, writePowerLimit } from '../hardware/nvidia-power-limit.ts';
import { type ChangedLimit, endJournal, type PowerLimitJournal, updateJournal } from './power-limit-journal.ts';

/** What became of one device. Watts. */
export interface RestoredLimit {
  readonly uuid: string;
  /** Its limit before it was set back; null: not told. */
  readonly heldWatts: number | null;
  /** As read afterwards; null: it is not what it was, and `problem` says why. */
  readonly restoredWatts: number | null;
  readonly problem: string | null;
}

/** A driver that is busy with a reset comes back within seconds. */
const tries = 3;
const secondsBetweenTries = 1;

/**
 * Sets the limits of a journal back, and reads them again, because the tool's word is no proof. Where all are as they were, the journal is removed;
 * else it stays, with the reason, for whoever comes next. Doing it twice does no harm. Never throws but for a journal that cannot be written.
 */
export async function restoreLimits(
  cacheFolder: string,
  journal: PowerLimitJournal,
): Promise<readonly RestoredLimit[]> {
  const { program, devices } = journal;
  const before = await limitsByDevice(program);
  let restored: RestoredLimit[] = [];
  for (let attempt = 1; attempt <= tries; attempt++) {
    restored = await attemptAll(program, devices, before);
    if (restored.every(({ problem }) => problem === null)) break;
    if (attempt < tries) await sleep(secondsBetweenTries * 1e3);
  }
  const problems = restored.flatMap(({ problem }) => problem ?? []);
  if (problems.length === 0) endJournal(cacheFolder);
  else updateJournal(cacheFolder, { ...journal, problem: problems.join(' ') });
  return restored;
}

async function attemptAll(
  program: string,
  devices: readonly ChangedLimit[],
  before: ReadonlyMap<string, number | null>,
): Promise<RestoredLimit[]> {
  const refusals = new Map<string, string>();
  for (const { uuid, beforeWatts } of devices) {
    // One that was not changed, or was set back by somebody else.
    if (isLimit(before.get(uuid), beforeWatts)) continue;
    const refused = await writePowerLimit(program, uuid, beforeWatts);
    if (refused !== null) refusals.set(uuid, refused.reason);
  }
  const after = await limitsByDevice(program);
  return devices.map(({ uuid, beforeWatts }) => {
    const heldWatts = before.get(uuid) ?? null;
    const now = after.get(uuid) ?? null;
    if (now !== null && isLimit(now, beforeWatts)) return { uuid, heldWatts, restoredWatts: now, problem: null };
    const state = now === null ? 'Its limit cannot be read any more.' : `Its limit is ${now} W.`;
    return { uuid, heldWatts, restoredWatts: null, problem: refusals.get(uuid) ?? state };
  });
}

async function limitsByDevice(program: string): Promise<ReadonlyMap<string, number | null>> {
  const read = await readPowerLimits(program);
  return new Map('code' in read ? [] : read.map(({ uuid, limitWatts }) => [uuid, limitWatts]));
}

/** Whether a limit as the tool prints it, with two digits, is the one that was set. */
export function isLimit(read: PowerLimits['limitWatts'] | undefined, watts: number): boolean {
  return typeof read === 'number' && Math.abs(read - watts) < 0.011;
}

/** `GPU 0 (NVIDIA A100)`, in what people read. */
export function gpuName({ index, name }: { readonly index: number; readonly name: string | null }): string {
  return `GPU ${index}${name === null ? '' : ` (${name})`}`;
}

/** What is to be done by hand, a line a device. */
export function restoreLines(devices: readonly ChangedLimit[]): string {
  return devices.map(({ uuid, beforeWatts }) => `  ${powerLimitLine(uuid, beforeWatts)}\n`).join('');
}

/** What nobody may miss: devices that are not as they were, and the lines that make them so. Empty where all are. */
export function restoreWarning({ devices }: PowerLimitJournal, restored: readonly RestoredLimit[]): string {
  const failed = devices.flatMap((device) => {
    const found = restored.find(({ uuid }) => uuid === device.uuid);
    return found?.problem === null ? [] : [{ device, problem: found?.problem ?? 'Nothing is known of it.' }];
  });
  if (failed.length === 0) return '';
  const lines = failed.map(
    ({ device, problem }) => `  ${gpuName(device)} was at ${device.beforeWatts} W before the run. ${problem}\n`,
  );
  const many = failed.length === 1 ? 'THE POWER LIMIT WAS' : `THE POWER LIMITS OF ${failed.length} DEVICES WERE`;
  return `dyno: ${many} NOT SET BACK:\n${lines.join('')}Set it back with:\n${restoreLines(failed.map(({ device }) => device))}A limit does not outlive a reboot.\n`;
}
