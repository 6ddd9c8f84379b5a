import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { jsonIn, readAmdSmi, readRocmSmi } from '../../src/collectors/amd-json.ts';
import { amdSmiCollector } from '../../src/collectors/amd-smi.ts';
import { amdSysfsCollector } from '../../src/collectors/amd-sysfs.ts';
import { checkProbe } from '../../src/collectors/check-collector.ts';
import type { Collector, CollectorProbe } from '../../src/collectors/collector.ts';
import { sensorTimeoutVariable } from '../../src/collectors/sensor-timeout.ts';
import { FakeSystem } from './fake-system.ts';
import { StubTools } from './stub-tools.ts';

let system = new FakeSystem();
let tools = new StubTools();
let collector: Collector | null = null;
beforeEach(() => {
  system = new FakeSystem();
  tools = new StubTools();
});
afterEach(async () => {
  await collector?.close();
  collector = null;
  delete process.env[sensorTimeoutVariable];
  system.remove();
  tools.remove();
});

type Found = Extract<CollectorProbe, { available: true }>;

function sample(it: Collector, probe: CollectorProbe): Record<string, number> {
  const names = ((probe as Found).columns ?? []).map(({ name }) => name);
  const row = new Float64Array(names.length);
  it.sample(row, 0);
  return Object.fromEntries(names.map((name, index) => [name, row[index] ?? Number.NaN]));
}

const card = 'sys/class/drm/card1/device';

test('the driver files of a device become base units, five times a second at most', async () => {
  system.write({
    'sys/class/drm/card0/device/vendor': '0x8086\n', // another vendor's
    'sys/class/drm/card1-HDMI-A-1/status': 'connected\n', // an output, not a card
    [`${card}/vendor`]: '0x1002\n',
    [`${card}/unique_id`]: '4edfb117a17a07d\n',
    [`${card}/gpu_busy_percent`]: '35\n',
    [`${card}/mem_info_vram_used`]: '1073741824\n',
    [`${card}/mem_info_vram_total`]: '8589934592\n',
    [`${card}/hwmon/hwmon3/power1_average`]: '45000000\n',
    [`${card}/hwmon/hwmon3/power1_cap`]: '220000000\n',
    [`${card}/hwmon/hwmon3/temp1_input`]: '51000\n',
    [`${card}/hwmon/hwmon3/freq1_input`]: '1500000000\n',
  });
  let now = 100;
  const it = amdSysfsCollector(system.path('sys'), () => now);
  collector = it;
  const probe = await it.probe();
  checkProbe(probe, 'amd');
  expect(probe).toMatchObject({
    devices: [{ uuid: '4edfb117a17a07d', index: 0, memoryBytes: 2 ** 33, powerLimitWatts: 220, vendor: 'AMD' }],
    missing: [{ column: 'gpu0_memory_utilization' }, { column: 'gpu0_memory_clock' }],
  });
  await it.open({ pid: null });
  expect(sample(it, probe)).toEqual({
    gpu0_power: expect.closeTo(45, 9),
    gpu0_utilization: expect.closeTo(0.35, 12),
    gpu0_memory_utilization: Number.NaN,
    gpu0_memory_used: 2 ** 30,
    gpu0_temperature: expect.closeTo(51, 9),
    gpu0_sm_clock: 1.5e9,
    gpu0_memory_clock: Number.NaN,
  });
  now += 0.1;
  expect(sample(it, probe).gpu0_power).toBeNaN();
  now += 0.1;
  system.write({ [`${card}/hwmon/hwmon3/power1_average`]: '90000000\n' });
  expect(sample(it, probe).gpu0_power).toBeCloseTo(90, 9);
});

test('where the driver tells the power, the tools are not started; without tools and device, neither', async () => {
  system.write({ [`${card}/vendor`]: '0x1002\n', [`${card}/hwmon/hwmon0/power1_input`]: '1\n' });
  const never = () => {
    throw new Error('Nothing was to be looked for.');
  };
  expect(await amdSmiCollector(system.path('sys'), never).probe()).toMatchObject({ code: 'NOT_NEEDED' });
  expect(await amdSmiCollector(system.path('none'), () => null).probe()).toMatchObject({ code: 'NO_TOOL' });
  expect(await amdSysfsCollector(system.path('none')).probe()).toMatchObject({ code: 'NO_DEVICE' });
});

