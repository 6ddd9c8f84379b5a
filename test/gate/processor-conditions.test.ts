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
async function between(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) {
  system.write(before);
  const end = await watchMachine(null, system.root).begin();
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
});

test('over a short time one count of the kernel would be a large share: nothing is told', async () => {
  const files = (ticks: number) => ({
    stat: `cpu  ${1000 + ticks} 0 0 1000 0 0 0 0\n`,
    [`${own}/stat`]: statLine(own, {}),
  });
  expect(await between(files(0), files(99))).toMatchObject({ stealShare: null, foreignCpuShare: null });
  expect(await between(files(0), files(100))).toMatchObject({ stealShare: 0, foreignCpuShare: 1 });
});

test('what is not there is null', async () => {
  const end = await watchMachine(null, system.path('absent')).begin();
  expect(await end()).toMatchObject({
    stealShare: null,
    throttledPeriods: null,
    foreignCpuShare: null,
    foreignProcesses: [],
    gpus: [],
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

test('graphics processors are told by who watches them', async () => {
  const gpu: GpuConditions = {
    index: 0,
    smClockHertz: 1.5e9,
    throttleShares: { sw_power_cap: 0.2 },
    foreignProcesses: 1,
    idleUtilisation: 0,
  };
  const end = await watchMachine({ begin: async () => async () => [gpu] }, system.root).begin();
  expect((await end()).gpus).toEqual([gpu]);
});
