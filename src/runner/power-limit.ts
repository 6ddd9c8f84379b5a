import { type PowerLimits, readPowerLimits, writePowerLimit } from '../hardware/nvidia-power-limit.ts';
import { DynoError, errorText, InputError } from '../kernel/errors.ts';
import { type GuardProcess, startGuard } from '../kernel/guard-process.ts';
import { builtScript } from '../kernel/package-root.ts';
import type { PowerLimitRecord, PowerRestoration } from '../results/power-limit.ts';
import { privateHash, redactDeep } from '../results/redact.ts';
import type { GuardJob } from './power-limit-guard.ts';
import {
  beginJournal,
  bootId,
  endJournal,
  knownProcess,
  livingOwner,
  type PowerLimitJournal,
  readJournal,
  updateJournal,
} from './power-limit-journal.ts';
import { gpuName, isLimit, type RestoredLimit, restoreLimits, restoreLines } from './power-limit-restore.ts';

export interface PowerLimitRequest {
  readonly watts: number;
  /** Those that the run may use, as they are now. */
  readonly devices: readonly PowerLimits[];
  /** Path of nvidia-smi. */
  readonly program: string;
  readonly cacheFolder: string;
}

/** A power limit that holds until it is set back. */
export interface HeldPowerLimit {
  readonly record: PowerLimitRecord;
  /** Sets back what was set, and reads it again. Does it once, however often it is called, and never throws. */
  restore(): Promise<Restored>;
}

export interface Restored {
  /** For the result: without UUIDs. */
  readonly devices: readonly PowerRestoration[];
  readonly journal: PowerLimitJournal;
  /** For people on this machine. */
  readonly limits: readonly RestoredLimit[];
}

const secondsToStartGuard = 10;
/** Three tries on a machine with many devices; a tool that hangs is given up by the guard itself. */
const secondsToRestore = 90;

/**
 * Sets the power limit of devices, and sees to it that it is set back: at the end of the run, by a guard where the run is killed, and where even that is
 * killed a journal in the cache folder tells the next run. Throws `POWER_LIMIT_RANGE`, `POWER_LIMIT_UNKNOWN`, `POWER_LIMIT_HELD`, `POWER_LIMIT_LEFT`
 * before anything is changed, `POWER_LIMIT_REFUSED` when the tool refuses; then what was changed is as it was.
 */
export async function holdPowerLimit({
  watts,
  devices,
  program,
  cacheFolder,
}: PowerLimitRequest): Promise<HeldPowerLimit> {
  checkPowerLimit(watts, devices);
  const changed = devices.map(({ uuid, index, name, limitWatts }) => ({
    uuid,
    index,
    name,
    beforeWatts: limitWatts ?? 0,
  }));
  const own = knownProcess(process.pid);
  let journal: PowerLimitJournal = { program, watts, devices: changed, bootId: bootId(), owners: [own], problem: null };
  if (!beginJournal(cacheFolder, journal)) throw inTheWay(readJournal(cacheFolder));
  let guard: GuardProcess;
  try {
    const job: GuardJob = { cacheFolder, journal };
    guard = await startGuard(builtScript('runner/power-limit-guard.js'), job, secondsToStartGuard);
    journal = { ...journal, owners: [own, knownProcess(guard.pid)] };
    updateJournal(cacheFolder, journal);
  } catch (error) {
    endJournal(cacheFolder);
    throw error;
  }

  let restoring: Promise<Restored> | null = null;
  const restore = (): Promise<Restored> => {
    restoring ??= restoreBy(guard, cacheFolder, journal);
    return restoring;
  };
  const refused = await setAll(program, watts, devices);
  if (refused !== null) {
    const { limits } = await restore();
    throw refusedError(watts, refused, limits.some(({ problem }) => problem !== null) ? journal : null);
  }
  return { record: recordOf(watts, devices), restore };
}

/** Throws where a limit cannot be set, as far as can be told without setting it, or could not be set back. */
export function checkPowerLimit(watts: number, devices: readonly PowerLimits[]): void {
  const unknown = devices.find(({ limitWatts }) => limitWatts === null);
  if (unknown !== undefined) {
    throw new InputError(
      'POWER_LIMIT_UNKNOWN',
      `--power-limit ${watts}: ${gpuName(unknown)} does not tell its power limit, so that it could not be set back. Leave the option out.`,
    );
  }
  const outside = devices.filter(
    ({ leastWatts, mostWatts }) => watts < (leastWatts ?? 0) || watts > (mostWatts ?? Number.POSITIVE_INFINITY),
  );
  if (outside.length === 0) return;
  const ranges = outside.map(
    (device) => `${gpuName(device)} takes ${device.leastWatts ?? '?'} to ${device.mostWatts ?? '?'} W`,
  );
  throw new InputError(
    'POWER_LIMIT_RANGE',
    `--power-limit ${watts}: expected watts that every device takes, but ${ranges.join(', ')}. Choose another limit, or the devices with CUDA_VISIBLE_DEVICES.`,
  );
}

