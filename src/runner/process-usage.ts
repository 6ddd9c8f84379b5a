import { readFileSync } from 'node:fs';
import { readProcessStat, ticksPerSecond } from '../kernel/process-stat.ts';
import { namesIfReadable, textIfReadable } from '../kernel/tolerant-read.ts';

/** What a process has used since it started. */
export interface ProcessUsage {
  readonly userSeconds: number;
  readonly systemSeconds: number;
  /** Of all its threads that live. */
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
}

export const noUsage: ProcessUsage = { userSeconds: 0, systemSeconds: 0, voluntarySwitches: 0, involuntarySwitches: 0 };

/** What another process has used, in steps of 10 ms of CPU time. All 0 for one that has ended, and where there is no `/proc`. */
export function usageOf(pid: number): ProcessUsage {
  const stat = readProcessStat(pid);
  if (stat === null) return noUsage;
  const tasks = `/proc/${pid}/task`;
  const statuses = namesIfReadable(tasks).map((thread) => textIfReadable(`${tasks}/${thread}/status`) ?? '');
  const switches = (kind: string): number =>
    statuses.reduce(
      (sum, status) => sum + Number(new RegExp(`^${kind}_ctxt_switches:\\s+(\\d+)$`, 'm').exec(status)?.[1] ?? 0),
      0,
    );
  return {
    // Fields of proc_pid_stat(5).
    userSeconds: Number(stat.field(14)) / ticksPerSecond,
    systemSeconds: Number(stat.field(15)) / ticksPerSecond,
    voluntarySwitches: switches('voluntary'),
    involuntarySwitches: switches('nonvoluntary'),
  };
}

export function addUsages(usages: readonly ProcessUsage[]): ProcessUsage {
  return usages.reduce(
    (sum, one) => ({
      userSeconds: sum.userSeconds + one.userSeconds,
      systemSeconds: sum.systemSeconds + one.systemSeconds,
      voluntarySwitches: sum.voluntarySwitches + one.voluntarySwitches,
      involuntarySwitches: sum.involuntarySwitches + one.involuntarySwitches,
    }),
    noUsage,
  );
}

/** The most memory that a process has held (VmHWM); null for one that has ended, and where there is no `/proc`. */
export function peakRssOf(pid: number | 'self'): number | null {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match === null ? null : Number(match[1]) * 1024;
  } catch {
    return null;
  }
}
