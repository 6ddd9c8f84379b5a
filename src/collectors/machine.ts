import { join } from 'node:path';
import { readCgroup, type ThrottlingSource } from '../kernel/cgroup.ts';
import { monotonicSeconds } from '../kernel/clock.ts';
import { PseudoFile } from '../kernel/pseudo-file.ts';
import { integerOfLine } from '../kernel/scan-numbers.ts';
import type { Collector, CollectorProbe, Column, MissingColumn } from './collector.ts';
import { CpuClock } from './cpu-clock.ts';
import { CpuShares } from './cpu-shares.ts';
import { Rate } from './rate.ts';

const columns: readonly Column[] = [
  { name: 'cpu_busy', unit: 'ratio', description: 'Share of all cores of the machine that was busy.' },
  {
    name: 'cpu_iowait',
    unit: 'ratio',
    description: 'Share of all cores that was idle while a program waited for the disk.',
  },
  { name: 'cpu_steal', unit: 'ratio', description: 'Share of all cores that the hypervisor gave to other machines.' },
  { name: 'context_switches', unit: '1/s', description: 'Context switches of the whole machine, per second.' },
  {
    name: 'memory_available_bytes',
    unit: 'bytes',
    description: 'Memory that programs could still take without swapping.',
  },
  { name: 'load_1m', unit: 'count', description: 'Threads that ran or wanted to run, mean over about a minute.' },
  { name: 'cpu_clock', unit: 'Hz', description: 'Clock of the cores, mean of at most 16 of them, read once a second.' },
  {
    name: 'cgroup_throttled',
    unit: 'ratio',
    description: 'Seconds per second for which the CPU quota kept threads from running, summed over cores.',
  },
];

interface Sources {
  readonly stat: PseudoFile;
  readonly memory: PseudoFile | null;
  readonly load: PseudoFile | null;
  readonly throttling: { readonly file: PseudoFile; readonly source: ThrottlingSource } | null;
  readonly clock: CpuClock | null;
}

/**
 * The whole machine, from `/proc/stat`, `/proc/meminfo`, `/proc/loadavg`, cpufreq and the cgroup's `cpu.stat`: files that are kept open.
 * In a container `/proc/stat`, `meminfo` and `loadavg` are those of the host; the cgroup's figure is the container's own.
 */
export function machineCollector(
  procRoot = '/proc',
  sysRoot = '/sys',
  now: () => number = monotonicSeconds,
): Collector {
  let sources: Sources | null = null;
  const shares = new CpuShares();
  const switches = new Rate();
  const throttled = new Rate();

  function sample(row: Float64Array, offset: number): void {
    row.fill(Number.NaN, offset, offset + columns.length);
    if (sources === null) return;
    const { stat, memory, load, throttling, clock } = sources;
    const time = now();
    const bytes = stat.read();
    shares.next(bytes);
    row[offset] = shares.busy;
    row[offset + 1] = shares.iowait;
    row[offset + 2] = shares.steal;
    row[offset + 3] = switches.next(integerOfLine(bytes, 'ctxt'), time);
    if (memory !== null) row[offset + 4] = integerOfLine(memory.read(), 'MemAvailable:') * 1024;
    if (load !== null) row[offset + 5] = Number.parseFloat(load.read().toString('latin1', 0, 16));
    if (clock !== null) row[offset + 6] = clock.readIfDue(time);
    if (throttling !== null) {
      const { file, source } = throttling;
      row[offset + 7] = throttled.next(integerOfLine(file.read(), source.key) * source.secondsPerUnit, time);
    }
  }

  async function close(): Promise<void> {
    if (sources === null) return;
    const { stat, memory, load, throttling, clock } = sources;
    sources = null;
    for (const file of [stat, memory, load, throttling?.file, clock]) file?.close();
  }

  return {
    name: 'machine',
    columns,
    phase: 'early',

    async probe(): Promise<CollectorProbe> {
      const found = openSources(procRoot, sysRoot);
      if (found === null) {
        return { available: false, code: 'NO_PROC', reason: `${procRoot}/stat cannot be read on this system.` };
      }
      sources = found;
      const missing = missingColumns(found, procRoot, sysRoot);
      await close();
      return { available: true, missing };
    },

    async open(): Promise<void> {
      await close();
      for (const counter of [shares, switches, throttled]) counter.reset();
      sources = openSources(procRoot, sysRoot);
      // The first reading is what the first tick's shares and rates count from.
      sample(new Float64Array(columns.length), 0);
    },

    sample,
    close,
  };
}

function openSources(procRoot: string, sysRoot: string): Sources | null {
  const stat = PseudoFile.openIfReadable(join(procRoot, 'stat'));
  if (stat === null) return null;
  const source = readCgroup(procRoot).throttling;
  const file = source === null ? null : PseudoFile.openIfReadable(source.path);
  return {
    stat,
    memory: PseudoFile.openIfReadable(join(procRoot, 'meminfo')),
    load: PseudoFile.openIfReadable(join(procRoot, 'loadavg')),
    throttling: source === null || file === null ? null : { file, source },
    clock: CpuClock.open(sysRoot),
  };
}

function missingColumns(sources: Sources, procRoot: string, sysRoot: string): MissingColumn[] {
  const missing: MissingColumn[] = [];
  if (sources.memory === null) {
    missing.push({
      column: 'memory_available_bytes',
      code: 'NO_MEMINFO',
      reason: `${procRoot}/meminfo cannot be read.`,
    });
  }
  if (sources.load === null) {
    missing.push({ column: 'load_1m', code: 'NO_LOADAVG', reason: `${procRoot}/loadavg cannot be read.` });
  }
  if (sources.clock === null) {
    missing.push({
      column: 'cpu_clock',
      code: 'NO_CPUFREQ',
      reason: `${sysRoot} has no readable scaling_cur_freq, as is usual in virtual machines.`,
    });
  }
  if (sources.throttling === null) {
    missing.push({
      column: 'cgroup_throttled',
      code: 'NO_THROTTLING_COUNTER',
      reason: 'No CPU control group counts throttling for this process.',
    });
  }
  return missing;
}
