import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkProbe } from '../../src/collectors/check-collector.ts';
import type { Collector, CollectorProbe } from '../../src/collectors/collector.ts';
import { nvidiaCollector } from '../../src/collectors/nvidia.ts';
import { SmiCsv } from '../../src/collectors/nvidia-csv.ts';
import { sensorTimeoutVariable } from '../../src/collectors/sensor-timeout.ts';
import { StubTools } from './stub-tools.ts';

let tools = new StubTools();
let collector: Collector | null = null;
beforeEach(() => {
  process.env[sensorTimeoutVariable] = '1';
});
afterEach(async () => {
  await collector?.end?.();
  collector = null;
  delete process.env[sensorTimeoutVariable];
  tools.remove();
  tools = new StubTools();
});

type Found = Extract<CollectorProbe, { available: true }>;

/** A collector whose nvidia-smi has the fault, probed. */
async function probed(fault: string, reports = 3): Promise<{ it: Collector; probe: CollectorProbe }> {
  const path = tools.add('nvidia-smi', { STUB_FAULT: fault, STUB_REPORTS: String(reports) });
  const it = nvidiaCollector((name) => (name === 'nvidia-smi' ? path : null));
  collector = it;
  return { it, probe: await it.probe() };
}

async function working(fault: string, reports?: number): Promise<{ it: Collector; names: string[] }> {
  const { it, probe } = await probed(fault, reports);
  expect(probe).toMatchObject({ available: true });
  return { it, names: ((probe as Found).columns ?? []).map(({ name }) => name) };
}

/** One sample, by the name of the column. */
function sample(it: Collector, names: readonly string[]): Record<string, number> {
  const row = new Float64Array(names.length);
  it.sample(row, 0);
  return Object.fromEntries(names.map((name, index) => [name, row[index] ?? Number.NaN]));
}

/** Samples every 50 ms until `done` says so or it throws; what was thrown comes back. */
async function sampleUntil(
  it: Collector,
  names: readonly string[],
  done: (row: Record<string, number>) => boolean,
): Promise<unknown> {
  for (let tick = 0; tick < 100; tick++) {
    try {
      if (done(sample(it, names))) return null;
    } catch (error) {
      return error;
    }
    await sleep(50);
  }
  throw new Error('Nothing of what was waited for came within 5 s.');
}

test('without nvidia-smi in PATH nothing is started', async () => {
  const probe = await nvidiaCollector(() => null).probe();
  expect(probe).toMatchObject({ available: false, code: 'NO_TOOL' });
});

test('without a driver the reason is in its own words', async () => {
  const { probe } = await probed('no-driver');
  expect(probe).toMatchObject({ available: false, code: 'NO_DRIVER' });
  expect(JSON.stringify(probe)).toContain("couldn't communicate with the NVIDIA driver");
});

test('each device has its columns, and those that the driver does not fill say why', async () => {
  const { probe } = await probed('none');
  checkProbe(probe, 'nvidia');
  const { columns = [], devices = [], missing = [] } = probe as Found;
  expect(columns.map(({ name }) => name).filter((name) => name.endsWith('_power'))).toEqual([
    'gpu0_power',
    'gpu1_power',
  ]);
  // The second has no instantaneous power: the average takes its place, and the description says so.
  expect(columns.find(({ name }) => name === 'gpu0_power')?.description).toContain('(power.draw.instant)');
  expect(columns.find(({ name }) => name === 'gpu1_power')?.description).toContain('(power.draw)');
  expect(devices).toMatchObject([
    { index: 0, name: 'NVIDIA Stub, Large', driver: '590.48.01', memoryBytes: 81920 * 2 ** 20, powerLimitWatts: 700 },
    { index: 1, isSliced: true },
  ]);
  expect(missing.map(({ column, code }) => [column, code])).toEqual([
    ['gpu1_utilization', 'NOT_TOLD'],
    ['gpu1_memory_utilization', 'NOT_TOLD'],
  ]);
  expect(missing[0]?.reason).toContain('MIG');
});

test('a driver that has no list of fields is asked again without those that it does not know', async () => {
  const { probe } = await probed('old');
  expect(probe).toMatchObject({ available: true });
  expect((probe as Found).columns?.some(({ name }) => name === 'gpu0_throttle_reasons')).toBe(true);
});

test('a report is in one row, in base units, with its age; the rows in between are NaN', async () => {
  const { it, names } = await working('none');
  await it.open({ pid: process.pid });
  const first: Record<string, number>[] = [];
  await sampleUntil(it, names, (row) => {
    first.push(row);
    return Number.isFinite(row.gpu0_power);
  });
  const row = first.at(-1) ?? {};
  expect(row).toMatchObject({
    gpu0_power: 100,
    gpu0_utilization: 0.75,
    gpu0_memory_used: 2 ** 31,
    gpu0_temperature: 61,
    gpu0_sm_clock: 1.98e9,
    gpu0_throttle_reasons: 4,
    gpu0_pstate: 0,
    gpu1_power: 50,
    gpu1_utilization: Number.NaN,
  });
  expect(row.gpu0_age).toBeGreaterThanOrEqual(0);
  expect(row.gpu0_age).toBeLessThan(1);
  expect(sample(it, names).gpu0_power).toBeNaN(); // at once again: no report has come in between
  // Before the measured process uses a device, whoever computes on it is somebody else.
  expect(first[0]?.gpu0_foreign_processes).toBe(1);
  expect(first[0]?.gpu1_foreign_processes).toBe(0);
  await it.settle?.();
  expect(sample(it, names)).toMatchObject({ gpu0_power: 100, gpu1_power: 50, gpu0_foreign_processes: 1 });
});

