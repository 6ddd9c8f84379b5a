import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { writeModel } from '../../src/graph/onnx-file.ts';
import { readEvents } from '../../src/results/event-log.ts';
import { readRun } from '../../src/results/result-folder.ts';
import { verdictFamilies } from '../../src/results/run.ts';
import { runDyno, startDyno } from './fixtures/run-dyno.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-bench-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const tiny = [
  '--workload',
  'one-node',
  '--batch-size',
  '1',
  '--fusion',
  'on',
  '--precision',
  'fp32',
  '--threads',
  '1',
  '--quick',
  '--no-report',
];
const run = (...words: string[]) => runDyno(['bench', ...words], folder);
const results = (...path: string[]): string => join(folder, 'results', ...path);

const fixed = new GraphBuilder('fixed');
const x = fixed.input('x', 'float32', [1, 4]);
fixed.output(fixed.node('Relu', [x], { outputs: ['y'] }), 'float32', [1, 4]);
writeModel(join(folder, 'fixed.onnx'), fixed.model());
writeFileSync(join(folder, 'broken.onnx'), 'no model');

test('a run writes its result and a report, and --json answers with run.json alone', async () => {
  const { code, stdout } = await run(...tiny.filter((word) => word !== '--no-report'), '--run-id', 'a', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(readRun(results('a')));
  expect(existsSync(join(folder, 'reports', 'a.html'))).toBe(true);
  expect(readdirSync(results('a')).sort()).toEqual(['events.jsonl', 'run.json', 'samples']);
  const [one] = readRun(results('a')).cases;
  expect(Object.keys(one?.verdicts ?? {})).toEqual([...verdictFamilies]);
  for (const [family, verdict] of Object.entries(one?.verdicts ?? {})) {
    if (verdict !== 'valid') expect(one?.reasons[`verdicts.${family}`]?.code, family).toBeDefined();
  }
}, 60_000);

test('a report that cannot be written leaves the measurement and its exit code', async () => {
  const { code, stderr } = await runDyno(
    ['bench', ...tiny.filter((word) => word !== '--no-report'), '--run-id', 'no-report'],
    elsewhere('reports'),
  );
  expect(stderr).toContain('dyno report');
  expect(code).toBe(0);
}, 60_000);

test('a signal before anything was measured leaves no run behind', async () => {
  const { child, ended } = startDyno(['bench', ...tiny, '--run-id', 'early'], folder);
  while (!existsSync(results('early'))) await sleep(10);
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  expect(stderr).toContain('Stopped');
  expect(code).toBe(130);
  expect(existsSync(results('early'))).toBe(false);
}, 60_000);

test('a run that is killed before its first event can be resumed', async () => {
  const { child, ended } = startDyno(['bench', ...tiny, '--run-id', 'killed'], folder);
  while (!existsSync(results('killed', '.resume.json'))) await sleep(5);
  child.kill('SIGKILL');
  await ended;
  expect((await run('--resume', 'killed', '--no-report')).code).toBe(0);
  expect(readRun(results('killed')).status).toBe('complete');
}, 60_000);

test('a resumed run that is interrupted while it probes keeps every case', async () => {
  const { child, ended } = startDyno(
    [
      'bench',
      ...tiny,
      '--run-id',
      'twice',
      '--set',
      'policy.window.min_duration=30s',
      '--set',
      'policy.window.max_duration=30s',
    ],
    folder,
  );
  while (
    !(
      existsSync(results('twice', 'events.jsonl')) &&
      readEvents(results('twice')).some(({ type }) => type === 'round.started')
    )
  )
    await sleep(20);
  child.kill('SIGTERM');
  expect((await ended).code).toBe(143);
  const again = startDyno(['bench', '--resume', 'twice', '--no-report'], folder);
  while (!existsSync(results('twice', 'lock'))) await sleep(5);
  again.child.kill('SIGINT');
  expect((await again.ended).code).toBe(130);
  expect(readEvents(results('twice')).some(({ type }) => type === 'case.skipped' || type === 'case.failed')).toBe(
    false,
  );
}, 60_000);

test('options that make a plan do not go with --resume, and are named', async () => {
  const { code, stderr } = await run('--resume', 'a', '--batch-size', '8', '--quick');
  expect(code).toBe(3);
  expect(stderr).toContain('leave out --batch-size, --quick');
});

test('a run that has ended cannot be resumed', async () => {
  const { code, stderr } = await run('--resume', 'a');
  expect(code).toBe(3);
  expect(stderr).toContain('has ended');
});

test('a batch that a model cannot take fails its own row and no other', async () => {
  const { code } = await run(
    '--model',
    'fixed.onnx',
    '--batch-size',
    '8,1',
    '--quick',
    '--no-report',
    '--run-id',
    'batches',
  );
  expect(code).toBe(5);
  const cases = readRun(results('batches')).cases;
  expect(cases.map(({ axes, status, cause }) => [axes.batchSize, status, cause?.code ?? null])).toEqual([
    [8, 'failed', 'BATCH_UNSUPPORTED'],
    [1, 'ok', null],
  ]);
}, 60_000);

const mixed = `name: mixed
workloads: [{ name: broken, model: broken.onnx }, one-node]
scenarios: [{ kind: single_stream, scope: inference }]
policy: { preset: smoke }
`;

test('a workload that fails is one failed row, and the others run', async () => {
  writeFileSync(join(folder, 'mixed.yaml'), mixed);
  const { code } = await run('mixed.yaml', '--no-report', '--run-id', 'mixed');
  expect(code).toBe(5);
  expect(readRun(results('mixed')).cases.map(({ status }) => status)).toEqual(['failed', 'ok']);
}, 60_000);

test('--fail-fast stops at the first failure and says so of the rest', async () => {
  const { code } = await run('mixed.yaml', '--no-report', '--run-id', 'fast', '--fail-fast');
  expect(code).toBe(3);
  const cases = readRun(results('fast')).cases;
  expect(cases.map(({ status }) => status)).toEqual(['failed', 'skipped']);
  expect(cases[1]?.reasons.status?.code).toBe('FAIL_FAST');
}, 60_000);

test('a run without time measures nothing, and that is no success', async () => {
  const { code } = await run(...tiny, '--run-id', 'late', '--max-time', '1s');
  expect(code).toBe(4);
  expect(readRun(results('late')).cases[0]?.reasons.status?.code).toBe('MAX_TIME');
}, 60_000);

test('--strict asks for verdicts, and one that was not judged is none', async () => {
  // Nobody watches the machine: the telemetry cannot be judged.
  const { code, stderr } = await run(...tiny, '--run-id', 'strict', '--strict', '--set', 'policy.sampling_hertz=0');
  expect(code).toBe(2);
  expect(stderr).toContain('telemetry not judged (SAMPLING_OFF) in 1 case');
}, 60_000);

test('an unset number of runs to keep removes none', async () => {
  const { code } = await runDyno(['results', 'prune', '--keep', ''], folder);
  expect(code).toBe(3);
  expect(existsSync(results('a', 'run.json'))).toBe(true);
});

test('a reader that goes away does not end a measurement', async () => {
  const { child, ended } = startDyno(['bench', ...tiny, '--run-id', 'pipe'], folder);
  child.stderr?.once('data', () => child.stderr?.destroy());
  child.stdout?.destroy();
  expect((await ended).code).toBe(0);
  expect(readRun(results('pipe')).status).toBe('complete');
}, 60_000);

/** A folder in which `name` is a file, so that no folder of that name can be made. */
function elsewhere(name: string): string {
  const path = join(folder, `without-${name}`);
  mkdirSync(path);
  writeFileSync(join(path, name), 'a file');
  return path;
}
