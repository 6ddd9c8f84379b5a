import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { textIfReadable } from './tolerant-read.ts';

/**
 * How many cores this process may run on, by its affinity alone (`Cpus_allowed_list` in `/proc/self/status`): newer versions of Node count
 * the quota of the control group in, which is a figure of its own. Where there is no `/proc`, what Node says.
 */
export function affinityCores(procRoot = '/proc'): number {
  const status = textIfReadable(join(procRoot, 'self', 'status')) ?? '';
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  return list === undefined ? availableParallelism() : coresInList(list);
}

/** Number of cores in a list of the kernel's format, such as `0-1,4`. */
export function coresInList(list: string): number {
  return list.split(',').reduce((sum, range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return sum + last - first + 1;
  }, 0);
}
