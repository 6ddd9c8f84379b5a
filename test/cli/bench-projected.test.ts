import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { readEvents } from '../../src/results/event-log.ts';
import { readRun } from '../../src/results/result-folder.ts';
import { runDyno, startDyno } from './fixtures/run-dyno.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-projected-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const tiny = ['--workload', 'one-node', '--scenario', 'offline', '--precision', 'fp32', '--threads', '1', '--quick'];
const absent = ['--profile', 'a100,v100', '--stack', 'mlperf,another', '--no-report'];
const run = (...words: string[]) => runDyno(words, folder);
const results = (...path: string[]): string => join(folder, 'results', ...path);
const projectedIn = (id: string) => readEvents(results(id)).filter((event) => event.type === 'case.projected');

test('a bench for hardware that is not here measures the plan, and projects it once for each profile and stack that is named', async () => {
  const { code, stdout, stderr } = await run('bench', ...tiny, ...absent, '--run-id', 'a');
  expect(code).toBe(0);
  const [first = '', second = ''] = stderr.split('\n');
  expect(first).toMatch(/^Nothing was measured on NVIDIA A100 .* and NVIDIA .*V100/);
  expect(second).toMatch(
    /^Measured: this machine \("local"\)\. Projected, not measured: nvidia-a100.* and nvidia-v100/,
  );
  expect(stdout).toContain('Projected, not measured (90 % intervals');
  const { cases, projected = [] } = readRun(results('a'));
  expect(cases.map(({ provenance, status }) => `${provenance} ${status}`)).toContain('measured ok');
  expect(projected.map(({ profile, stack }) => `${profile.slice(7, 11)} ${stack}`)).toEqual([
    'a100 mlperf',
    'a100 another',
    'v100 mlperf',
    'v100 another',
  ]);
  // Its graph was counted, in the process that made it ready: whatever refuses the row, it is not that.
  for (const { projection, cause } of projected) {
    expect(projection.asked).toMatchObject({ model: 'one-node', scenario: 'Offline', precision: 'fp32' });
    expect(cause?.code).not.toBe('WORKLOAD_NOT_PREPARED');
  }

  const file = results('a', 'run.json');
  const before = readFileSync(file, 'utf8');
  expect((await run('results', 'recompute', 'a')).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe(before);
  const shown = await run('results', 'show', 'a', '--json');
  expect(shown.stdout).toBe(before);
}, 120_000);

test('a run that is resumed has its projections once', async () => {
  const long = ['--set', 'policy.window.min_duration=30s', '--set', 'policy.window.max_duration=30s'];
  const { child, ended } = startDyno(['bench', ...tiny, ...absent, ...long, '--run-id', 'b'], folder);
  while (
    !existsSync(results('b', 'events.jsonl')) ||
    !readEvents(results('b')).some(({ type }) => type === 'round.started')
  ) {
    await sleep(20);
  }
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
  const before = projectedIn('b');
  expect(before).toHaveLength(4);
  const again = startDyno(['bench', '--resume', 'b', '--no-report'], folder);
  const sittings = () => readEvents(results('b')).filter(({ type }) => type === 'round.started').length;
  while (sittings() < 2) await sleep(20);
  again.child.kill('SIGINT');
  const { code, stdout } = await again.ended;
  expect(code).toBe(130);
  expect(stdout).toContain('Projected, not measured');
  expect(projectedIn('b')).toEqual(before);
}, 120_000);

test('a stack without hardware to project to, and an empty one, are errors that name the option', async () => {
  for (const words of [
    ['--stack', 'mlperf'],
    ['--profile', 'a100', '--stack', ''],
  ]) {
    const { code, stderr } = await run('bench', ...tiny, ...words, '--dry-run');
    expect(code).toBe(3);
    expect(stderr).toMatch(/--stack.*: expected .*, got /);
  }
}, 60_000);

test('a dry run tells the projected rows, as text and as JSON', async () => {
  const words = ['bench', '--workload', 'resnet50', '--scenario', 'offline', '--precision', 'int8', '--dry-run'];
  const { stdout } = await run(...words, '--profile', 'a100', '--stack', 'mlperf');
  expect(stdout).toMatch(/resnet50 +nvidia-a100-sxm-80gb +mlperf +any +int8 +offline +[\d,]+ items\/s .*projected\n/);
  const { stdout: json } = await run(...words, '--profile', 'a100', '--stack', 'mlperf', '--json');
  expect(JSON.parse(json).projected).toMatchObject([{ stack: 'mlperf', outcome: { level: 0.9 } }]);
  expect(existsSync(results('c'))).toBe(false);
}, 60_000);
