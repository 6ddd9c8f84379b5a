import { type PowerLimits, powerLimitLine, readPowerLimits } from '../hardware/nvidia-power-limit.ts';
import { cacheFolder } from '../kernel/cache-folder.ts';
import { DynoError, InputError } from '../kernel/errors.ts';
import { findProgram } from '../kernel/find-program.ts';
import { type LeftPowerLimit, leftPowerLimit } from '../runner/left-power-limit.ts';
import { checkPowerLimit, type HeldPowerLimit, heldError, holdPowerLimit, leftError } from '../runner/power-limit.ts';
import { gpuName, restoreLines, restoreWarning } from '../runner/power-limit-restore.ts';
import { type Check, ok } from './doctor-check.ts';
import type { Streams } from './streams.ts';
import { ambiguousName, visibleDevices } from './visible-devices.ts';

/** Watts of `--power-limit`; undefined where it was not given. Throws `OPTION_INVALID` for what is no power. */
export function powerLimitWatts(option: string | undefined): number | undefined {
  if (option === undefined) return undefined;
  const watts = /^\d{1,5}(\.\d{1,2})?$/.test(option) ? Number(option) : 0;
  if (watts > 0) return watts;
  throw new InputError(
    'OPTION_INVALID',
    `--power-limit: expected watts such as 250 or 112.5, got ${JSON.stringify(option)}.`,
  );
}

export interface LimitedDevices {
  readonly program: string;
  readonly devices: readonly PowerLimits[];
}

/**
 * The devices of NVIDIA that this process may use, with their limits. Changes nothing. Throws `POWER_LIMIT_NO_DEVICE` where there are none,
 * `POWER_LIMIT_AMBIGUOUS` where it cannot be told which they are, and `POWER_LIMIT_UNKNOWN` where nvidia-smi does not tell.
 */
