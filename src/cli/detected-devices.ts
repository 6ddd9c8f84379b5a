import { devicePowerText, powerSavingText } from '../analysis/power-text.ts';
import { builtInCollectors } from '../collectors/builtin-collectors.ts';
import type { Collector, Device } from '../collectors/collector.ts';
import { formatBytes } from '../units/format.ts';

/** A device that a collector knows, without what tells it from all others. */
export type DetectedDevice = Omit<Device, 'uuid'>;

/** The devices whose tools and drivers tell of them, as the sampler would find them. A tool that hangs costs some seconds. */
export async function detectDevices(
  collectors: readonly Collector[] = builtInCollectors(),
): Promise<readonly DetectedDevice[]> {
  const probes = await Promise.all(
    collectors.map(async (collector) => {
      const probe = await collector.probe();
      await collector.end?.();
      return probe;
    }),
  );
  const devices = probes.flatMap((probe) => (probe.available ? (probe.devices ?? []) : []));
  return devices.map(({ uuid: _, ...device }) => device);
}

/** Two lines a device: what it is, and what limits it. Packages are the processor, which stands above. */
export function describeDevices(devices: readonly DetectedDevice[], indent: number): string {
  const boards = devices.filter(({ kind }) => kind === 'gpu');
  return boards
    .map((device) => {
      const { kind, index, name, driver, memoryBytes, power } = device;
      const what = [
        name ?? 'name not told',
        ...(memoryBytes === null ? [] : [formatBytes(memoryBytes)]),
        ...(driver === null ? [] : [`driver ${driver}`]),
      ].join(', ');
      const saving = power === undefined ? '' : `; ${powerSavingText(power.powerSaving)}`;
      return `${`${kind}${index}`.padEnd(indent)}${what}\n${' '.repeat(indent)}${devicePowerText(device)}${saving}\n`;
    })
    .join('');
}
