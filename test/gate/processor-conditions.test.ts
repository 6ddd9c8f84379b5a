import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GpuConditions } from '../../src/gate/pair.ts';
import { watchMachine } from '../../src/gate/processor-conditions.ts';
import { FakeSystem, statLine } from '../collectors/fake-system.ts';

let system: FakeSystem;
beforeEach(() => {
  system = new FakeSystem();
});
afterEach(() => system.remove());

const own = process.pid;

/** What is told of a machine that goes from one state to another. */
async function between(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  gone: readonly string[] = [],
) {
  system.write(before);
  const end = await watchMachine(null, system.root).begin();
  for (const path of gone) rmSync(system.path(path), { recursive: true });
  system.write(after);
  return end();
}

test('time of other programs is told as a share of all cores, with the busiest first', async () => {
  const conditions = await between(
    {
      stat: 'cpu  1000 0 0 1000 0 0 0 0\ncpu0 1\ncpu1 1\n',
      [`${own}/stat`]: statLine(own, { userTicks: 100 }),
      '7/stat': statLine(7, { name: 'make) x', userTicks: 10 }),
      '8/stat': statLine(8, { name: 'idle', userTicks: 10 }),
    },
    {
      // 200 ticks: 150 busy, of which 60 were ours (20 own, 30 of an ended child, 10 of a living one); 4 stolen.
      stat: 'cpu  1150 0 0 1046 0 0 0 4\ncpu0 1\ncpu1 1\n',
      [`${own}/stat`]: statLine(own, { userTicks: 120, reapedTicks: 30 }),
      '9/stat': statLine(9, { name: 'child', parent: own, userTicks: 10 }),
      '7/stat': statLine(7, { name: 'make) x', userTicks: 80 }),
      '10/stat': statLine(10, { name: 'cc1', userTicks: 15 }),
    },
  );
  expect(conditions.foreignCpuShare).toBe(0.45); // (150 − 60) / 200
  expect(conditions.stealShare).toBe(0.02);
  expect(conditions.foreignProcesses).toEqual(['make) x', 'cc1']);
  expect(conditions.ownCores).toBe(0.2); // 20 of the 100 ticks that each of both cores had
  expect(conditions.unwatched).toEqual([]);
});

test('programs that begin and end in between count for the one that waited for them', async () => {
  const conditions = await between(
    {
      stat: 'cpu  1000 0 0 1000 0 0 0 0\n',
      [`${own}/stat`]: statLine(own, {}),
      '7/stat': statLine(7, { name: 'make', reapedTicks: 500 }),
      '8/stat': statLine(8, { name: 'long', parent: 7, userTicks: 900 }),
    },
    {
      // 8 ended, with 30 ticks more than it had; others came and went with 70.
      stat: 'cpu  1100 0 0 1100 0 0 0 0\n',
      '7/stat': statLine(7, { name: 'make', reapedTicks: 500 + 900 + 30 + 70 }),
    },
    ['8'],
  );
  expect(conditions).toMatchObject({ foreignCpuShare: 0.5, foreignProcesses: ['make'] });
});

test('time of what a measured process left behind is ours', async () => {
  const files = (busy: number) => ({ stat: `cpu  ${busy} 0 0 1000 0 0 0 0\n`, [`${own}/stat`]: statLine(own, {}) });
  system.write(files(0));
  const end = await watchMachine(null, system.root).begin();
  system.write(files(100));
  expect(await end(60)).toMatchObject({ foreignCpuShare: 0.4 }); // 40 of 100
});

test('time that no process of /proc accounts for is of another container, or of the kernel', async () => {
  const files = (busy: number, seen: number) => ({
    stat: `cpu  ${busy} 0 0 1000 0 0 0 0\n`,
    [`${own}/stat`]: statLine(own, {}),
    '7/stat': statLine(7, { name: 'cron', userTicks: seen }),
  });
  expect(await between(files(1000, 0), files(1200, 30))).toMatchObject({
    foreignCpuShare: 1,
    foreignProcesses: ['cron', 'processes that cannot be seen from here'],
  });
});

