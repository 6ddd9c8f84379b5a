import { readdirSync } from 'node:fs';

/** Kernel ids of this process's threads; null where there is no `/proc`. */
export function threadIds(): ReadonlySet<number> | null {
  try {
    return new Set(readdirSync('/proc/self/task').map(Number));
  } catch {
    return null;
  }
}
