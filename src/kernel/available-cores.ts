import { availableParallelism } from 'node:os';
import { readCgroup } from './cgroup.ts';

/**
 * Cores that this process may use: those it is allowed to run on, and no more than the container's CPU quota pays for. At
 * least 1. Engines that count the machine's cores instead start threads that the quota then puts to sleep.
 */
export function availableCores(): number {
  const { cpuQuotaCores } = readCgroup();
  const allowed = availableParallelism();
  return Math.max(1, cpuQuotaCores === null ? allowed : Math.min(allowed, Math.floor(cpuQuotaCores)));
}
