import { type DeviceMemory, readNvidiaMemory } from '../collectors/nvidia-memory.ts';
import type { SealedFile } from '../results/events.ts';
import { readSealed } from '../results/parquet.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The device that a library means by its number; null where that cannot be told. Libraries number the devices that they see, the fastest first unless
 * `CUDA_DEVICE_ORDER` is `PCI_BUS_ID`; nvidia-smi numbers all of them by their place. Without a number it is the only one that they see.
 * @see https://docs.nvidia.com/cuda/cuda-c-programming-guide/#env-vars
 */
export function deviceMeant(
  ordinal: number | null,
  devices: readonly DeviceMemory[],
  environment: Environment,
): DeviceMemory | null {
  const isOrdered =
    environment.CUDA_DEVICE_ORDER === 'PCI_BUS_ID' || new Set(devices.map(({ totalBytes }) => totalBytes)).size <= 1;
  const named = (name: string): DeviceMemory | null => {
    if (/^\d+$/.test(name)) return isOrdered ? (devices.find(({ index }) => index === Number(name)) ?? null) : null;
    return devices.find(({ uuid }) => name.startsWith('GPU-') && uuid.startsWith(name)) ?? null;
  };
  const names = environment.CUDA_VISIBLE_DEVICES?.split(',').map((name) => name.trim());
  const seen = names?.map(named) ?? (isOrdered ? devices : devices.map(() => null));
  if (ordinal !== null) return seen[ordinal] ?? null;
  return seen.length === 1 ? (seen[0] ?? null) : null;
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
