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
  // The two boards are unlike, and CUDA may number them the other way round: the limit of a device of others is not touched.
  await expect(limitedDevices(250, find, { CUDA_VISIBLE_DEVICES: '1' })).rejects.toMatchObject({
    code: 'POWER_LIMIT_AMBIGUOUS',
    exitCode: 3,
    message: expect.stringContaining('CUDA_DEVICE_ORDER=PCI_BUS_ID'),
  });
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

function start(words: readonly string[], changes: Readonly<Record<string, string>> = {}) {
  const environment = { PATH: path, DYNO_CACHE_DIR: join(folder, 'cache'), ...changes };
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  try {
    return startDyno(['bench', ...words, '--out', folder, '--no-report'], folder);
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

const plan = [
  ...['--workload', 'one-node', '--scope', 'inference', '--batch-size', '1', '--fusion', 'on', '--precision', 'fp32'],
  ...['--threads', '1', '--backend', 'ort-cpu', '--quick', '--set', 'policy.proof=false'],
];

const log = (): string[] => (existsSync(limits) ? JSON.parse(readFileSync(limits, 'utf8')).log : []);
const eventsOf = (run: string): RunEvent[] =>
  readFileSync(join(folder, run, 'events.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as RunEvent);

test('a run that is killed has its limit set back, and sets it again when it goes on', async () => {
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

test('a limit that cannot be set back is said aloud and ends the command with 4, though the run went well', async () => {
  const sticky = new StubTools();
  sticky.add('nvidia-smi', { STUB_LIMITS: join(sticky.folder, 'limits.json'), STUB_SET: 'once' });
  const { code, stderr } = await start([...plan, '--power-limit', '250', '--run-id', 'stuck'], {
    PATH: `${sticky.folder}${delimiter}${process.env.PATH}`,
    DYNO_CACHE_DIR: join(folder, 'cache-of-stuck'),
    // The first board alone: its stub sets a limit once and never again.
    CUDA_VISIBLE_DEVICES: 'GPU-1111',
    DYNO_PREFLIGHT: 'off',
  }).ended;
  sticky.remove();
  expect(stderr).toContain('THE POWER LIMIT WAS NOT SET BACK');
  expect(stderr).toContain('sudo nvidia-smi -i GPU-11111111-2222-3333-4444-555555555555 -pl 700');
  expect(code).toBe(4);
  const run = JSON.parse(readFileSync(join(folder, 'stuck', 'run.json'), 'utf8')) as Run;
  expect(run).toMatchObject({ status: 'complete', powerLimit: { devices: [{ heldWatts: 250, restoredWatts: null }] } });
}, 60_000);

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