export async function limitedDevices(
  watts: number,
  find: (name: string) => string | null = findProgram,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<LimitedDevices> {
  const option = `--power-limit ${watts}`;
  const program = find('nvidia-smi');
  if (program === null) {
    throw new InputError(
      'POWER_LIMIT_NO_DEVICE',
      `${option}: expected a device of NVIDIA, but nvidia-smi is not in PATH. Leave the option out; of other devices no limit is set.`,
    );
  }
  const read = await readPowerLimits(program);
  if ('code' in read) {
    throw new DynoError('POWER_LIMIT_UNKNOWN', `${option}: the limits of the devices cannot be read. ${read.reason}`);
  }
  const ambiguous = ambiguousName(read, environment);
  if (ambiguous !== null) {
    const why = ambiguous.startsWith('MIG-')
      ? 'several are cut into slices'
      : 'CUDA numbers unlike devices by their speed, and nvidia-smi by their place. Set CUDA_DEVICE_ORDER=PCI_BUS_ID';
    throw new InputError(
      'POWER_LIMIT_AMBIGUOUS',
      `${option}: expected devices that can be told, but "${ambiguous}" in CUDA_VISIBLE_DEVICES may be any of several: ${why}. Name them by their UUIDs, which nvidia-smi -L lists (CUDA_VISIBLE_DEVICES=GPU-…).`,
    );
  }
  const devices = visibleDevices(read, environment);
  if (devices.length > 0) return { program, devices };
  throw new InputError(
    'POWER_LIMIT_NO_DEVICE',
    `${option}: expected a device of NVIDIA that this process may use, but CUDA_VISIBLE_DEVICES=${environment.CUDA_VISIBLE_DEVICES ?? ''} names none of the ${read.length} that are here.`,
  );
}

/** What `--dry-run` tells of a limit: where it would be set. */
export interface PlannedLimit {
  readonly watts: number;
  readonly devices: readonly Pick<PowerLimits, 'index' | 'name' | 'limitWatts'>[];
}

/** The limit that a run would set; null where none was asked for. Throws what {@link limitedDevices} and `checkPowerLimit` throw. */
export async function plannedLimit(watts: number | undefined): Promise<PlannedLimit | null> {
  if (watts === undefined) return null;
  const { devices } = await limitedDevices(watts);
  checkPowerLimit(watts, devices);
  return { watts, devices: devices.map(({ index, name, limitWatts }) => ({ index, name, limitWatts })) };
}

/** The same in words; empty where there is none. */
export function limitText(planned: PlannedLimit | null): string {
  if (planned === null) return '';
  const list = planned.devices.map((device) => `${gpuName(device)}, now ${device.limitWatts} W`).join('; ');
  return `Power limit: ${planned.watts} W from the start of the run to its end, on ${list}.\n`;
}

/** Sets the limit and says so. Throws what {@link limitedDevices}, {@link refuseLeftLimit} and `holdPowerLimit` throw. */
export async function setPowerLimit(watts: number, { stderr }: Streams): Promise<HeldPowerLimit> {
  // Before the limits are read: those that another run holds are not the machine's own.
  await refuseLeftLimit();
  const found = await limitedDevices(watts);
  const held = await holdPowerLimit({ watts, ...found, cacheFolder: cacheFolder() });
  const { devices } = held.record;
  const list = devices.map((device) => `${gpuName(device)}, now ${device.beforeWatts} W`).join('; ');
  stderr.write(`power limit ${watts} W until the run ends, on ${list}\n`);
  if (devices.some(({ persistence }) => persistence === false)) {
    stderr.write(
      'Persistence mode is off: a limit may be lost while nobody uses the device. Keep it with: sudo nvidia-smi -pm 1\n',
    );
  }
  return held;
}

/** Sets the limit back and says what became of it; of one that could not be set back, so that nobody misses it. Answers whether all are as they were. */
export async function endPowerLimit(held: HeldPowerLimit, { stderr }: Streams): Promise<boolean> {
  const { journal, limits } = await held.restore();
  const back = journal.devices.filter(({ uuid }) => limits.some((one) => one.uuid === uuid && one.problem === null));
  if (back.length > 0) {
    const list = back.map((device) => `${gpuName(device)} to ${device.beforeWatts} W`).join(', ');
    stderr.write(`power limit set back: ${list}\n`);
  }
  const warning = restoreWarning(journal, limits);
  stderr.write(warning);
  return warning === '';
}

/** What is to be said of a limit that another run holds or left, for a run that sets none; empty where there is none. */
export async function leftLimitNotice(): Promise<string> {
  const left = await leftPowerLimit(cacheFolder());
  if (left === null) return '';
  if (left.owner !== null) {
    return `Another run (process ${left.owner}) holds a power limit of ${left.watts} W on this machine: figures of its devices are taken under it.\n`;
  }
  return `A power limit of ${left.watts} W is still set that an earlier run did not set back: ${devicesText(left)}. Figures are taken under it. Set it back with:\n${restoreLines(left.devices)}`;
}

/** Throws `POWER_LIMIT_HELD` or `POWER_LIMIT_LEFT` where a run that sets a limit would take that of another one for the machine's own. */
async function refuseLeftLimit(): Promise<void> {
  const left = await leftPowerLimit(cacheFolder());
  if (left === null) return;
  throw left.owner === null ? leftError(left) : heldError(left.owner, left);
}

/** `GPU 0 (NVIDIA A100) is at 250 W and was at 400 W`, joined by commas; with why it could not be set back, where somebody tried. */
export function devicesText({ devices, problem }: LeftPowerLimit): string {
  const list = devices.map((device) => {
    const now = device.nowWatts === null ? 'does not tell its limit' : `is at ${device.nowWatts} W`;
    return `${gpuName(device)} ${now} and was at ${device.beforeWatts} W`;
  });
  return `${list.join(', ')}${problem === null ? '' : `. It could not be set back: ${problem.replace(/\.$/, '')}`}`;
}

/** For the doctor: a limit that a run holds, or left; none where there is none. */
export function checkLeftLimit(left: LeftPowerLimit | null): readonly Check[] {
  const name = 'power limit';
  if (left === null) return [];
  if (left.owner !== null) return [ok(name, `${left.watts} W, held by a run (process ${left.owner})`)];
  const fix = left.devices.map(({ uuid, beforeWatts }) => powerLimitLine(uuid, beforeWatts)).join(' && ');
  const message = `a run set ${left.watts} W and did not set it back: ${devicesText(left)}; a limit does not outlive a reboot`;
  return [{ name, status: 'warning', message, fix }];
}
