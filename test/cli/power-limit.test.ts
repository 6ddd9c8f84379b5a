import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { checkLeftLimit, limitedDevices, powerLimitWatts } from '../../src/cli/power-limit-option.ts';
import type { RunEvent } from '../../src/results/events.ts';
import type { Run } from '../../src/results/run.ts';
import { StubTools } from '../collectors/stub-tools.ts';
import { startDyno } from './fixtures/run-dyno.ts';

const tools = new StubTools();
const folder = mkdtempSync(join(tmpdir(), 'dyno-limit-'));
const limits = join(tools.folder, 'limits.json');
const program = tools.add('nvidia-smi', { STUB_LIMITS: limits });
const path = `${tools.folder}${delimiter}${process.env.PATH}`;
afterAll(() => {
  tools.remove();
  rmSync(folder, { recursive: true, force: true });
});

test.each(['', 'abc', '0', '-250', '250W', '1e3', '250.125'])('"%s" is no limit', (words) => {
  expect(() => powerLimitWatts(words)).toThrow(/--power-limit: expected watts such as 250/);
});

test('watts may have two digits behind the point, and none need be given', () => {
  expect(powerLimitWatts('112.5')).toBe(112.5);
  expect(powerLimitWatts(undefined)).toBeUndefined();
});

test('the limit is set on devices that this process may use, and on no other', async () => {
  const find = () => program;
  const indexes = async (visible: string) =>
    (await limitedDevices(250, find, { CUDA_VISIBLE_DEVICES: visible, CUDA_DEVICE_ORDER: 'PCI_BUS_ID' })).devices.map(
      ({ index }) => index,
    );
  expect(await indexes('1')).toEqual([1]);
  expect(await indexes('GPU-1111')).toEqual([0]);
  expect((await limitedDevices(250, find, {})).devices).toHaveLength(2);
  await expect(indexes('')).rejects.toMatchObject({ code: 'POWER_LIMIT_NO_DEVICE', exitCode: 3 });
  await expect(limitedDevices(250, () => null, {})).rejects.toThrow('--power-limit 250: expected a device of NVIDIA');
});

test('the doctor names a limit that was left, with one line that sets all devices back', () => {
  const device = (uuid: string, index: number) => ({ uuid, index, name: 'Board', beforeWatts: 700, nowWatts: 250 });
  const left = { watts: 250, owner: null, devices: [device('GPU-a', 0), device('GPU-b', 1)], problem: null };
  expect(checkLeftLimit(left)).toMatchObject([
    { status: 'warning', fix: 'sudo nvidia-smi -i GPU-a -pl 700 && sudo nvidia-smi -i GPU-b -pl 700' },
  ]);
  expect(checkLeftLimit({ ...left, owner: 4711 })).toMatchObject([
    { status: 'ok', message: expect.stringContaining('4711') },
  ]);
  expect(checkLeftLimit(null)).toEqual([]);
});

function start(words: readonly string[]) {
  const before = { PATH: process.env.PATH, DYNO_CACHE_DIR: process.env.DYNO_CACHE_DIR };
  Object.assign(process.env, { PATH: path, DYNO_CACHE_DIR: join(folder, 'cache') });
  try {
    return startDyno(['bench', ...words, '--out', folder, '--no-report'], folder);
  } finally {
    Object.assign(process.env, before);
    if (before.DYNO_CACHE_DIR === undefined) delete process.env.DYNO_CACHE_DIR;
  }
}

const log = (): string[] => (existsSync(limits) ? JSON.parse(readFileSync(limits, 'utf8')).log : []);
const eventsOf = (run: string): RunEvent[] =>
  readFileSync(join(folder, run, 'events.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as RunEvent);

test('a run that is killed has its limit set back, and sets it again when it goes on', async () => {
  const plan = [
    ...['--workload', 'one-node', '--scope', 'inference', '--batch-size', '1', '--fusion', 'on', '--precision', 'fp32'],
    ...['--threads', '1', '--backend', 'ort-cpu', '--quick', '--set', 'policy.proof=false'],
  ];
  const first = start([
    ...plan,
    '--power-limit',
    '250',
    '--run-id',
    'limited',
    '--set',
    'policy.window.min_duration=60s',
    '--set',
    'policy.window.max_duration=60s',
  ]);
  const file = join(folder, 'limited', 'events.jsonl');
  while (!existsSync(file) || !eventsOf('limited').some(({ type }) => type === 'round.started')) await sleep(100);
  expect(log()).toEqual(['0: 250', '1: 250']);
  first.child.kill('SIGKILL');
  const { stderr } = await first.ended;
  expect(stderr).toContain('power limit 250 W until the run ends, on GPU 0 (NVIDIA Stub, Large), now 700 W');
  expect(stderr).toContain('the run ended without setting the power limit back; it is set back now');
  expect(log()).toEqual(['0: 250', '1: 250', '0: 700', '1: 700']);

  const again = start(['--resume', 'limited']);
  while (eventsOf('limited').filter(({ type }) => type === 'round.started').length < 2) await sleep(100);
  again.child.kill('SIGTERM');
  const { code, stdout } = await again.ended;
  expect(code).toBe(143);
  expect(log().slice(4)).toEqual(['0: 250', '1: 250', '0: 700', '1: 700']);
  expect(stdout).toContain(
    'power limit: 250 W set by --power-limit: GPU 0 (NVIDIA Stub, Large), 700 W before, set back to 700 W',
  );
  const run = JSON.parse(readFileSync(join(folder, 'limited', 'run.json'), 'utf8')) as Run;
  expect(run.powerLimit).toMatchObject({ watts: 250, devices: [{ heldWatts: 250, restoredWatts: 700 }, {}] });
  // The collectors read it, too: figures and limit stand together.
  expect(run.collectors.find(({ name }) => name === 'nvidia')?.devices).toMatchObject([
    { powerLimitWatts: 250 },
    { powerLimitWatts: 250 },
  ]);
}, 90_000);

test('a limit that cannot be set leaves no run behind', async () => {
  const { code, stderr } = await start([
    '--workload',
    'one-node',
    '--quick',
    '--power-limit',
    '900',
    '--run-id',
    'refused',
  ]).ended;
  expect(code).toBe(3);
  expect(stderr).toContain('GPU 0 (NVIDIA Stub, Large) takes 200 to 700 W');
  expect(existsSync(join(folder, 'refused'))).toBe(false);
});
