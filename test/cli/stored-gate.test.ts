import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { summariseRun } from '../../src/analysis/summarise-run.ts';
import { main } from '../../src/cli/main.ts';
import type { RunEvent } from '../../src/results/events.ts';
import { writeRun } from '../../src/results/result-folder.ts';
import type { Case, Run } from '../../src/results/run.ts';
import {
  plan,
  plannedCase,
  preparedEvent,
  roundFinished,
  roundStarted,
  runFinished,
  Samples,
  startedEvent,
  stream,
} from '../analysis/run-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-stored-gate-'));
const results = join(folder, 'results');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const five = [0.01, 0.0101, 0.01, 0.0101, 0.01];
const slower = five.map((seconds) => seconds * 1.3);

/** Stores a run of a case by the time of a query in each round, as `dyno bench` would. */
async function store(
  id: string,
  seconds: readonly number[],
  change: (run: Run) => Run = (run) => run,
  at = '2026-11-20T10:00:00.000Z',
): Promise<void> {
  const samples = new Samples();
  const events = seconds.flatMap((latency, round): RunEvent[] => [
    roundStarted('key-a', round),
    roundFinished('key-a', round, samples.add(`${round}`, stream(new Array(70).fill(latency)))),
  ]);
  const started = startedEvent(plan([plannedCase('a')], {}, seconds.length));
  const run = await summariseRun([started, preparedEvent(), ...events, runFinished()], samples.read);
  const valid = Object.fromEntries(Object.keys(run.cases[0]?.verdicts ?? {}).map((family) => [family, 'valid']));
  const verdicts = valid as Case['verdicts'];
  const cases = run.cases.map((one) => ({ ...one, verdicts, findings: [], reasons: {} }));
  mkdirSync(join(results, id), { recursive: true });
  const finishedAt = new Date(Date.parse(at) + 60_000).toISOString();
  writeRun(join(results, id), change({ ...run, runId: id, cases, startedAt: at, finishedAt, status: 'complete' }));
}

beforeAll(async () => {
  await store('base', five);
  await store('same', five, undefined, '2026-11-20T11:00:00.000Z');
  await store('slow', slower, undefined, '2026-11-20T12:00:00.000Z');
});

async function gate(...words: string[]) {
  const text = { stdout: '', stderr: '' };
  const streams = {
    stdout: { write: (part: string) => (text.stdout += part) },
    stderr: { write: (part: string) => (text.stderr += part) },
  };
  const exitCode = await main(['gate', ...words, '--out', results], streams as never);
  return { ...text, exitCode };
}
const runs = (base: string, head: string) => ['--base', base, '--head', head];

test('a run that is 30 % slower in each of five rounds has regressed: exit 1', async () => {
  const { exitCode, stdout } = await gate(...runs('base', 'slow'), '--run-id', 'slower', '--format', 'json');
  const { verdict, measured, rows, settings } = JSON.parse(stdout);
  expect({ exitCode, verdict, measured }).toEqual({
    exitCode: 1,
    verdict: 'regressed',
    measured: 'one after the other',
  });
  expect(rows[0]).toMatchObject({ metric: 'latency_p50', verdict: 'regressed', confirm: null });
  expect(rows[0].look).toMatchObject({ method: 'rank-sum', rounds: { base: 5, head: 5 } });
  expect(rows[0].look.change.value).toBeCloseTo(0.3, 2);
  expect(settings.looks).toEqual([]);
});

test('every format is shown again byte for byte, also when the runs are gone', async () => {
  await store('gone', slower, undefined, '2026-11-20T13:00:00.000Z');
  const first = await gate(...runs('base', 'gone'), '--run-id', 'kept');
  rmSync(join(results, 'gone'), { recursive: true });
  const shown = (format: string) => gate('show', 'kept', '--format', format);
  expect((await shown('text')).stdout).toBe(first.stdout);
  const files = { json: 'gate.json', markdown: 'comment.md', junit: 'junit.xml', html: 'gate.html' };
  for (const [format, file] of Object.entries(files)) {
    const { stdout, exitCode } = await shown(format);
    expect(stdout).toBe(readFileSync(join(results, 'gates', 'kept', file), 'utf8'));
    expect(exitCode).toBe(1);
  }
});

test('the text says what the rows rest on, and how to be surer', async () => {
  const { stdout } = await gate(...runs('base', 'slow'), '--run-id', 'text');
  const words = stdout.replace(/\s+/g, ' ');
  expect(words).toContain('measured one after the other, not in turns');
  expect(words).toContain('5 rounds of base and 5 of head a row');
  expect(words).toContain('judged by the defaults');
  expect(words).not.toContain('pairs a row');
});

test('equal runs pass, and of one round each nothing fails', async () => {
  expect((await gate(...runs('base', 'same'), '--run-id', 'equal')).exitCode).toBe(0);
  await store('once', [0.01]);
  await store('twice-as-slow', [0.02], undefined, '2026-11-20T14:00:00.000Z');
  const { exitCode, stdout } = await gate(...runs('once', 'twice-as-slow'), '--run-id', 'once', '--format', 'json');
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout).rows[0].reasons[0]).toMatchObject({ code: 'DESCRIPTIVE_ONLY', need: 4 });
});

