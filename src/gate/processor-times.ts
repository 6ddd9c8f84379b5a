import { join } from 'node:path';
import { readProcessStat } from '../kernel/process-stat.ts';
import { namesIfReadable, textIfReadable } from '../kernel/tolerant-read.ts';
import { redactDeep } from '../results/redact.ts';

/** What the kernel has counted so far, in ticks of 1/100 s. */
export interface ProcessorTimes {
  /** Of all processors that are looked at together, as are `busy` and `steal`. */
  readonly total: number;
  readonly busy: number;
  readonly steal: number;
  /** How many processors that is. */
  readonly processors: number;
  readonly processes: ReadonlyMap<number, ProcessTime>;
}

interface ProcessTime {
  readonly name: string;
  readonly parent: number;
  /** Process group. */
  readonly group: number;
  readonly ownTicks: number;
  /** Of the children that it has waited for. */
  readonly reapedTicks: number;
}

/** Foreign processes that are named, and what share of all foreign time one takes that is worth a name. */
const mostNamed = 3;
const leastNamedShare = 0.1;
/** Stands in the place of names where most of the time went to what no entry of `/proc` tells of: other containers, or interrupts. */
const unseen = 'processes that cannot be seen from here';

/**
 * Reads the times of the processors in `cpus`, a list such as `0-3,8`, and of all processes. Of processors on which nothing of ours may run it does
 * not matter what others do there. null where there is no `/proc`.
 */
export function readProcessorTimes(procRoot: string, cpus: string | null): ProcessorTimes | null {
  const text = textIfReadable(join(procRoot, 'stat')) ?? '';
  const each = [...text.matchAll(/^cpu(\d+) +(.+)$/gm)];
  const inList = cpus === null ? each : each.filter(([, number]) => isInList(Number(number), cpus));
  const all = /^cpu +(.+)$/m.exec(text)?.[1];
  // Where it is all of them the kernel has the sum already.
  const lines =
    inList.length < each.length ? inList.map(([, , counts = '']) => counts) : all === undefined ? [] : [all];
  const sums = { total: 0, busy: 0, steal: 0 };
  for (const line of lines) {
    // proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal; guests' time is in user and nice.
    const ticks = line.split(' ').slice(0, 8).map(Number);
    if (ticks.length < 8 || ticks.some((count) => !Number.isFinite(count))) return null;
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = ticks;
    sums.total += ticks.reduce((sum, count) => sum + count, 0);
    sums.busy += user + nice + system + irq + softirq;
    sums.steal += steal;
  }
  if (lines.length === 0) return null;
  return { ...sums, processors: Math.max(1, inList.length), processes: readProcesses(procRoot) };
}

function isInList(number: number, list: string): boolean {
  return list.split(',').some((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return number >= first && number <= last;
  });
}

/** Fields of proc_pid_stat(5): 4 parent, 5 group, 14 and 15 own time, 16 and 17 time of children that were waited for. */
function readProcesses(procRoot: string): Map<number, ProcessTime> {
  const processes = new Map<number, ProcessTime>();
  for (const id of namesIfReadable(procRoot)) {
    if (!/^\d+$/.test(id)) continue;
    const stat = readProcessStat(id, procRoot);
    if (stat === null) continue; // it has ended meanwhile
    const field = (number: number): number => Number(stat.field(number));
    processes.set(Number(id), {
      name: stat.name,
      parent: field(4),
      group: field(5),
      ownTicks: field(14) + field(15),
      reapedTicks: field(16) + field(17),
    });
  }
  return processes;
}

/** Ticks of the processes of a group so far, with those of their children that have ended; 0 where there is no `/proc`. */
export function ticksOfGroup(group: number, procRoot = '/proc'): number {
  let ticks = 0;
  for (const process of readProcesses(procRoot).values()) {
    if (process.group === group) ticks += process.ownTicks + process.reapedTicks;
  }
  return ticks;
}

type Processes = ProcessorTimes['processes'];

/** Ticks of a process and its descendants between two readings; those of descendants that ended meanwhile are with their parent's. */
export function ticksOfTree(before: Processes, after: Processes, root: number): number {
  return sumOfTree(after, root) - sumOfTree(before, root);
}

function sumOfTree(processes: Processes, root: number): number {
  let ticks = 0;
  for (const [id, { ownTicks, reapedTicks }] of processes) {
    if (isWithin(processes, id, root)) ticks += ownTicks + reapedTicks;
  }
  return ticks;
}

/** Ticks of those processes of a tree that lived the whole time, each without its children's. */
export function ticksOfLasting(before: Processes, after: Processes, root: number): number {
  let ticks = 0;
  for (const [id, { ownTicks }] of after) {
    const earlier = before.get(id);
    if (earlier !== undefined && isWithin(after, id, root)) ticks += Math.max(0, ownTicks - earlier.ownTicks);
  }
  return ticks;
}

/**
 * Names of the processes outside of a tree that took most of `foreignTicks`, the busiest first, those of one name together. Processes that began and
 * ended in between, such as a compiler's, count for the one that waited for them.
 */
export function busiestOthers(before: Processes, after: Processes, root: number, foreignTicks: number): string[] {
  // What a process had taken before its end is not of this time, although its parent is told of it only now.
  const inherited = new Map<number, number>();
  for (const [id, { parent, ownTicks, reapedTicks }] of before) {
    if (!after.has(id)) inherited.set(parent, (inherited.get(parent) ?? 0) + ownTicks + reapedTicks);
  }
  const byName = new Map<string, number>();
  let seen = 0;
  for (const [id, { name, ownTicks, reapedTicks }] of after) {
    if (isWithin(after, id, root)) continue;
    const earlier = before.get(id);
    const own = ownTicks - (earlier?.ownTicks ?? 0);
    const reaped = reapedTicks - (earlier?.reapedTicks ?? 0) - (inherited.get(id) ?? 0);
    const ticks = Math.max(0, own) + Math.max(0, reaped);
    seen += ticks;
    byName.set(name, (byName.get(name) ?? 0) + ticks);
  }
  const names = [...byName]
    .filter(([, ticks]) => ticks > 0 && ticks >= leastNamedShare * foreignTicks)
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostNamed)
    .map(([name]) => redactDeep(name));
  return seen < foreignTicks / 2 ? [...names, unseen] : names;
}

function isWithin(processes: Processes, id: number, root: number): boolean {
  for (let at: number | undefined = id; at !== undefined && at > 0; at = processes.get(at)?.parent) {
    if (at === root) return true;
  }
  return false;
}
