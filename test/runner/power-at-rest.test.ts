import { type ChildProcess, execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { packageFile } from '../../src/kernel/package-root.ts';
import { readEvents } from '../../src/results/event-log.ts';
import { readRun } from '../../src/results/result-folder.ts';
import { StubTools } from '../collectors/stub-tools.ts';

const out = mkdtempSync(join(tmpdir(), 'dyno-at-rest-'));
const tools = new StubTools();
const state = join(out, 'state.json');
tools.add('nvidia-smi', { STUB_STATE: state, STUB_NAME: 'NVIDIA H100 80GB HBM3' });
afterAll(() => {
  tools.remove();
  rmSync(out, { recursive: true, force: true });
});

/** What the first board draws and how busy it is. The second draws 50 W, is cut into slices, and nobody is on it. */
function board(power: number, utilisation: number): void {
  writeFileSync(state, JSON.stringify({ power, utilisation, apps: [] }));
}

function dyno(...words: readonly string[]) {
  const child = execFile(process.execPath, [packageFile('test', 'cli', 'fixtures', 'dyno.mjs'), ...words], {
    env: { ...process.env, PATH: `${tools.folder}${delimiter}${process.env.PATH}` },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: string) => {
    said.stdout += chunk;
  });
  child.stderr?.on('data', (chunk: string) => {
    said.stderr += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, said, ended };
}

const tiny = [
  ...['--workload', 'one-node', '--scope', 'inference', '--batch-size', '1', '--fusion', 'on', '--precision', 'fp32'],
  ...['--threads', '1', '--quick', '--no-report', '--out', out],
  ...['--set', 'policy.proof=false', '--set', 'policy.window.min_duration=2s'],
];

/** Waits until the run has come to an event, while its process lives. */
async function until(run: string, type: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    if (existsSync(join(out, run, 'events.jsonl')) && readEvents(join(out, run)).some((event) => event.type === type))
      return;
    await sleep(50);
  }
}

test('a run killed while it samples what devices draw at rest takes it anew, and its figures are above that', async () => {
  board(60, 0);
  const first = dyno('bench', ...tiny, '--run-id', 'rest');
  await until('rest', 'sampler.started', first.child);
  const samples = join(out, 'rest', 'samples');
  while (!readdirSync(samples).includes('telemetry-idle-s0.seg') && first.child.exitCode === null) await sleep(20);
  first.child.kill('SIGKILL');
  await first.ended;
  expect(readEvents(join(out, 'rest')).map(({ type }) => type)).not.toContain('idle.measured');

  // The processes of the killed run end by themselves, within seconds.
  let second = dyno('bench', '--resume', 'rest', '--no-report', '--out', out);
  for (let tries = 0; tries < 20; tries++) {
    await until('rest', 'idle.measured', second.child);
    if (second.child.exitCode === null || !second.said.stderr.includes('still alive')) break;
    await sleep(500);
    second = dyno('bench', '--resume', 'rest', '--no-report', '--out', out);
  }
  board(360, 90);
  expect(await second.ended).toBe(0);
  expect(second.said.stderr).toContain('What the devices draw at rest is sampled for 7 s');

  const run = readRun(join(out, 'rest'));
  expect(run.idle).toHaveLength(1);
  const [idle] = run.idle ?? [];
  expect(idle?.windowSeconds).toBeGreaterThanOrEqual(5);
  expect(idle?.devices?.map(({ meanPowerWatts }) => meanPowerWatts)).toEqual([
    expect.closeTo(60, 6),
    expect.closeTo(50, 6),
  ]);
  expect(idle?.telemetry?.file).toBe('samples/telemetry-idle-s1.parquet');
  expect(readdirSync(samples).filter((name) => name.startsWith('telemetry-idle'))).toEqual([
    'telemetry-idle-s1.parquet',
  ]);

  const [one] = run.cases;
  expect(one?.energy?.meanPowerWatts).toBeCloseTo(410, 6);
  expect(one?.energy?.idleSubtracted?.idleWatts).toBeCloseTo(110, 6);
  expect(one?.energy?.idleSubtracted?.meanPowerWatts).toBeCloseTo(300, 6);
  // Nothing moved: what is left is the 5 % of the sensors.
  expect(one?.energy?.uncertainty).toBeCloseTo(0.05, 9);
  expect(one?.energy?.idleSubtracted?.uncertainty).toBeCloseTo(0.05, 9);
  expect(one?.energy?.devices.map(({ sensorCoverage }) => sensorCoverage)).toEqual([0.25, undefined]);
  expect(one?.findings?.filter(({ family }) => family === 'energy').map(({ code }) => code)).toEqual([
    'ENERGY_WINDOW_TOO_SHORT',
    'ENERGY_SENSOR_PART_TIME',
  ]);
  expect(run.collectors.find(({ name }) => name === 'nvidia')?.devices?.[0]?.power).toMatchObject({
    defaultLimitWatts: 700,
    powerSaving: { active: false },
  });

  const shown = dyno('results', 'show', 'rest', '--out', out);
  expect(await shown.ended).toBe(0);
  expect(shown.said.stdout).toMatch(/energy\/item +above rest/);
  expect(shown.said.stdout).toContain('± 5 % (sensor 25 %)');
  expect(shown.said.stdout).toContain('110 W at rest (standard deviation 0 W)');
  expect(shown.said.stdout).toContain('note: ENERGY_SENSOR_PART_TIME');

  const exported = dyno('results', 'export', 'rest', '--csv', '--to', join(out, 'csv'), '--out', out);
  expect(await exported.ended).toBe(0);
  const [head = '', ...rows] = readFileSync(join(out, 'csv', 'telemetry.csv'), 'utf8')
    .trimEnd()
    .split('\r\n');
  const [status, power] = ['status', 'nvidia.gpu0_power'].map((name) => head.split(',').indexOf(name));
  const drawn = (of: string) =>
    new Set(rows.map((row) => row.split(',')).flatMap((row) => (row[status ?? -1] === of ? [row[power ?? -1]] : [])));
  expect(drawn('at rest')).toEqual(new Set(['', '60']));
  expect(drawn('ok')).toEqual(new Set(['', '360']));
}, 120_000);