interface Refused {
  readonly device: PowerLimits;
  readonly code: string;
  readonly reason: string;
}

/** Sets and reads again; the first device that refused, or whose limit is another afterwards. */
async function setAll(program: string, watts: number, devices: readonly PowerLimits[]): Promise<Refused | null> {
  for (const device of devices) {
    const refusal = await writePowerLimit(program, device.uuid, watts);
    if (refusal !== null) return { device, ...refusal };
  }
  const read = await readPowerLimits(program);
  if ('code' in read) return devices[0] === undefined ? null : { device: devices[0], ...read };
  for (const device of devices) {
    const now = read.find(({ uuid }) => uuid === device.uuid)?.limitWatts ?? null;
    if (isLimit(now, watts)) continue;
    const reason = `nvidia-smi said that it set the limit, but it is ${now === null ? 'not told any more' : `${now} W`}`;
    return { device, code: 'NOT_SUPPORTED', reason };
  }
  return null;
}

function refusedError(watts: number, { device, code, reason }: Refused, left: PowerLimitJournal | null): DynoError {
  const remedy =
    code === 'NO_PERMISSION'
      ? 'Only root may set it: run the command with sudo (sudo --preserve-env=CUDA_VISIBLE_DEVICES,CUDA_DEVICE_ORDER,DYNO_PYTHON env "PATH=$PATH" "LD_LIBRARY_PATH=$LD_LIBRARY_PATH" npx dyno bench …), or set it yourself and leave the option out; a container needs --cap-add=SYS_ADMIN.'
      : 'Leave the option out, or set the limit where it can be set, such as in the firmware.';
  const state =
    left === null
      ? 'Nothing is changed.'
      : `What was changed could not be set back; do it with:\n${restoreLines(left.devices)}`;
  return new InputError(
    'POWER_LIMIT_REFUSED',
    `--power-limit ${watts}: the limit of ${gpuName(device)} could not be set. ${reason}. ${remedy} ${state}`,
  );
}

/** Why there is a journal already. */
function inTheWay(journal: PowerLimitJournal | null): DynoError {
  if (journal === null)
    return new DynoError('POWER_LIMIT_HELD', 'Another run has just set its power limit back. Try again.');
  const owner = livingOwner(journal);
  return owner === null ? leftError(journal) : heldError(owner, journal);
}

/** Of a limit that another run holds. */
export function heldError(owner: number, { watts }: Pick<PowerLimitJournal, 'watts'>): InputError {
  return new InputError(
    'POWER_LIMIT_HELD',
    `--power-limit: another run (process ${owner}) holds a power limit of ${watts} W on this machine. Wait until it has ended.`,
  );
}

/** Of a limit that nobody is left to set back. */
export function leftError({ watts, devices }: Pick<PowerLimitJournal, 'watts' | 'devices'>): InputError {
  return new InputError(
    'POWER_LIMIT_LEFT',
    `--power-limit: an earlier run set a limit of ${watts} W and did not set it back. Do that first, with:\n${restoreLines(devices)}`,
  );
}

/** By the guard; by this process where the guard is gone. */
async function restoreBy(guard: GuardProcess, cacheFolder: string, journal: PowerLimitJournal): Promise<Restored> {
  const answer = await guard.ask('restore', secondsToRestore);
  guard.release();
  const limits = parsed(answer) ?? (await restoredHere(cacheFolder, journal));
  const devices = limits.map(({ uuid, ...rest }) =>
    redactDeep({ id: privateHash('uuid', uuid.toLowerCase()), ...rest }),
  );
  return { devices, journal, limits };
}

function parsed(line: string | null): readonly RestoredLimit[] | null {
  return line === null ? null : (JSON.parse(line) as readonly RestoredLimit[]);
}

async function restoredHere(cacheFolder: string, journal: PowerLimitJournal): Promise<readonly RestoredLimit[]> {
  try {
    return await restoreLimits(cacheFolder, journal);
  } catch (error) {
    const problem = errorText(error);
    return journal.devices.map(({ uuid }) => ({ uuid, heldWatts: null, restoredWatts: null, problem }));
  }
}

function recordOf(watts: number, devices: readonly PowerLimits[]): PowerLimitRecord {
  return redactDeep({
    watts,
    devices: devices.map(({ uuid, index, name, limitWatts, persistence }) => ({
      id: privateHash('uuid', uuid.toLowerCase()),
      index,
      name,
      beforeWatts: limitWatts ?? 0,
      persistence,
    })),
  });
}
