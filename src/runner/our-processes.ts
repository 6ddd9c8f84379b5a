import { readFileSync } from 'node:fs';

/** Whether `pid` is alive and a process that a runner started (a process id may have been given to another since). */
export function isOurProcess(pid: number): boolean {
  try {
    // Arguments are separated by zero bytes; ours run dist/runner/…-process.js.
    return /[\\/]runner[\\/][a-z-]+-process\.js/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && process.platform === 'linux') return false;
  }
  // No /proc: alive is all that can be known.
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
