import { loadavg } from 'node:os';
import { join } from 'node:path';
import { readCgroup } from '../kernel/cgroup.ts';
import { errorText } from '../kernel/errors.ts';
import { textIfReadable } from '../kernel/tolerant-read.ts';
import type { Conditions, GpuConditions, Unwatched } from './pair.ts';
import {
  busiestOthers,
  type ProcessorTimes,
  readProcessorTimes,
  ticksOfLasting,
  ticksOfTree,
} from './processor-times.ts';

/**
 * Tells what the machine was like from a call of `begin` to a call of the function that it answers with. `leftTicks`: processor time, in 1/100 s, of
 * what a measured process had left behind and was killed.
 */
export interface MachineWatch {
  begin(): Promise<(leftTicks?: number) => Promise<Conditions>>;
}

/** The same for graphics processors, before whose round an idle moment is looked at. */
export interface GpuWatch {
  begin(): Promise<() => Promise<GpuReading>>;
}

export interface GpuReading {
  readonly gpus: readonly GpuConditions[];
  readonly unwatched: readonly Unwatched[];
}

/**
 * The kernel counts processor time in 1/100 s. Over fewer counts than this one of them is more than 1 % of it all, half of what voids a
 * round, and shares are not told.
 */
const leastTicks = 100;

/**
 * Watches the processors by `/proc`, and the graphics processors by `gpus` where there are any. `kept`: those that the measured processes are kept
 * on, as taskset takes them; null: those that this process may use. What cannot be read is null, with the reason among `unwatched`; nothing that
 * fails here fails a round.
 *
 * Foreign is all time that the processors were busy, in any container, less that of this process and its descendants. The programs that started
 * this one, such as a shell, npm or a runner of tests, are foreign, and idle while they wait for it. So is what the kernel does by itself, for
 * the measured process, too: writing back its files, and interrupts. What a measured process starts is ours, unless it leaves the group and its
 * parent ends, as that of a daemon does.
 */
export function watchMachine(
  gpus: GpuWatch | null = null,
  procRoot = '/proc',
  kept: string | null = null,
): MachineWatch {
  const cpus = kept ?? allowedCpus(procRoot);
  return {
    async begin() {
      const endGpus = await beginGpus(gpus);
      const load = loadavg()[0] ?? null;
      const throttledBefore = throttledPeriods(procRoot);
      const before = readProcessorTimes(procRoot, cpus);
      return async (leftTicks = 0) => {
        const after = readProcessorTimes(procRoot, cpus);
        const throttledAfter = throttledPeriods(procRoot);
        const processors = sharesBetween(before, after, leftTicks);
        const reading = await endGpus();
        return {
          ...processors,
          throttledPeriods:
            throttledBefore === null || throttledAfter === null ? null : throttledAfter - throttledBefore,
          // Linux and macOS have one; where there is none, Node says 0.
          load: process.platform === 'win32' ? null : load,
          gpus: reading.gpus,
          unwatched: [...processors.unwatched, ...reading.unwatched],
        };
      };
    },
  };
}

type Shares = Pick<Conditions, 'stealShare' | 'foreignCpuShare' | 'foreignProcesses' | 'ownCores' | 'unwatched'>;

function sharesBetween(before: ProcessorTimes | null, after: ProcessorTimes | null, leftTicks: number): Shares {
  if (before === null || after === null) {
    return untold('NO_PROC', 'there is no /proc that tells what the processors do');
  }
  const total = after.total - before.total;
  if (total < leastTicks) {
    const seconds = leastTicks / 100 / after.processors;
    return untold('PROCESS_TOO_SHORT', `shares of the processors take a process of at least ${seconds.toFixed(2)} s`);
  }
  const ours = ticksOfTree(before.processes, after.processes, process.pid) + leftTicks;
  const foreign = Math.max(0, after.busy - before.busy - ours);
  const lasting = ticksOfLasting(before.processes, after.processes, process.pid);
  return {
    stealShare: Math.max(0, after.steal - before.steal) / total,
    foreignCpuShare: foreign / total,
    foreignProcesses: busiestOthers(before.processes, after.processes, process.pid, foreign),
    ownCores: (lasting * after.processors) / total,
    unwatched: [],
  };
}

function untold(code: string, message: string): Shares {
  const unwatched = [{ code, message }];
  return { stealShare: null, foreignCpuShare: null, foreignProcesses: [], ownCores: null, unwatched };
}

async function beginGpus(gpus: GpuWatch | null): Promise<() => Promise<GpuReading>> {
  if (gpus === null) return async () => ({ gpus: [], unwatched: [] });
  const failed = (error: unknown): GpuReading => ({
    gpus: [],
    unwatched: [{ code: 'GPU_WATCH_FAILED', message: errorText(error) }],
  });
  try {
    const end = await gpus.begin();
    return () => end().catch(failed);
  } catch (error) {
    return async () => failed(error);
  }
}

/** The processors that this process may use; null where the kernel does not tell. */
function allowedCpus(procRoot: string): string | null {
  const status = textIfReadable(join(procRoot, 'self', 'status')) ?? '';
  return /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? null;
}

/** How often the quota of our control group was used up; null where there is none to count it. */
function throttledPeriods(procRoot: string): number | null {
  const { throttling } = readCgroup(procRoot);
  const text = throttling === null ? null : textIfReadable(throttling.path);
  const count = /^nr_throttled (\d+)$/m.exec(text ?? '')?.[1];
  return count === undefined ? null : Number(count);
}