test('runs of two machines, two plans, one run twice and a run that was cut off are refused with 3', async () => {
  await store('other-machine', five, (run) => ({
    ...run,
    environment: { ...run.environment, cpu: { ...run.environment.cpu, governor: 'powersave' } },
  }));
  await store('other-plan', five, (run) => ({ ...run, policy: { ...run.policy, cooldownSeconds: 9 } }));
  await store('cut-off', five, (run) => ({ ...run, status: 'interrupted', finishedAt: null }));
  const machine = await gate(...runs('base', 'other-machine'));
  expect(machine.exitCode).toBe(3);
  expect(machine.stderr).toMatch(/governor: not known \| powersave.*FINGERPRINT_DIFFERS/s);
  expect(await gate(...runs('base', 'other-plan'))).toMatchObject({
    exitCode: 3,
    stderr: expect.stringMatching(/policy\.cooldownSeconds: 0 \| 9.*PLAN_DIFFERS/s),
  });
  expect((await gate(...runs('base', 'base'))).stderr).toMatch(/got base twice.*SAME_RUN/s);
  expect((await gate(...runs('base', 'cut-off'))).stderr).toMatch(/--resume cut-off.*RUN_INTERRUPTED/s);
  expect((await gate(...runs('base', 'slow'), '--quick')).stderr).toMatch(
    /--quick: of stored runs nothing is measured/,
  );
});

test('what differs stands in the report where it was allowed', async () => {
  const { stdout, exitCode } = await gate(
    ...runs('base', 'other-machine'),
    ...['--allow-mismatch', '--run-id', 'allowed', '--format', 'json'],
  );
  expect(exitCode).toBe(2); // they were measured at the same time
  expect(JSON.parse(stdout).differences).toContainEqual({ what: 'governor', base: 'not known', head: 'powersave' });
});

test('runs that overlap on one host say nothing of the code', async () => {
  await store('meanwhile', slower, undefined, '2026-11-20T10:00:30.000Z');
  const { stdout, exitCode } = await gate(...runs('base', 'meanwhile'), '--run-id', 'overlap', '--format', 'json');
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout).rows[0]).toMatchObject({ verdict: 'invalid', reasons: [{ code: 'RUNS_OVERLAP' }] });
});

test('the rules are those that the run of head keeps of its suite, or those of the suite that is named', async () => {
  await store(
    'lenient',
    slower,
    (run) => ({ ...run, gate: { metrics: [{ metric: '*', margin: '50%' }] } }),
    '2026-11-21T10:00:00.000Z',
  );
  const kept = await gate(...runs('base', 'lenient'), '--run-id', 'kept-rules', '--format', 'json');
  expect(kept.exitCode).toBe(0);
  expect(JSON.parse(kept.stdout).rows[0].margin).toBe(0.5);
  expect(JSON.parse(kept.stdout).differences).toContainEqual(
    expect.objectContaining({ what: 'gate section', base: 'none' }),
  );

  const suite = join(folder, 'strict.yaml');
  writeFileSync(
    suite,
    'gate:\n  metrics:\n    - { metric: latency_p50, margin: 10% }\n    - { metric: latency_p05, margin: 1% }\n',
  );
  const named = await gate(...runs('base', 'lenient'), '--suite', suite, '--run-id', 'named-rules', '--format', 'json');
  expect(named.exitCode).toBe(1);
  expect(named.stderr).toContain('no figure fits scenario *, metric latency_p05');
});

test('a change that was accepted fails nothing until its day', async () => {
  const file = join(folder, 'accepted.yaml');
  const until = (date: string) =>
    writeFileSync(
      file,
      `acknowledgements:\n  - { scenario: digits/a, metric: latency_p50, accepted: any, until: ${date}, reason: wanted }\n`,
    );
  until('2099-01-01');
  const accepted = [...runs('base', 'slow'), '--acknowledgements', file];
  expect((await gate(...accepted, '--run-id', 'accepted')).exitCode).toBe(0);
  until('2020-01-01');
  expect((await gate(...accepted, '--run-id', 'expired')).exitCode).toBe(1);
  // Shown later, it is what it was.
  expect((await gate('show', 'accepted')).exitCode).toBe(0);
});

test('runs without a case in common: nothing, exit 4, and both are named', async () => {
  const renamed = (run: Run): Run => ({
    ...run,
    cases: run.cases.map((one) => ({ ...one, id: 'digits/z', key: 'key-z' })),
  });
  await store('elsewhere', five, renamed, '2026-11-20T15:00:00.000Z');
  const { exitCode, stdout } = await gate(...runs('base', 'elsewhere'), '--run-id', 'nothing');
  expect(exitCode).toBe(4);
  expect(stdout).toContain('digits/z');
});

test('a gate of stored runs is not gone on with', async () => {
  expect(await gate('--resume', 'slower')).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('one of two stored runs'),
  });
});
