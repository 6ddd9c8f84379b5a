import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { packageFile } from '../../src/kernel/package-root.ts';
import { readEvents } from '../../src/results/event-log.ts';

const out = mkdtempSync(join(tmpdir(), 'dyno-processes-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** What was seen of one child of the runner while it lived. */
interface Seen {
  readonly script: string;
  readonly firstSeen: number;
  lastSeen: number;
  readonly files: Set<string>;
}

test.skipIf(!existsSync('/proc/self/task'))(
  'a run has one sampler, a fresh process a round, and no dump or profile opened by a measured process',
  async () => {
    const runner = spawn(
      process.execPath,
      [
        packageFile('test', 'cli', 'fixtures', 'dyno.mjs'),
        ...['bench', '--workload', 'digits', '--batch-size', '1,4', '--fusion', 'on', '--threads', '2', '--quick'],
        ...['--set', 'policy.rounds=2', '--no-report', '--out', out, '--run-id', 'r'],
      ],
      { stdio: 'ignore' },
    );
    let code: number | null | undefined;
    runner.once('close', (exitCode) => {
      code = exitCode;
    });

    const seen = new Map<number, Seen>();
    while (code === undefined) {
      for (const pid of childrenOf(runner.pid ?? 0)) look(pid, seen);
      await sleep(10);
    }
    expect(code).toBe(0);

    const of = (script: string) => [...seen.entries()].filter(([, one]) => one.script === script);
    const rounds = of('round-process.js').sort(([, a], [, b]) => a.firstSeen - b.firstSeen);
    expect(of('sampler-process.js')).toHaveLength(1);
    expect(rounds).toHaveLength(4); // 2 cases × 2 rounds, and a process id is given to one of them only
    for (const [index, [, { firstSeen }]] of rounds.entries()) {
      const before = rounds[index - 1]?.[1];
      if (before !== undefined) expect(firstSeen).toBeGreaterThan(before.lastSeen);
    }
    // Proofs end before the first round begins.
    for (const [, { lastSeen }] of of('proof-process.js')) expect(lastSeen).toBeLessThan(rounds[0]?.[1].firstSeen ?? 0);

    const proofFiles = [...of('proof-process.js')].flatMap(([, { files }]) => [...files]);
    const roundFiles = rounds.flatMap(([, { files }]) => [...files]);
    // That proofs do open dumps or profiles shows that the next line can fail.
    expect(proofFiles.some((path) => path.includes('/.proof/'))).toBe(true);
    expect(roundFiles.filter((path) => path.includes('/.proof/') || /_\d{4}-\d\d-\d\d_.*\.json$/.test(path))).toEqual(
      [],
    );
    expect(roundFiles.some((path) => path.endsWith('.seg'))).toBe(true);

    const started = readEvents(join(out, 'r')).flatMap((event) => (event.type === 'round.started' ? [event.pid] : []));
    expect(started).toEqual(rounds.map(([pid]) => pid));
  },
  90_000,
);

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      // Field 4, behind the name in brackets, is the parent.
      const stat = read(`/proc/${pid}/stat`);
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
    });
}

function look(pid: number, seen: Map<number, Seen>): void {
  const script = /([a-z]+-process\.js)/.exec(read(`/proc/${pid}/cmdline`))?.[1];
  if (script === undefined) return;
  const now = performance.now();
  const one = seen.get(pid) ?? { script, firstSeen: now, lastSeen: now, files: new Set<string>() };
  seen.set(pid, one);
  one.lastSeen = now;
  try {
    for (const file of readdirSync(`/proc/${pid}/fd`)) one.files.add(readlinkSync(`/proc/${pid}/fd/${file}`));
  } catch {
    // It has ended in the meantime.
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
