import { join } from 'node:path';
import { PseudoFile } from '../kernel/pseudo-file.ts';
import { scanIntegers } from '../kernel/scan-numbers.ts';
import { namesIfReadable, textIfReadable } from '../kernel/tolerant-read.ts';
import type { Collector, CollectorProbe, Column, Device, MissingColumn } from './collector.ts';

const declared: readonly Column[] = [
  {
    name: 'package0_energy',
    unit: 'J',
    description: 'Energy of a processor package since the round began; one for each socket.',
  },
];

/** A processor package whose energy the kernel counts. */
interface Package {
  readonly index: number;
  readonly folder: string;
  /** The counter goes back to 0 behind this many microjoules. */
  readonly range: number;
}

interface Meter {
  readonly file: PseudoFile;
  /** Which of the columns is its. */
  readonly column: number;
  readonly range: number;
  before: number;
  total: number;
}

/**
 * Energy of the processor packages, from the kernel's powercap tree (RAPL: "Running Average Power Limit", of Intel and AMD): cores, caches and
 * what else is in the package; memory modules, boards and fans are not in it. Since 2020 only root may read it on most kernels, because
 * it tells of what runs on other cores (CVE-2020-8694).
 */
export function raplCollector(sysRoot = '/sys'): Collector {
  const root = join(sysRoot, 'class', 'powercap');
  let packages: readonly (Package & { readonly column: number })[] = [];
  let columnCount = 0;
  let meters: Meter[] = [];
  const microjoules = new Float64Array(1);

  function read({ file }: Meter): number {
    scanIntegers(file.read(), 0, microjoules);
    return microjoules[0] ?? Number.NaN;
  }

  async function close(): Promise<void> {
    for (const { file } of meters) file.close();
    meters = [];
  }

  return {
    name: 'rapl',
    columns: declared,
    phase: 'early',

    async probe(): Promise<CollectorProbe> {
      const found = packagesOf(root);
      if (found.length === 0) {
        const reason = `${root} counts the energy of no processor package, as is usual in virtual machines.`;
        return { available: false, code: 'NO_RAPL', reason };
      }
      const unreadable = found.filter(({ folder }) => !isReadable(join(folder, 'energy_uj')));
      columnCount = found.length;
      packages = found.flatMap((one, column) => (unreadable.includes(one) ? [] : [{ ...one, column }]));
      if (packages.length === 0) {
        const path = join(found[0]?.folder ?? root, 'energy_uj');
        return { available: false, code: 'NO_PERMISSION', reason: `${path} cannot be read by this user; root may.` };
      }
      return {
        available: true,
        columns: found.map(({ index }) => columnOf(index)),
        missing: unreadable.map(missingOf),
        devices: found.map(deviceOf),
      };
    },

    async open(): Promise<void> {
      await close();
      for (const { folder, range, column } of packages) {
        const file = new PseudoFile(join(folder, 'energy_uj'));
        const meter = { file, range, column, before: Number.NaN, total: 0 };
        // Kept before it is read: what cannot be read is closed before the next round, too.
        meters.push(meter);
        meter.before = read(meter);
      }
    },

    sample(row: Float64Array, offset: number): void {
      row.fill(Number.NaN, offset, offset + columnCount);
      for (const meter of meters) {
        const now = read(meter);
        const grown = now - meter.before;
        // It starts again at 0 every few minutes to hours (65 kJ at 500 W are two minutes). Of an unknown range, the rest is unknown.
        meter.total += grown < 0 ? grown + meter.range : grown;
        meter.before = now;
        row[offset + meter.column] = meter.total * 1e-6;
      }
    },

    close,
  };
}

/** Zones named `package-…` at the top of the tree. */
function packagesOf(root: string): Package[] {
  return namesIfReadable(root).flatMap((zone) => {
    const index = /^intel-rapl:(\d+)$/.exec(zone)?.[1];
    const folder = join(root, zone);
    if (index === undefined || !textIfReadable(join(folder, 'name'))?.trim().startsWith('package-')) return [];
    const range = Number(textIfReadable(join(folder, 'max_energy_range_uj')));
    return [{ index: Number(index), folder, range: range > 0 ? range : Number.NaN }];
  });
}

function isReadable(path: string): boolean {
  const file = PseudoFile.openIfReadable(path);
  file?.close();
  return file !== null;
}

function columnOf(index: number): Column {
  const description = `Energy of the processor package ${index} since the round began: cores and caches, not the memory modules.`;
  return { name: `package${index}_energy`, unit: 'J', description };
}

function missingOf({ index, folder }: Package): MissingColumn {
  const reason = `${join(folder, 'energy_uj')} cannot be read by this user; root may.`;
  return { column: `package${index}_energy`, code: 'NO_PERMISSION', reason };
}

/** A package has no serial number that the kernel tells: its place in the machine stands for it. */
function deviceOf({ index }: Package): Device {
  return {
    uuid: `package-${index}`,
    index,
    kind: 'package',
    vendor: null,
    name: null,
    driver: 'powercap',
    memoryBytes: null,
    powerLimitWatts: null,
    isSliced: null,
    notes: [],
  };
}