test('graphics of a processor, which have a northbridge, say that their power is that of the package', async () => {
  system.write({ [`${card}/vendor`]: '0x1002\n', [`${card}/hwmon/hwmon0/power1_input`]: '1\n' });
  const board = await amdSysfsCollector(system.path('sys')).probe();
  expect(board).toMatchObject({ devices: [{ includesPackage: false, notes: [] }] });
  system.write({ [`${card}/hwmon/hwmon0/in1_input`]: '900\n' });
  const processor = await amdSysfsCollector(system.path('sys')).probe();
  checkProbe(processor, 'amd');
  expect(processor).toMatchObject({
    devices: [{ includesPackage: true, notes: [expect.stringContaining('package')] }],
  });
});

test('where one of two devices tells its power, no tool gives that power a second time', async () => {
  const other = 'sys/class/drm/card2/device';
  system.write({
    [`${card}/vendor`]: '0x1002\n',
    [`${card}/hwmon/hwmon0/power1_input`]: '1\n',
    [`${other}/vendor`]: '0x1002\n',
  });
  const probe = await amdSysfsCollector(system.path('sys')).probe();
  expect(probe).toMatchObject({
    available: true,
    missing: expect.arrayContaining([expect.objectContaining({ column: 'gpu1_power' })]),
  });
  const path = tools.add('amd-smi');
  const second = await amdSmiCollector(system.path('sys'), (name) => (name === 'amd-smi' ? path : null)).probe();
  expect(second).toMatchObject({ available: false, code: 'NOT_NEEDED' });
});

async function withTool(fault: string): Promise<{ it: Collector; probe: CollectorProbe }> {
  const path = tools.add('amd-smi', { STUB_FAULT: fault });
  const it = amdSmiCollector(system.path('sys'), (name) => (name === 'amd-smi' ? path : null));
  collector = it;
  return { it, probe: await it.probe() };
}

test('amd-smi is asked about once a second, and each answer is in one row', async () => {
  const { it, probe } = await withTool('none');
  checkProbe(probe, 'amd-smi');
  expect(probe).toMatchObject({
    devices: [{ uuid: 'aaff74a1-0000-1000-8000-000000000001', memoryBytes: 2 ** 36 }],
    missing: [{ column: 'gpu0_memory_utilization', code: 'NOT_TOLD' }],
  });
  await it.open({ pid: null });
  await it.settle?.();
  expect(sample(it, probe)).toMatchObject({
    gpu0_power: 210,
    gpu0_energy: 12.5,
    gpu0_utilization: 0.5,
    gpu0_memory_used: 2 ** 30,
    gpu0_temperature: 66,
    gpu0_sm_clock: 1.3e9,
    gpu0_memory_clock: 9e8,
  });
  expect(sample(it, probe).gpu0_power).toBeNaN();
});

test('an amd-smi that answers with no JSON has no devices, with its words', async () => {
  const { probe } = await withTool('garbage');
  expect(probe).toMatchObject({ available: false, code: 'NO_DEVICE' });
  expect(JSON.stringify(probe)).toContain('amd-smi answers: WARNING');
});

test('an amd-smi that hangs later is lost after the time-out', async () => {
  process.env[sensorTimeoutVariable] = '4';
  const { it, probe } = await withTool('none');
  expect(probe).toMatchObject({ available: true });
  tools.add('amd-smi', { STUB_FAULT: 'hang' });
  await it.open({ pid: null });
  let error: unknown = null;
  for (let waited = 0; waited < 100 && error === null; waited++) {
    await sleep(100);
    try {
      sample(it, probe);
    } catch (thrown) {
      error = thrown;
    }
  }
  expect(error).toMatchObject({ code: 'SENSOR_HUNG' });
  await expect(it.open({ pid: null })).rejects.toMatchObject({ code: 'SENSOR_HUNG' });
});

