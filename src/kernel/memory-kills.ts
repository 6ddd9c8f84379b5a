import { join } from 'node:path';
import { memoryGroupFolder } from './cgroup.ts';
import { textIfReadable } from './tolerant-read.ts';

/**
 * How many processes the kernel has killed for want of memory: of the control group of this process, or, where that does not count them, of the
 * whole machine. null: nobody counts. What it was before and after a process was killed tells whether the kernel did it.
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html (`memory.events`), `memory.oom_control` of version 1 and `/proc/vmstat`
 */
export function memoryKills(procRoot = '/proc'): number | null {
  const group = memoryGroupFolder(procRoot);
  const files = [
    ...(group === null ? [] : [join(group, 'memory.events'), join(group, 'memory.oom_control')]),
    join(procRoot, 'vmstat'),
  ];
  for (const file of files) {
    const digits = /^oom_kill (\d+)$/m.exec(textIfReadable(file) ?? '')?.[1];
    if (digits !== undefined) return Number(digits);
  }
  return null;
}
