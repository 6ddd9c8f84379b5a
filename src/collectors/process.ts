import { join } from 'node:path';
import { monotonicSeconds } from '../kernel/clock.ts';
import { fieldsStart, ticksPerSecond } from '../kernel/process-stat.ts';
import { PseudoFile } from '../kernel/pseudo-file.ts';
import { integerOfLine, scanIntegers } from '../kernel/scan-numbers.ts';
import type { Collector, CollectorProbe, Column, Target } from './collector.ts';
import { Rate } from './rate.ts';

const columns: readonly Column[] = [
  {
    name: 'cpu_cores',
    unit: 'count',
    description: 'Cores that the measured process kept busy, in steps of 10 ms of CPU time.',
  },
  { name: 'rss_bytes', unit: 'bytes', description: 'Memory of the measured process that is resident.' },
  {
    name: 'peak_rss_bytes',
    unit: 'bytes',
    description: 'The most memory that was resident since the process started.',
  },
  { name: 'threads', unit: 'count', description: 'Threads of the measured process.' },
  {
    name: 'main_voluntary_switches',
    unit: '1/s',
    description: 'How often the main thread gave its core away to wait, per second.',
  },
  {
    name: 'main_involuntary_switches',
    unit: '1/s',
    description: 'How often the main thread lost its core to another thread, per second.',
  },
  {
    name: 'major_page_faults',
    unit: '1/s',
    description: 'Page faults of the measured process that had to wait for the disk, per second.',
  },
];

/** Fields of `/proc/<pid>/stat` behind the name and the state: the first is `ppid`, field 4 of proc_pid_stat(5). */
const fieldsRead = 17;
const majorFaults = 12 - 4;
const userTicks = 14 - 4;
const systemTicks = 15 - 4;
const threadCount = 20 - 4;

/**
 * The measured process, from `/proc/<pid>/stat` and `/proc/<pid>/status`: two files that are kept open.
 *
 * `smaps` and `smaps_rollup` are never read: with 1 GB resident they walk every page and cost 17 % of a core at 10 Hz, and they
 * hold a lock that the measured process needs. `status` counts context switches of the main thread only; the sum would be one file
 * for each thread at each tick (a round has some twenty), so it is left to the round itself, which reads its `getrusage` once.
 */
export function processCollector(procRoot = '/proc', now: () => number = monotonicSeconds): Collector {
  const fields = new Float64Array(fieldsRead);
  let files: { stat: PseudoFile; status: PseudoFile } | null = null;
  const cpu = new Rate();
  const faults = new Rate();
  const voluntary = new Rate();
  const involuntary = new Rate();

  function sample(row: Float64Array, offset: number): void {
    row.fill(Number.NaN, offset, offset + columns.length);
    if (files === null) return;
    let status: Buffer;
    let time: number;
    try {
      time = now();
      scanStat(files.stat.read(), fields);
      status = files.status.read();
    } catch {
      // It has ended between two ticks: there is nothing to read any more, and that is no fault.
      return;
    }
    const ticks = (fields[userTicks] ?? Number.NaN) + (fields[systemTicks] ?? Number.NaN);
    row[offset] = cpu.next(ticks / ticksPerSecond, time);
    row[offset + 1] = integerOfLine(status, 'VmRSS:') * 1024;
    row[offset + 2] = integerOfLine(status, 'VmHWM:') * 1024;
    row[offset + 3] = fields[threadCount] ?? Number.NaN;
    row[offset + 4] = voluntary.next(integerOfLine(status, 'voluntary_ctxt_switches:'), time);
    row[offset + 5] = involuntary.next(integerOfLine(status, 'nonvoluntary_ctxt_switches:'), time);
    row[offset + 6] = faults.next(fields[majorFaults] ?? Number.NaN, time);
  }

  async function close(): Promise<void> {
    files?.stat.close();
    files?.status.close();
    files = null;
  }

  return {
    name: 'process',
    columns,
    phase: 'late',

    async probe(): Promise<CollectorProbe> {
      const own = PseudoFile.openIfReadable(join(procRoot, 'self', 'stat'));
      if (own === null) {
        return { available: false, code: 'NO_PROC', reason: `${procRoot}/self/stat cannot be read on this system.` };
      }
      own.close();
      return { available: true };
    },

    async open({ pid }: Target): Promise<void> {
      await close();
      for (const rate of [cpu, faults, voluntary, involuntary]) rate.reset();
      if (pid === null) return;
      const folder = join(procRoot, String(pid));
      const stat = new PseudoFile(join(folder, 'stat'));
      try {
        files = { stat, status: new PseudoFile(join(folder, 'status')) };
      } catch (error) {
        stat.close();
        throw error;
      }
      // The first reading is what the first tick's rates count from.
      sample(new Float64Array(columns.length), 0);
    },

    sample,
    close,
  };
}

/** Fields of `stat` from the fourth on: behind the state, which is one letter, and a blank. */
function scanStat(bytes: Buffer, into: Float64Array): void {
  scanIntegers(bytes, fieldsStart(bytes) + 'S '.length, into);
}
