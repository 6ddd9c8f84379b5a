import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { packageFile } from '../../src/kernel/package-root.ts';
import { readEvents } from '../../src/results/event-log.ts';
import type { RunEvent } from '../../src/results/events.ts';
import { readSealed } from '../../src/results/parquet.ts';
import { readRun } from '../../src/results/result-folder.ts';
import { isOurProcess } from '../../src/runner/our-processes.ts';
import { generator, uniform } from '../../src/stats/random.ts';

const out = mkdtempSync(join(tmpdir(), 'dyno-resume-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

// DYNO_TEST_KILLS=10 npx vitest run test/runner/resume.test.ts makes a night of it.
const kills = Number(process.env.DYNO_TEST_KILLS ?? 3);
const seed = Number(process.env.DYNO_TEST_SEED ?? 1);

/** All ways in which load arrives: on the main thread, from a thread that spins, from a file. */
const scenarios = [
  '{ kind: single_stream, scope: inference }',
  '{ kind: offline, scope: inference }',
  '{ kind: micro, scope: inference }',
  '{ kind: multi_stream, scope: inference }',
  '{ kind: server, rate: 100, scope: inference }',
  '{ kind: closed_loop, concurrency: 4, scope: inference }',
  '{ kind: replay, trace: trace.txt, scope: inference }',
];
// Enough rounds that the run is not over before the last kill.
const roundsOfCase = Math.max(1, Math.ceil((kills * 2) / scenarios.length));
const roundsOfRun = roundsOfCase * scenarios.length;
const suite = join(out, 'suite.yaml');
writeFileSync(join(out, 'trace.txt'), Array.from({ length: 200 }, (_, query) => `${query / 100}\n`).join(''));
writeFileSync(
  suite,
  `name: resume
workloads: [one-node]
scenarios: [${scenarios.join(', ')}]
matrix: { threads: 1 }
policy: { rounds: ${roundsOfCase}, warmup: { min_queries: 2, min_duration: 0s, until: minimum }, window: { min_queries: 11, min_duration: 1500ms, max_duration: 3s }, cooldown: 0s, proof: false }
`,
);

function start(...words: string[]) {
  const child = spawn(
    process.execPath,
    [packageFile('test', 'cli', 'fixtures', 'dyno.mjs'), 'bench', '--out', out, '--no-report', ...words],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, stderr })),
  );
  return { child, ended };
}

/** The rounds that have ended well, as `key/round`. */
function finished(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'round.finished' ? [`${event.key}/${event.round}`] : []));
}

function pidsOf(events: readonly RunEvent[]): number[] {
  return events.flatMap((event) =>
    event.type === 'round.started' || event.type === 'sampler.started' ? [event.pid] : [],
  );
}

async function allGone(pids: readonly number[], seconds: number): Promise<boolean> {
  for (let waited = 0; waited < seconds * 10; waited++) {
    if (!pids.some(isOurProcess)) return true;
    await sleep(100);
  }
  return false;
}

test(
  `after ${kills} kills of the runner at random moments, a resumed run has every round of every scenario once and leaves nobody behind`,
  async () => {
    const random = generator(seed);
    const folder = join(out, 'r1');
    let before: string[] = [];
    let words = [suite, '--run-id', 'r1'];
    for (let kill = 0; kill < kills; kill++) {
      const { child, ended } = start(...words);
      await sleep(1000 + 6000 * uniform(random));
      child.kill('SIGKILL');
      await ended;
      if (!existsSync(join(folder, 'events.jsonl'))) {
        // Killed before its first event: there is nothing to resume yet, and the name is free again once the folder is gone.
        rmSync(folder, { recursive: true, force: true });
        continue;
      }
      const events = readEvents(folder);
      expect(await allGone(pidsOf(events), 10)).toBe(true);
      expect(finished(events).slice(0, before.length)).toEqual(before);
      before = finished(events);
      words = ['--resume', 'r1'];
      if (before.length === roundsOfRun) break;
    }
    if (before.length < roundsOfRun) expect((await start(...words).ended).code).toBe(0);

    const events = readEvents(folder);
    const run = existsSync(join(folder, 'run.json')) ? readRun(folder) : null;
    expect(finished(events).slice(0, before.length)).toEqual(before);
    expect(new Set(finished(events)).size).toBe(finished(events).length);
    expect(finished(events)).toHaveLength(roundsOfRun);
    if (run !== null) {
      expect(run.cases.map(({ status }) => status)).toEqual(scenarios.map(() => 'ok'));
      for (const { rounds, serviceLatency } of run.cases) {
        const measured = rounds.filter(({ status }) => status === 'ok');
        expect(measured.map(({ round }) => round).sort((a, b) => a - b)).toEqual(
          Array.from({ length: roundsOfCase }, (_, round) => round),
        );
        // What a cut round left is kept and not pooled with its rerun.
        expect(serviceLatency?.count).toBe(measured.reduce((sum, { samples }) => sum + (samples?.rows ?? 0), 0));
        for (const cut of rounds.filter(({ status }) => status === 'interrupted')) {
          if (cut.samples === null) continue;
          const columns = await readSealed(folder, cut.samples);
          expect(columns.completed?.length).toBe(cut.samples.rows);
        }
      }
    }
  },
  60_000 + kills * 40_000,
);

test('a round that is cut after more than a second keeps its samples as interrupted', async () => {
  const long = suite.replace('suite.yaml', 'long.yaml');
  writeFileSync(
    long,
    readFileSync(suite, 'utf8')
      .replace('min_duration: 1500ms, max_duration: 3s', 'min_duration: 60s, max_duration: 60s')
      .replace(/^scenarios: .*$/m, `scenarios: [${scenarios[0]}]`)
      .replace(/rounds: \d+/, 'rounds: 1'),
  );
  const { child, ended } = start(long, '--run-id', 'r2');
  const folder = join(out, 'r2');
  const started = async (): Promise<boolean> =>
    existsSync(join(folder, 'events.jsonl')) && readEvents(folder).some(({ type }) => type === 'round.started');
  while (!(await started())) await sleep(50);
  await sleep(3000);
  child.kill('SIGKILL');
  await ended;
  expect(await allGone(pidsOf(readEvents(folder)), 10)).toBe(true);

  // A signal ends the resumed run as cleanly: what the first sitting left is there by then.
  const resumed = start('--resume', 'r2');
  while (!readEvents(folder).some(({ type }) => type === 'round.interrupted')) await sleep(50);
  resumed.child.kill('SIGINT');
  const { code, stderr } = await resumed.ended;
  expect(code).toBe(130);
  expect(stderr).toContain('--resume r2');

  const cut = readRun(folder).cases[0]?.rounds[0];
  expect(cut?.status).toBe('interrupted');
  expect(cut?.samples?.rows).toBeGreaterThan(100);
  expect(readRun(folder).cases[0]?.status).toBe('interrupted');
  expect(readRun(folder).cases[0]?.latency).toBeNull();
}, 90_000);

test('a run cannot be resumed while its runner lives', async () => {
  const folder = join(out, 'r3');
  const { child, ended } = start(suite, '--run-id', 'r3');
  while (!existsSync(join(folder, 'events.jsonl'))) await sleep(50);
  const second = await start('--resume', 'r3').ended;
  expect(second.code).toBe(3);
  expect(second.stderr).toContain('RUN_IN_USE');
  child.kill('SIGINT');
  await ended;
}, 60_000);
