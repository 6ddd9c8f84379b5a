import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder with files that look like those of /proc and /sys. */
export class FakeSystem {
  readonly root = mkdtempSync(join(tmpdir(), 'dyno-fake-system-'));

  path(...segments: string[]): string {
    return join(this.root, ...segments);
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(this.path(path)), { recursive: true });
      writeFileSync(this.path(path), content);
    }
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export interface ProcessFigures {
  readonly name?: string;
  readonly parent?: number;
  readonly majorFaults?: number;
  readonly userTicks?: number;
  readonly systemTicks?: number;
  readonly reapedTicks?: number;
  readonly threads?: number;
}

/** The line of `/proc/<pid>/stat` as proc_pid_stat(5) lays it out. */
export function statLine(pid: number, figures: ProcessFigures): string {
  const {
    name = 'node',
    parent = 1,
    majorFaults = 0,
    userTicks = 0,
    systemTicks = 0,
    reapedTicks = 0,
    threads = 1,
  } = figures;
  // 5 group, 6 session, 7 terminal, 8 its group (−1: none), 9 flags, 10 and 11 minor faults, 12 and 13 major faults
  const before = `${pid} (${name}) S ${parent} ${pid} ${pid} 0 -1 4194304 500 0 ${majorFaults} 0`;
  // 14 to 17 times, 18 priority, 19 nice, 20 threads, 21 unused, 22 start, 23 size, 24 pages
  return `${before} ${userTicks} ${systemTicks} ${reapedTicks} 0 20 0 ${threads} 0 9000 1000000 500\n`;
}
