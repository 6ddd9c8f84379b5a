import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gpuWatch, type WatchedGpus } from '../../src/cli/gpu-watch.ts';
import { sensorTimeoutVariable } from '../../src/collectors/sensor-timeout.ts';
import { FakeSystem } from '../collectors/fake-system.ts';
import { StubTools } from '../collectors/stub-tools.ts';

let tools: StubTools;
let system: FakeSystem;
let watch: WatchedGpus | null;
beforeEach(() => {
  process.env[sensorTimeoutVariable] = '1';
  tools = new StubTools();
  system = new FakeSystem();
  watch = null;
});
afterEach(async () => {
  await watch?.close();
  delete process.env[sensorTimeoutVariable];
  tools.remove();
  system.remove();
});

/** What the first board of the stub tells from now on. */
function state(told: { utilisation?: number; clock?: number; reasons?: number; apps?: readonly number[] }): void {
  const path = join(tools.folder, 'state.json');
  writeFileSync(`${path}.new`, JSON.stringify({ utilisation: 0, clock: 210, reasons: 1, apps: [], ...told }));
  renameSync(`${path}.new`, path);
}

/** A watch of the first board of a stub with this fault. */
async function watched(fault = 'none', reports = 3): Promise<WatchedGpus | null> {
  const path = tools.add('nvidia-smi', {
    STUB_FAULT: fault,
    STUB_REPORTS: String(reports),
    STUB_STATE: join(tools.folder, 'state.json'),
  });
  watch = await gpuWatch({
    environment: { CUDA_VISIBLE_DEVICES: 'GPU-1111' },
    find: (name) => (name === 'nvidia-smi' ? path : null),
    sysRoot: system.root,
    restSeconds: 0,
    idleSeconds: 0.3,
  });
  return watch;
}

async function aRound(work: () => Promise<void>) {
  const end = await watch?.begin();
  await work();
  return await end?.();
}

test('where there is no device, no tool is started and there is nothing to watch', async () => {
  const none = () => null;
  expect(await gpuWatch({ environment: {}, find: none, sysRoot: system.root })).toBeNull();
  expect(await watched('no-driver')).toBeNull();
  const asked: string[] = [];
  const find = (name: string) => {
    asked.push(name);
    return null;
  };
  await gpuWatch({ environment: { CUDA_VISIBLE_DEVICES: '' }, find, sysRoot: system.root });
  expect(asked).toEqual([]);
});

test('a round has the clock and the flags of its work, and what others did before and after it', async () => {
  state({});
  await watched();
  expect(watch?.devices.map(({ name }) => name)).toEqual(['NVIDIA Stub, Large']);
  const reading = await aRound(async () => {
    state({ utilisation: 90, clock: 1500, reasons: 0x40 });
    await sleep(2000);
    state({ apps: [4711, 4712] });
  });
  expect(reading?.gpus).toMatchObject([{ index: 0, smClockHertz: 1.5e9, idleUtilisation: 0, foreignProcesses: 2 }]);
  expect(reading?.gpus[0]?.throttleShares.hw_thermal_slowdown).toBeGreaterThan(0.5);
  expect(reading?.unwatched).toEqual([]);
});

test('who is on the device before a round is noticed, and how busy it is', async () => {
  state({ utilisation: 40, apps: [4711] });
  await watched();
  expect((await aRound(async () => {}))?.gpus).toMatchObject([{ idleUtilisation: 0.4, foreignProcesses: 1 }]);
});

test('a tool that hangs costs its round the figures and not the round, and the next one says so at once', async () => {
  state({});
  await watched('hang', 2);
  const first = await aRound(() => sleep(1500));
  expect(first?.gpus).toMatchObject([{ index: 0, smClockHertz: null }]);
  expect(first?.unwatched).toMatchObject([{ code: 'SENSOR_HUNG' }]);
  const second = await aRound(async () => {});
  expect(second?.gpus).toMatchObject([{ index: 0, smClockHertz: null, idleUtilisation: null, throttleShares: {} }]);
  expect(second?.unwatched).toMatchObject([
    { code: 'SENSOR_HUNG', message: expect.stringContaining('not started again') },
  ]);
});

test('a device that is lost halfway leaves what was known of it, and a reason without its UUID', async () => {
  state({});
  await watched('lost', 10);
  const reading = await aRound(() => sleep(2600));
  expect(reading?.gpus).toMatchObject([{ smClockHertz: null, idleUtilisation: 0, foreignProcesses: 0 }]);
  expect(reading?.unwatched).toMatchObject([{ code: 'DEVICE_LOST', message: expect.stringContaining('GPU is lost') }]);
});

test('what a driver never tells is said of each round', async () => {
  state({});
  const path = tools.add('nvidia-smi', {});
  watch = await gpuWatch({
    environment: { CUDA_VISIBLE_DEVICES: 'MIG-1' },
    find: (name) => (name === 'nvidia-smi' ? path : null),
    sysRoot: system.root,
    restSeconds: 0,
    idleSeconds: 0.3,
  });
  const reading = await aRound(async () => {});
  expect(reading?.gpus).toMatchObject([{ index: 1, idleUtilisation: null }]);
  expect(reading?.unwatched).toMatchObject([
    { code: 'NOT_TOLD', message: expect.stringMatching(/^GPU 1: no utilization: .*MIG/) },
  ]);
});

test('a driver that does not answer at all is no reason to stop, and is named in each round', async () => {
  const path = tools.add('nvidia-smi', { STUB_FAULT: 'twins' });
  watch = await gpuWatch({ environment: {}, find: () => path, sysRoot: system.root });
  expect(await aRound(async () => {})).toMatchObject({ gpus: [], unwatched: [{ code: 'SENSOR_GARBLED' }] });
});

test('a board of AMD is read from /sys, and what its driver does not tell is named', async () => {
  const device = 'class/drm/card0/device';
  system.write({
    [`${device}/vendor`]: '0x1002',
    [`${device}/gpu_busy_percent`]: '30',
    [`${device}/hwmon/hwmon0/freq1_input`]: '1700000000',
    [`${device}/hwmon/hwmon0/power1_average`]: '50000000',
  });
  watch = await gpuWatch({ environment: {}, find: () => null, sysRoot: system.root, restSeconds: 0, idleSeconds: 0.3 });
  const reading = await aRound(() => sleep(900));
  expect(reading?.gpus).toMatchObject([
    { index: 0, smClockHertz: 1.7e9, idleUtilisation: 0.3, throttleShares: {}, foreignProcesses: null },
  ]);
  expect(reading?.unwatched.map(({ message }) => message)).toEqual([
    'GPU 0: no throttle reasons: its driver does not tell',
    'GPU 0: no foreign processes: its driver does not tell',
  ]);
});
