import { type DeviceMemory, readNvidiaMemory } from '../collectors/nvidia-memory.ts';
import type { SealedFile } from '../results/events.ts';
import { readSealed } from '../results/parquet.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The device that a library means by its number; null where that cannot be told. Libraries number the devices that they see, nvidia-smi numbers
 * all of them. Without a number it is the only one that they see.
 * @see https://docs.nvidia.com/cuda/cuda-c-programming-guide/#env-vars
 */
export function deviceMeant(
  ordinal: number | null,
  devices: readonly DeviceMemory[],
  environment: Environment,
): DeviceMemory | null {
  const list = environment.CUDA_VISIBLE_DEVICES;
  const seen =
    list === undefined
      ? devices
      : list
          .split(',')
          .map((name) => name.trim())
          .map((name) => devices.find(({ index, uuid }) => isNamed(name, index, uuid)) ?? null);
  if (ordinal !== null) return seen[ordinal] ?? null;
  return seen.length === 1 ? (seen[0] ?? null) : null;
}

function isNamed(name: string, index: number, uuid: string): boolean {
  return /^\d+$/.test(name) ? Number(name) === index : name.startsWith('GPU-') && uuid.startsWith(name);
}

/** Memory of the NVIDIA devices now; those of other vendors have no reading here. */
export function readDevices(): Promise<readonly DeviceMemory[]> {
  return readNvidiaMemory();
}

/** The most memory that was in use on an NVIDIA device in the samples of a round; null where it was not sampled. */
export async function mostUsedBytes(
  runFolder: string,
  telemetry: SealedFile | null,
  device: string,
): Promise<number | null> {
  if (telemetry === null) return null;
  const column = `nvidia.${device}_memory_used`;
  let most: number | null = null;
  try {
    const { [column]: values } = await readSealed(runFolder, telemetry, [column]);
    for (const value of values ?? []) if (Number.isFinite(value)) most = Math.max(most ?? 0, value);
  } catch {
    // Without the column, or unreadable: it was not sampled.
    return null;
  }
  return most;
}
