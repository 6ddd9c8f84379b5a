import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CpuShares } from '../collectors/cpu-shares.ts';
import { monotonicSeconds } from '../kernel/clock.ts';
import { readProcessStat, ticksPerSecond } from '../kernel/process-stat.ts';

/** What kept the machine busy besides us. */
export interface ForeignLoad {
  /** Cores that everything but this process and its descendants kept busy. */
  readonly cores: number;
  /** The busiest of the other processes that can be seen; null when none used any time. */
  readonly busiest: { readonly name: string; readonly cores: number } | null;
  /** Share of all cores that the hypervisor gave to other machines. */
  readonly stealRatio: number;
}

interface ProcessTime {
  readonly name: string;
  readonly parent: number;
  /** CPU time of the process, and of the children that it has waited for. */
  readonly ownTicks: number;
  readonly reapedTicks: number;
}

/**
 * Watches the machine for `seconds`: the time that all cores were busy, less the time of this process and its descendants. Counting
 * the time of children that were waited for with their parent keeps the sum whole when a process of ours ends meanwhile.
 * null where there is no `/proc`, or it counts no time. Throws `AbortError` when `signal` says that nobody waits for it any more.
 */
export async function watchForeignLoad(
  seconds: number,
  procRoot = '/proc',
  signal?: AbortSignal,
): Promise<ForeignLoad | null> {
  const shares = new CpuShares();
  const before = readAll(procRoot, shares);
  if (before === null) return null;
  const started = monotonicSeconds();
  await sleep(seconds * 1e3, undefined, signal === undefined ? {} : { signal });
  const after = readAll(procRoot, shares);
  if (after === null) return null;
  const passed = monotonicSeconds() - started;
  // No time was counted between the two readings: then there is nothing to share out.
  if (Number.isNaN(shares.busy)) return null;

  const ours = ticksOfTree(after.processes, process.pid) - ticksOfTree(before.processes, process.pid);
  const busyCores = shares.busy * after.cores;
  return {
    cores: Math.max(0, busyCores - ours / ticksPerSecond / passed),
    busiest: busiestOther(before.processes, after.processes, process.pid, passed),
    stealRatio: shares.steal,
  };
}

type Processes = ReadonlyMap<number, ProcessTime>;

function readAll(procRoot: string, shares: CpuShares): { processes: Processes; cores: number } | null {
  try {
    const stat = readFileSync(join(procRoot, 'stat'));
    shares.next(stat);
    const cores = stat.toString('latin1').match(/^cpu\d+ /gm)?.length ?? 0;
    const ids = readdirSync(procRoot).filter((name) => /^\d+$/.test(name));
    const processes = new Map<number, ProcessTime>();
    for (const id of ids) {
      const time = readProcess(id, procRoot);
      if (time !== null) processes.set(Number(id), time);
    }
    return { processes, cores };
  } catch {
    return null;
  }
}

/** Fields of proc_pid_stat(5): 4 parent, 14 and 15 own time, 16 and 17 time of children that were waited for. */
function readProcess(id: string, procRoot: string): ProcessTime | null {
  // null: it has ended since the folder was listed.
  const stat = readProcessStat(id, procRoot);
  if (stat === null) return null;
  const field = (number: number): number => Number(stat.field(number));
  return {
    name: stat.name,
    parent: field(4),
    ownTicks: field(14) + field(15),
    reapedTicks: field(16) + field(17),
  };
}

/** CPU time of a process and all its descendants, in ticks. */
export function ticksOfTree(processes: Processes, root: number): number {
  let ticks = 0;
  for (const [id, { ownTicks, reapedTicks }] of processes) {
    if (isWithin(processes, id, root)) ticks += ownTicks + reapedTicks;
  }
  return ticks;
}

function busiestOther(before: Processes, after: Processes, own: number, seconds: number): ForeignLoad['busiest'] {
  let busiest: ForeignLoad['busiest'] = null;
  for (const [id, { name, ownTicks }] of after) {
    if (isWithin(after, id, own)) continue;
    const cores = (ownTicks - (before.get(id)?.ownTicks ?? 0)) / ticksPerSecond / seconds;
    if (cores > (busiest?.cores ?? 0)) busiest = { name, cores };
  }
  return busiest;
}

function isWithin(processes: Processes, id: number, root: number): boolean {
  for (let at: number | undefined = id; at !== undefined && at > 0; at = processes.get(at)?.parent) {
    if (at === root) return true;
  }
  return false;
}
