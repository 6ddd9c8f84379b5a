import { existsSync } from 'node:fs';
import { cpus, loadavg, platform } from 'node:os';
import { join } from 'node:path';
import { availableMemoryBytes } from '../kernel/inventory.ts';
import type { Collector, CollectorProbe, Column, MissingColumn } from './collector.ts';

const columns: readonly Column[] = [
  {
    name: 'cpu_busy',
    unit: 'ratio',
    description: 'Share of all cores of the machine that was busy, over the last second.',
  },
  {
    name: 'memory_available_bytes',
    unit: 'bytes',
    description: 'Memory that programs could still take without swapping, once a second.',
  },
  { name: 'load_1m', unit: 'count', description: 'Threads that ran or wanted to run, mean over about a minute.' },
];

const secondsBetweenReadings = 1;

/**
 * The whole machine where there is no `/proc` (macOS, Windows): CPU times from Node.js, available memory from the system's own tools.
 * Those are started once a second and cost 1 to 2 % of a core, so each figure comes at 1 Hz; between two readings the columns are
 * NaN, never the last value again.
 */
export function machinePortableCollector(procRoot = '/proc', readMemory = availableMemoryBytes): Collector {
  let timer: NodeJS.Timeout | null = null;
  let before = cpuTimes();
  const latest = new Float64Array(columns.length).fill(Number.NaN);

  async function refresh(): Promise<void> {
    const mine = timer;
    const memory = await readMemory();
    // The round may have ended, and another begun, while the tool ran.
    if (timer === null || timer !== mine) return;
    const times = cpuTimes();
    const total = times.total - before.total;
    latest[0] = total > 0 ? (times.busy - before.busy) / total : Number.NaN;
    latest[1] = memory ?? Number.NaN;
    latest[2] = platform() === 'win32' ? Number.NaN : (loadavg()[0] ?? Number.NaN);
    before = times;
    timer = setTimeout(refresh, secondsBetweenReadings * 1e3);
  }

  async function close(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    latest.fill(Number.NaN);
  }

  return {
    name: 'machine-portable',
    columns,
    phase: 'early',

    async probe(): Promise<CollectorProbe> {
      if (existsSync(join(procRoot, 'stat'))) {
        const reason = `${procRoot} is there: the collectors "process" and "machine" read it at less cost.`;
        return { available: false, code: 'NOT_NEEDED', reason };
      }
      return { available: true, missing: platform() === 'win32' ? [noLoadAverage] : [] };
    },

    async open(): Promise<void> {
      await close();
      before = cpuTimes();
      timer = setTimeout(refresh, secondsBetweenReadings * 1e3);
    },

    sample(row: Float64Array, offset: number): void {
      row.set(latest, offset);
      latest.fill(Number.NaN);
    },

    close,
  };
}

const noLoadAverage: MissingColumn = {
  column: 'load_1m',
  code: 'NO_LOADAVG',
  reason: 'Windows keeps no load average.',
};

/** CPU time of all cores since the start of the machine, in milliseconds. */
function cpuTimes(): { busy: number; total: number } {
  let busy = 0;
  let idle = 0;
  for (const { times } of cpus()) {
    busy += times.user + times.nice + times.sys + times.irq;
    idle += times.idle;
  }
  return { busy, total: busy + idle };
}
