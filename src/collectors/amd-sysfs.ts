import { basename, join } from 'node:path';
import { monotonicSeconds } from '../kernel/clock.ts';
import { PseudoFile } from '../kernel/pseudo-file.ts';
import { scanIntegers } from '../kernel/scan-numbers.ts';
import { namesIfReadable, textIfReadable } from '../kernel/tolerant-read.ts';
import { amdColumn, amdFigures } from './amd-columns.ts';
import type { Collector, CollectorProbe, Device } from './collector.ts';
import { type DevicePower, powerSavingOf } from './power-settings.ts';

/** Vendor id of AMD on the PCI bus. */
const amd = '0x1002';

/** Where the driver amdgpu writes each figure, below the folder of the device, and what it is multiplied by; the first that is there counts. */
const sources: Readonly<Record<string, readonly { readonly file: string; readonly scale: number }[]>> = {
  power: [
    { file: 'hwmon/power1_average', scale: 1e-6 },
    { file: 'hwmon/power1_input', scale: 1e-6 },
  ],
  utilization: [{ file: 'gpu_busy_percent', scale: 0.01 }],
  memory_utilization: [{ file: 'mem_busy_percent', scale: 0.01 }],
  memory_used: [{ file: 'mem_info_vram_used', scale: 1 }],
  temperature: [{ file: 'hwmon/temp1_input', scale: 1e-3 }],
  sm_clock: [{ file: 'hwmon/freq1_input', scale: 1 }],
  memory_clock: [{ file: 'hwmon/freq2_input', scale: 1 }],
};

/** Each reading asks the device's own controller: five times a second are enough, at whatever rate is sampled. */
const secondsBetweenReadings = 0.2;

interface Gauge {
  readonly path: string;
  readonly scale: number;
  readonly column: number;
  file: PseudoFile | null;
}

/** AMD devices, from what the driver amdgpu writes to `/sys`: without a process, unlike by AMD's tools. */
export function amdSysfsCollector(sysRoot = '/sys', now: () => number = monotonicSeconds): Collector {
  let gauges: Gauge[] = [];
  let columnCount = 0;
  let lastSeconds = Number.NEGATIVE_INFINITY;
  const number = new Float64Array(1);

  async function close(): Promise<void> {
    for (const gauge of gauges) {
      gauge.file?.close();
      gauge.file = null;
    }
  }

  return {
    name: 'amd',
    columns: [amdColumn(0, 'power')],
    phase: 'early',

    async probe(): Promise<CollectorProbe> {
      const devices = amdDevices(sysRoot).map((folder, index) => ({ folder, device: deviceOf(folder, index) }));
      if (devices.length === 0) {
        const reason = `${join(sysRoot, 'class', 'drm')} has no device of AMD.`;
        return { available: false, code: 'NO_DEVICE', reason };
      }
      const columns = devices.flatMap(({ device }) => sysfsFigures.map((figure) => amdColumn(device.index, figure)));
      columnCount = columns.length;
      gauges = devices.flatMap(({ folder }, at) =>
        sysfsFigures.flatMap((figure, offset): Gauge[] => {
          const found = sourceOf(folder, figure);
          return found === null ? [] : [{ ...found, column: at * sysfsFigures.length + offset, file: null }];
        }),
      );
      const missing = columns.flatMap(({ name }, column) =>
        gauges.some((gauge) => gauge.column === column)
          ? []
          : [{ column: name, code: 'NOT_TOLD', reason: 'The driver amdgpu has no such file for this device.' }],
      );
      return { available: true, columns, missing, devices: devices.map(({ device }) => device) };
    },

    async open(): Promise<void> {
      await close();
      lastSeconds = Number.NEGATIVE_INFINITY;
      for (const gauge of gauges) gauge.file = PseudoFile.openIfReadable(gauge.path);
    },

    sample(row: Float64Array, offset: number): void {
      row.fill(Number.NaN, offset, offset + columnCount);
      const seconds = now();
      // Ticks come a little early or late: nine tenths of the pause count as one.
      if (seconds - lastSeconds < secondsBetweenReadings * 0.9) return;
      lastSeconds = seconds;
      for (const { file, scale, column } of gauges) {
        if (file === null) continue;
        try {
          scanIntegers(file.read(), 0, number);
          row[offset + column] = (number[0] ?? Number.NaN) * scale;
        } catch {
          // A device that sleeps or was reset refuses to answer: this figure is not known now.
        }
      }
    },

    close,
  };
}