test('only the processors on which a measured process may run are looked at', async () => {
  const files = (first: number, second: number) => ({
    stat: `cpu  ${first + second} 0 0 0 0 0 0 0\ncpu0 ${first} 0 0 ${100 - first} 0 0 0 0\ncpu1 ${second} 0 0 0 0 0 0 0\n`,
    'self/status': 'Name:\tnode\nCpus_allowed_list:\t0\n',
    [`${own}/stat`]: statLine(own, {}),
  });
  const after = {
    ...files(30, 900),
    stat: 'cpu  930 0 0 170 0 0 0 0\ncpu0 30 0 0 170 0 0 0 0\ncpu1 900 0 0 0 0 0 0 0\n',
  };
  // 30 of 100 ticks of processor 0; the 900 of processor 1 disturb nobody.
  expect(await between(files(0, 0), after)).toMatchObject({ foreignCpuShare: 0.3 });
  system.write(files(0, 0));
  const end = await watchMachine(null, system.root, '1').begin();
  system.write(after);
  expect(await end()).toMatchObject({ foreignCpuShare: 1 });
});

test('over a short time one count of the kernel would be a large share: nothing is told', async () => {
  const files = (ticks: number) => ({
    stat: `cpu  ${1000 + ticks} 0 0 1000 0 0 0 0\n`,
    [`${own}/stat`]: statLine(own, {}),
  });
  expect(await between(files(0), files(99))).toMatchObject({
    stealShare: null,
    foreignCpuShare: null,
    unwatched: [{ code: 'PROCESS_TOO_SHORT', message: expect.stringContaining('at least 1.00 s') }],
  });
  expect(await between(files(0), files(100))).toMatchObject({ stealShare: 0, foreignCpuShare: 1 });
});

test('what is not there is null', async () => {
  const end = await watchMachine(null, system.path('absent')).begin();
  expect(await end()).toMatchObject({
    stealShare: null,
    throttledPeriods: null,
    foreignCpuShare: null,
    foreignProcesses: [],
    ownCores: null,
    gpus: [],
    unwatched: [{ code: 'NO_PROC', message: expect.any(String) }],
  });
});

test('periods in which the quota held the group back are counted', async () => {
  const group = system.path('group');
  const files = (throttled: number) => ({
    'self/cgroup': '0::/\n',
    'self/mountinfo': `30 29 0:26 / ${group} rw - cgroup2 cgroup2 rw\n`,
    'group/cpu.max': '50000 100000\n',
    'group/cpu.stat': `usage_usec 5\nnr_periods 20\nnr_throttled ${throttled}\nthrottled_usec 9\n`,
  });
  expect(await between(files(3), files(8))).toMatchObject({ throttledPeriods: 5 });
});

test('graphics processors are told by who watches them, and what is not known of them too', async () => {
  const gpu: GpuConditions = {
    index: 0,
    smClockHertz: 1.5e9,
    throttleShares: { sw_power_cap: 0.2 },
    foreignProcesses: 1,
    idleUtilisation: 0,
  };
  const unwatched = [{ code: 'SENSOR_HUNG', message: 'it hangs' }];
  const end = await watchMachine({ begin: async () => async () => ({ gpus: [gpu], unwatched }) }, system.root).begin();
  expect(await end()).toMatchObject({ gpus: [gpu], unwatched: [{ code: 'NO_PROC' }, ...unwatched] });
});

test('a watch of graphics processors that fails fails no round', async () => {
  const failing = async () => {
    throw new Error('it broke');
  };
  for (const begin of [failing, async () => failing]) {
    const end = await watchMachine({ begin }, system.root).begin();
    expect((await end()).unwatched).toContainEqual({ code: 'GPU_WATCH_FAILED', message: 'it broke' });
  }
});
