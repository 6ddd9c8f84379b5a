import { loadavg } from 'node:os';
import { join } from 'node:path';
import { readCgroup } from '../kernel/cgroup.ts';
import { readProcessStat } from '../kernel/process-stat.ts';
import { namesIfReadable, textIfReadable } from '../kernel/tolerant-read.ts';
import { redactDeep } from '../results/redact.ts';
import type { Conditions, GpuConditions } from './pair.ts';

/** Tells what the machine was like from a call of `begin` to a call of the function that it answers with. */
export interface MachineWatch {
  begin(): Promise<() => Promise<Conditions>>;
}

/** The same for graphics processors, before whose round an idle moment is looked at. */
export interface GpuWatch {
  begin(): Promise<() => Promise<readonly GpuConditions[]>>;
}

/**
 * The kernel counts processor time in 1/100 s. Over fewer counts than this one of them is more than 1 % of it all, half of what voids a
 * round, and shares are not told.
 */
const leastTicks = 100;
/** Foreign processes that are named. */
const mostNamed = 3;

/** Watches the processors by `/proc`, and the graphics processors by `gpus` where there are any. What cannot be read is null. */
export function watchMachine(gpus: GpuWatch | null = null, procRoot = '/proc'): MachineWatch {
  return {
    async begin() {
      const load = loadavg()[0] ?? null;
      const endGpus = (await gpus?.begin()) ?? null;
      const throttledBefore = throttledPeriods(procRoot);
      const before = readProcessors(procRoot);
      return async () => {
        const after = readProcessors(procRoot);
        const throttledAfter = throttledPeriods(procRoot);
        return {
          ...sharesBetween(before, after),
          throttledPeriods:
            throttledBefore === null || throttledAfter === null ? null : throttledAfter - throttledBefore,
          // Linux and macOS have one; where there is none, Node says 0.
          load: process.platform === 'win32' ? null : load,
          gpus: (await endGpus?.()) ?? [],
        };
      };
    },
  };
}

interface Processors {
  readonly total: number;
  readonly busy: number;
  readonly steal: number;
  readonly processes: ReadonlyMap<number, ProcessTime>;
}

interface ProcessTime {
  readonly name: string;
  readonly parent: number;
  readonly ownTicks: number;
  /** Of the children that it has waited for. */
  readonly reapedTicks: number;
}

function sharesBetween(
  before: Processors | null,
  after: Processors | null,
): Pick<Conditions, 'stealShare' | 'foreignCpuShare' | 'foreignProcesses'> {
  const total = before === null || after === null ? 0 : after.total - before.total;
  if (before === null || after === null || total < leastTicks) {
    return { stealShare: null, foreignCpuShare: null, foreignProcesses: [] };
  }
  const ours = ticksOfTree(after.processes, process.pid) - ticksOfTree(before.processes, process.pid);
  const foreign = after.busy - before.busy - ours;
  return {
    stealShare: Math.max(0, after.steal - before.steal) / total,
    foreignCpuShare: Math.max(0, foreign) / total,
    foreignProcesses: busiestOthers(before.processes, after.processes),
  };
}

/** proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal; guests' time is in user and nice. */
function readProcessors(procRoot: string): Processors | null {
  const line = /^cpu +(.+)$/m.exec(textIfReadable(join(procRoot, 'stat')) ?? '')?.[1];
  if (line === undefined) return null;
  const ticks = line.split(' ').slice(0, 8).map(Number);
  if (ticks.length < 8 || ticks.some((count) => !Number.isFinite(count))) return null;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = ticks;
  return {
    total: ticks.reduce((sum, count) => sum + count, 0),
    busy: user + nice + system + irq + softirq,
    steal,
    processes: readProcesses(procRoot),
  };
}

/** Fields of proc_pid_stat(5): 4 parent, 14 and 15 own time, 16 and 17 time of children that were waited for. */
function readProcesses(procRoot: string): Map<number, ProcessTime> {
  const processes = new Map<number, ProcessTime>();
  for (const id of namesIfReadable(procRoot)) {
    if (!/^\d+$/.test(id)) continue;
    const stat = readProcessStat(id, procRoot);
    if (stat === null) continue; // it has ended meanwhile
    const field = (number: number): number => Number(stat.field(number));
    const ownTicks = field(14) + field(15);
    processes.set(Number(id), { name: stat.name, parent: field(4), ownTicks, reapedTicks: field(16) + field(17) });
  }
  return processes;
}

/** Time of a process and its descendants; of those that have ended, with their parent's. */
function ticksOfTree(processes: ReadonlyMap<number, ProcessTime>, root: number): number {
  let ticks = 0;
  for (const [id, { ownTicks, reapedTicks }] of processes) {
    if (isWithin(processes, id, root)) ticks += ownTicks + reapedTicks;
  }
  return ticks;
}

function busiestOthers(before: ReadonlyMap<number, ProcessTime>, after: ReadonlyMap<number, ProcessTime>): string[] {
  return [...after]
    .filter(([id]) => !isWithin(after, id, process.pid))
    .map(([id, { name, ownTicks }]) => ({ name, ticks: ownTicks - (before.get(id)?.ownTicks ?? 0) }))
    .filter(({ ticks }) => ticks > 0)
    .sort((a, b) => b.ticks - a.ticks)
    .slice(0, mostNamed)
    .map(({ name }) => redactDeep(name));
}

function isWithin(processes: ReadonlyMap<number, ProcessTime>, id: number, root: number): boolean {
  for (let at: number | undefined = id; at !== undefined && at > 0; at = processes.get(at)?.parent) {
    if (at === root) return true;
  }
  return false;
}

/** How often the quota of our control group was used up; null where there is none to count it. */
function throttledPeriods(procRoot: string): number | null {
  const { throttling } = readCgroup(procRoot);
  const text = throttling === null ? null : textIfReadable(throttling.path);
  const count = /^nr_throttled (\d+)$/m.exec(text ?? '')?.[1];
  return count === undefined ? null : Number(count);
}