const sysfsFigures = amdFigures.filter((figure) => sources[figure] !== undefined);

/** Folders of the AMD devices of the machine, in the order of their cards. */
export function amdDevices(sysRoot: string): readonly string[] {
  const folder = join(sysRoot, 'class', 'drm');
  return namesIfReadable(folder)
    .filter((name) => /^card\d+$/.test(name))
    .sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)))
    .map((name) => join(folder, name, 'device'))
    .filter((device) => textIfReadable(join(device, 'vendor')) === amd);
}

/**
 * Whether the power of an AMD device can be read without a tool. One is enough: beside it the tools would give the same power again, and of
 * boards with two dies only the first has the power, that of both.
 */
export function sysfsHasPower(sysRoot: string): boolean {
  return amdDevices(sysRoot).some((folder) => sourceOf(folder, 'power') !== null);
}

function sourceOf(folder: string, figure: string): { path: string; scale: number } | null {
  const sensors = namesIfReadable(join(folder, 'hwmon'))[0] ?? '';
  for (const { file, scale } of sources[figure] ?? []) {
    const path = join(folder, file.replace(/^hwmon\//, `hwmon/${sensors}/`));
    const opened = PseudoFile.openIfReadable(path);
    if (opened === null) continue;
    opened.close();
    return { path, scale };
  }
  return null;
}

/**
 * What limits a device, from the driver's files (amdgpu and its hwmon interfaces in the kernel's documentation): it has no application clocks,
 * no persistence mode and no compute mode.
 */
function powerOf(folder: string, sensors: string): DevicePower {
  const notTold: DevicePower['notTold'][number][] = [];
  const text = (file: string): string | null => {
    const told = textIfReadable(file);
    if (told === null)
      notTold.push({ field: basename(file), code: 'NOT_TOLD', text: 'no such file that this user may read' });
    return told;
  };
  const watts = (file: string): number | null => {
    const told = text(join(sensors, file));
    return told !== null && /^\d+$/.test(told) ? Number(told) * 1e-6 : null;
  };
  const none = { smHertz: null, memoryHertz: null };
  const settings = {
    enforcedLimitWatts: watts('power1_cap'),
    defaultLimitWatts: watts('power1_cap_default'),
    minimumLimitWatts: watts('power1_cap_min'),
    maximumLimitWatts: watts('power1_cap_max'),
    persistenceMode: null,
    computeMode: null,
    performanceLevel: text(join(folder, 'power_dpm_force_performance_level')),
    applicationClocks: none,
    defaultApplicationClocks: none,
    maximumClocks: none,
  };
  const limitWatts = settings.enforcedLimitWatts;
  return { ...settings, powerSaving: powerSavingOf({ ...settings, limitWatts, clocksAreHeld: null }), notTold };
}

function deviceOf(folder: string, index: number): Device {
  const whole = (file: string, scale = 1): number | null => {
    const text = textIfReadable(join(folder, file));
    return text !== null && /^\d+$/.test(text) ? Number(text) * scale : null;
  };
  const sensors = namesIfReadable(join(folder, 'hwmon'))[0] ?? '';
  // Boards have a serial number of the chip; processors with graphics have none, and their place on the bus stands for it.
  const address = /PCI_SLOT_NAME=(\S+)/.exec(textIfReadable(join(folder, 'uevent')) ?? '')?.[1];
  // Only processors with graphics tell the voltage of their northbridge, and the power that they tell is of the processor cores, too
  // (hwmon interfaces in the kernel's documentation of amdgpu).
  const includesPackage = textIfReadable(join(folder, 'hwmon', sensors, 'in1_input')) !== null;
  return {
    uuid: textIfReadable(join(folder, 'unique_id')) ?? address ?? `amd-${index}`,
    index,
    kind: 'gpu',
    vendor: 'AMD',
    name: textIfReadable(join(folder, 'product_name')) || null,
    driver: 'amdgpu',
    memoryBytes: whole('mem_info_vram_total'),
    powerLimitWatts: whole(`hwmon/${sensors}/power1_cap`, 1e-6),
    isSliced: null,
    power: powerOf(folder, join(folder, 'hwmon', sensors)),
    includesPackage,
    notes: includesPackage ? ['Graphics of a processor: its power is that of the whole package, cores included.'] : [],
  };
}