test('columns that change halfway are found by their new header and unit', async () => {
  const { it, names } = await working('columns', 2);
  await it.open({ pid: null });
  let seen = 0;
  await sampleUntil(it, names, (row) => {
    if (Number.isFinite(row.gpu0_power)) {
      expect(row).toMatchObject({ gpu0_power: 100, gpu1_power: 50, gpu0_temperature: 61 });
      seen++;
    }
    return seen === 5;
  });
});

test('a hung nvidia-smi is lost after the time-out, gives no figure again, and is not started a second time', async () => {
  const { it, names } = await working('hang', 2);
  await it.open({ pid: null });
  const error = await sampleUntil(it, names, () => false);
  expect(error).toMatchObject({ code: 'SENSOR_HUNG' });
  expect(() => sample(it, names)).toThrow('gave no reading for 1 s and was ended');
  await expect(it.open({ pid: null })).rejects.toMatchObject({ code: 'SENSOR_HUNG' });
});

test.skipIf(process.platform === 'win32')(
  'while it rests there is no report and no time-out, and then it goes on',
  async () => {
    const { it, names } = await working('none');
    await it.open({ pid: null });
    await sampleUntil(it, names, (row) => row.gpu0_power === 100);
    it.pause?.();
    // What was in the pipe when it was stopped comes first.
    await sleep(100);
    sample(it, names);
    // Longer than the second after which one that is silent is lost.
    await sleep(1300);
    expect(sample(it, names).gpu0_power).toBeNaN();
    it.resume?.();
    expect(await sampleUntil(it, names, (row) => row.gpu0_power === 100)).toBeNull();
    // One that rests when the run is over ends all the same: nothing would end this test's process otherwise.
    it.pause?.();
  },
);

test.each([
  ['garbage', 'SENSOR_GARBLED', 'the last was 2 cells where the header has'],
  ['cells', 'SENSOR_GARBLED', 'cells where the header has'],
])('an nvidia-smi that prints %s is lost, with what it printed', async (fault, code, words) => {
  const { it, names } = await working(fault, 2);
  await it.open({ pid: null });
  const error = await sampleUntil(it, names, () => false);
  expect(error).toMatchObject({ code });
  expect(String(error)).toContain(words);
});

test('one that hangs is known to hang though it had complained before it reported', async () => {
  const { it, names } = await working('banner-hang', 2);
  await it.open({ pid: null });
  await sampleUntil(it, names, (row) => row.gpu0_power === 100);
  const error = await sampleUntil(it, names, () => false);
  expect(error).toMatchObject({ code: 'SENSOR_HUNG' });
  await expect(it.open({ pid: null })).rejects.toMatchObject({ code: 'SENSOR_HUNG' });
});

test.each([
  ['number', 'nvidia-smi has no figures', 'a device with [Unknown Error] in the place of its number'],
  ['twins', 'the same UUID or number', 'cannot be told apart'],
])('devices that cannot be told apart are refused (fault "%s")', async (fault, ...words) => {
  const { probe } = await probed(fault);
  expect(probe).toMatchObject({ available: false });
  for (const word of words) expect(JSON.stringify(probe)).toContain(word);
});

test('a row that is refused is quoted without its UUID', () => {
  const csv = new SmiCsv('uuid');
  csv.read('power.draw [W], uuid, index');
  const uuid = 'GPU-11111111-2222-3333-4444-555555555555';
  for (const line of [`100.00, ${uuid}`, `${'1, '.repeat(30)}${uuid}`]) {
    const read = csv.read(line);
    expect(read).toMatchObject({ kind: 'refused' });
    expect(JSON.stringify(read)).not.toContain('1111');
    expect(JSON.stringify(read)).toContain('GPU-…');
  }
});

test('a lost GPU ends nvidia-smi: the code says so, and the next round tries again', async () => {
  const { it, names } = await working('lost', 2);
  await it.open({ pid: null });
  const error = await sampleUntil(it, names, () => false);
  expect(error).toMatchObject({ code: 'DEVICE_LOST' });
  expect(String(error)).toContain('exit code 15');
  await it.open({ pid: null });
  await sampleUntil(it, names, (row) => row.gpu0_power === 100);
});

test('where one of two devices is lost, the other goes on and the lost one is NaN', async () => {
  const { it, names } = await working('one-lost', 2);
  await it.open({ pid: null });
  let alone = 0;
  await sampleUntil(it, names, (row) => {
    if (row.gpu0_power === 100 && Number.isNaN(row.gpu1_power)) alone++;
    return alone === 2;
  });
});
