import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { readEvents } from '../../src/results/event-log.ts';
import type { RunEvent } from '../../src/results/events.ts';
import { readRun } from '../../src/results/result-folder.ts';
import { isOurProcess } from '../../src/runner/our-processes.ts';
import { runDyno, startDyno } from '../cli/fixtures/run-dyno.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-search-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function suite(name: string, limit: string): string {
  const text = `name: ${name}
workloads: [one-node]
matrix: { backend: ["null"], threads: [1] }
scenarios: [{ kind: server, rate: search, scope: inference, arrivals: constant }]
policy: { rounds: 1, warmup: { min_queries: 1, min_duration: 0, until: minimum }, window: { min_queries: 11, min_duration: 100ms, max_duration: 2s }, cooldown: 0, proof: false }
limits: { latency: { percentile: p50, max: ${limit} } }
`;
  writeFileSync(join(folder, `${name}.yaml`), text);
  return `${name}.yaml`;
}

type ProbeFinished = Extract<RunEvent, { type: 'probe.finished' }>;

function eventsOf(run: string): RunEvent[] {
  try {
    return readEvents(join(folder, 'results', run));
  } catch {
    return []; // Not begun yet.
  }
}

const probesOf = (run: string): ProbeFinished[] =>
  eventsOf(run).filter((event): event is ProbeFinished => event.type === 'probe.finished');

test('a search that was killed goes on where it was, and its rounds are measured at what it finds', async () => {
  const first = startDyno(['bench', suite('found', '20ms'), '--no-report', '--run-id', 'found'], folder);
  while (probesOf('found').length < 3) await sleep(20);
  first.child.kill('SIGKILL');
  await first.ended;
  const before = probesOf('found');
  const pids = eventsOf('found').flatMap((event) => (event.type === 'probe.started' ? [event.pid] : []));
  while (pids.some(isOurProcess)) await sleep(50);

  const { code, stderr } = await runDyno(['bench', '--resume', 'found', '--no-report'], folder);
  expect(code, stderr).toBe(0);
  const probes = probesOf('found');
  expect(probes.slice(0, before.length)).toEqual(before);
  expect(probes.map(({ probe }) => probe)).toEqual(probes.map((_, index) => index));
  expect(new Set(probes.map(({ rate }) => rate)).size).toBe(probes.length);

  const [one] = readRun(join(folder, 'results', 'found')).cases;
  const passed = probes.filter((probe) => probe.passed && probe.scenario === undefined).map(({ rate }) => rate);
  expect(one?.status).toBe('ok');
  expect(one?.scenario).toMatchObject({ kind: 'server', rate: 'search' });
  expect(one?.search?.rate).toBe(Math.max(...passed));
  expect(one?.load?.targetRate).toBe(one?.search?.rate);
  expect(one?.search?.probes.map(({ rate }) => rate)).toEqual(probes.map(({ rate }) => rate));
  // Every rate that failed lies above every one that passed: so the stretch between was narrowed to the answer.
  const failed = probes.filter((probe) => !probe.passed).map(({ rate }) => rate);
  if (failed.length > 0) expect(Math.min(...failed)).toBeGreaterThan(Math.max(...passed));

  // Nothing is left of the probe that was cut: each file belongs to an event.
  const named = eventsOf('found').flatMap((event) =>
    'samples' in event && event.samples !== null ? [event.samples.file] : [],
  );
  const files = readdirSync(join(folder, 'results', 'found', 'samples')).filter(
    (name) => !name.startsWith('telemetry'),
  );
  expect(files.map((name) => `samples/${name}`).sort()).toEqual([...named].sort());
}, 240_000);

test('a limit that one query alone breaks ends the search at once, and that is an answer', async () => {
  const { code, stderr } = await runDyno(['bench', suite('none', '1ns'), '--no-report', '--run-id', 'none'], folder);
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/No rate keeps p50 within 1 ns: with one query after another the median is /);
  const [one] = readRun(join(folder, 'results', 'none')).cases;
  expect(one?.status).toBe('skipped');
  expect(one?.reasons.status).toMatchObject({ code: 'NO_RATE_WITHIN_LIMIT', need: 1e-9 });
  expect(one?.search).toMatchObject({ rate: null, probes: [{ scenario: 'single_stream', passed: false }] });
  expect(one?.reasons['search.rate']?.code).toBe('NO_RATE_WITHIN_LIMIT');
}, 120_000);