/** An amd-smi that takes 0.4 s and says in watts how many times it was asked before this question, and how many of those are running still. */
function slowTool(): string {
  const path = tools.add('amd-smi');
  writeFileSync(
    path,
    `#!/bin/sh
[ "$1" = list ] && exit 1
cd '${tools.folder}'
echo >> asked
touch running-$$
watts=$(wc -l < asked)
[ "$(ls running-* | wc -l)" -gt 1 ] && touch two-at-once
sleep 0.4
rm -f running-$$
echo '[{"gpu": 0, "power": {"socket_power": '$watts'}}]'
`,
  );
  return path;
}

const questions = () => readFileSync(join(tools.folder, 'asked'), 'utf8').length;

test('the last figure of a round was asked for after its end, one question at a time, and none after it', async () => {
  const path = slowTool();
  const it = amdSmiCollector(system.path('sys'), (name) => (name === 'amd-smi' ? path : null));
  collector = it;
  const probe = await it.probe();
  await it.open({ pid: null });
  // Until the second question of the round is being asked.
  for (let waited = 0; waited < 500 && questions() < 3; waited++) await sleep(10);
  expect(questions()).toBe(3);
  await it.settle?.();
  expect(sample(it, probe).gpu0_power).toBe(4);
  await it.close();
  await sleep(1200);
  expect(questions()).toBe(4);
  expect(existsSync(join(tools.folder, 'two-at-once'))).toBe(false);
});

test('a tool that hangs is lost though every round is shorter than the time-out, and is asked once', async () => {
  process.env[sensorTimeoutVariable] = '1';
  const path = slowTool();
  const it = amdSmiCollector(system.path('sys'), (name) => (name === 'amd-smi' ? path : null));
  collector = it;
  expect(await it.probe()).toMatchObject({ available: true });
  writeFileSync(path, `#!/bin/sh\necho >> '${join(tools.folder, 'asked')}'\nexec sleep 30\n`);
  const before = questions();
  let error: unknown = null;
  for (let round = 0; round < 12 && error === null; round++) {
    error = (await it.open({ pid: null }).catch((thrown: unknown) => thrown)) ?? null;
    await sleep(200);
    await it.close();
  }
  expect(error).toMatchObject({ code: 'SENSOR_HUNG' });
  expect(questions()).toBe(before + 1);
});

test('whole sections may be the text "N/A", and figures bare numbers', () => {
  const answer = readAmdSmi(
    '[{"gpu": 2, "usage": "N/A", "power": {"average_socket_power": 77}, "temperature": "N/A"}]',
  );
  expect(answer).toMatchObject({
    devices: [{ index: 2, power: 77, utilization: Number.NaN, temperature: Number.NaN }],
  });
});

test('keys of rocm-smi are found whatever release wrote them', () => {
  const old = readRocmSmi(
    '{"card0": {"Average Graphics Package Power (W)": "222.0", "Temperature (Sensor edge) (c)": "77.0"}}',
  );
  expect(old).toMatchObject({ devices: [{ index: 0, power: 222, temperature: 77 }] });
  const recent = readRocmSmi(
    '{"card1": {"Current Socket Graphics Package Power (W)": "9.5", "GPU Memory Allocated (VRAM%)": "50", "VRAM Total Memory (B)": "1000"}, "system": {}}',
  );
  expect(recent).toMatchObject({ devices: [{ index: 1, power: 9.5, memoryUsed: 500 }] });
  const die = readRocmSmi('{"card0": {"Average Graphics Package Power (W)": "N/A (Secondary die)"}}');
  expect(die).toMatchObject({ devices: [{ power: Number.NaN }] });
});

test('an answer without JSON is refused in its own words', () => {
  expect(jsonIn('WARNING: No JSON data to report\n')).toEqual({
    code: 'NO_DEVICE',
    text: 'WARNING: No JSON data to report',
  });
  expect(jsonIn('{"card0": {"Unique ID": "0x1234abcd",')).toEqual({
    code: 'NOT_JSON',
    text: 'JSON that is cut off or broken',
  });
  expect(readRocmSmi('{"system": {}}')).toMatchObject({ code: 'NO_DEVICE' });
});
