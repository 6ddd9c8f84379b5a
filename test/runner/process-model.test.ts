import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { availableCores } from '../../src/kernel/available-cores.ts';
import { packageFile } from '../../src/kernel/package-root.ts';
import { readEvents } from '../../src/results/event-log.ts';

const out = mkdtempSync(join(tmpdir(), 'dyno-processes-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** What was seen of one child of the runner while it lived. */
interface Seen {
  readonly script: string;
  readonly firstSeen: number;
  lastSeen: number;
  /** The most threads that it had. */
  threads: number;
  readonly files: Set<string>;
}

/** Runs `dyno bench` to its end and looks at the runner's children all the while. */
async function watchBench(options: readonly string[]): Promise<{ code: number | null; seen: Map<number, Seen> }> {
  const runner = spawn(
    process.execPath,
    [packageFile('test', 'cli', 'fixtures', 'dyno.mjs'), 'bench', ...options, '--no-report', '--out', out],
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
  return { code, seen };
}

test.skipIf(!existsSync('/proc/self/task'))(
  'a run has one sampler, a fresh process a round, and no dump or profile opened by a measured process',
  async () => {
    const { code, seen } = await watchBench([
      ...['--workload', 'digits', '--batch-size', '1,4', '--fusion', 'on', '--threads', '2', '--quick'],
      ...['--precision', 'fp32', '--set', 'policy.rounds=2', '--run-id', 'r'],
    ]);
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
    expect(proofFiles.some((path) => path.includes('/.work/'))).toBe(true);
    expect(roundFiles.filter((path) => path.includes('/.work/') || /_\d{4}-\d\d-\d\d_.*\.json$/.test(path))).toEqual(
      [],
    );
    expect(roundFiles.some((path) => path.endsWith('.seg'))).toBe(true);

    const started = readEvents(join(out, 'r')).flatMap((event) => (event.type === 'round.started' ? [event.pid] : []));
    expect(started).toEqual(rounds.map(([pid]) => pid));
  },
  90_000,
);

test.skipIf(!existsSync('/proc/self/task') || availableCores() < 2)(
  'a thread that generates load is there for a schedule and for several queries under way, and for nothing else',
  async () => {
    // On the backend that computes nothing: its process has no thread of an engine.
    const { code, seen } = await watchBench([
      ...['--workload', 'one-node', '--backend', 'null', '--batch-size', '1', '--fusion', 'on', '--threads', '1'],
      ...['--scenario', 'single_stream,closed_loop,server', '--concurrency', '1,3', '--rate', '200'],
      ...['--scope', 'inference', '--quick', '--set', 'policy.proof=false', '--set', 'policy.window.min_duration=0.3s'],
      ...['--precision', 'fp32', '--run-id', 'load'],
    ]);
    expect(code).toBe(0);
    const threads = new Map<string, number>();
    const generators = new Map<string, unknown>();
    const events = readEvents(join(out, 'load'));
    const cases = events.flatMap((event) => (event.type === 'run.started' ? event.plan.cases : []));
    for (const event of events) {
      const scenario = cases.find(({ key }) => 'key' in event && key === event.key)?.scenario;
      const name = `${scenario?.kind}${scenario?.concurrency ?? ''}`;
      if (event.type === 'round.started') threads.set(name, seen.get(event.pid)?.threads ?? 0);
      if (event.type !== 'round.finished') continue;
      generators.set(name, [event.measured.generator?.thread, event.measured.generator?.spins]);
    }
    expect(Object.fromEntries(generators)).toEqual({
      single_stream: ['main', false],
      closed_loop1: ['main', false],
      closed_loop3: ['worker', true],
      server: ['worker', true],
    });
    const without = threads.get('single_stream') ?? 0;
    expect(without).toBeGreaterThan(0);
    expect(Object.fromEntries(threads)).toEqual({
      single_stream: without,
      closed_loop1: without,
      closed_loop3: without + 1,
      server: without + 1,
    });
  },
  90_000,
);

test('inference in as many threads as there are cores leaves the generator none, and the case is skipped', async () => {
  const cores = availableCores();
  const bench = (threads: string, runId: string) =>
    watchBench([
      ...['--workload', 'one-node', '--batch-size', '1', '--fusion', 'on', '--threads', threads, '--quick'],
      ...['--set', 'policy.proof=false', '--set', 'policy.window.min_duration=0.3s'],
      ...['--precision', 'fp32', '--scenario', 'server', '--rate', '100', '--run-id', runId],
    ]);
  await bench(String(cores), 'all-cores');
  const skipped = readEvents(join(out, 'all-cores')).flatMap((event) =>
    event.type === 'case.skipped' ? [event.reason] : [],
  );
  expect(skipped).toEqual([{ code: 'NO_CORE_FOR_GENERATOR', need: cores + 1, have: cores }]);
  if (cores < 2) return;

  // Left to itself, a case takes all cores but one.
  await bench('auto', 'auto');
  const started = readEvents(join(out, 'auto')).find((event) => event.type === 'run.started');
  expect(started?.plan.cases.map(({ axes }) => axes.threads)).toEqual([cores - 1]);
}, 90_000);

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
  const one = seen.get(pid) ?? { script, firstSeen: now, lastSeen: now, threads: 0, files: new Set<string>() };
  seen.set(pid, one);
  one.lastSeen = now;
  try {
    one.threads = Math.max(one.threads, readdirSync(`/proc/${pid}/task`).length);
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
