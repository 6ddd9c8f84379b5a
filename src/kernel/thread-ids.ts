import { readdirSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** Kernel ids of this process's threads; null where there is no `/proc`. */
export function threadIds(): ReadonlySet<number> | null {
  try {
    return new Set(readdirSync('/proc/self/task').map(Number));
  } catch {
    return null;
  }
}

/** Kernel id of the thread that asks; null where there is no `/proc`. */
export function ownThreadId(): number | null {
  try {
    // proc(5): a link to <process>/task/<thread>.
    return Number(basename(readlinkSync('/proc/thread-self')));
  } catch {
    return null;
  }
}
