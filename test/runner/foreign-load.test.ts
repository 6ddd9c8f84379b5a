import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ticksOfTree, watchForeignLoad } from '../../src/runner/foreign-load.ts';
import { FakeSystem, statLine } from '../collectors/fake-system.ts';

let system: FakeSystem;
beforeEach(() => {
  system = new FakeSystem();
});
afterEach(() => system.remove());

test('time of a tree is that of the process, its descendants, and the children it has waited for', () => {
  const process = (parent: number, ownTicks: number, reapedTicks = 0) => ({ name: 'x', parent, ownTicks, reapedTicks });
  const processes = new Map([
    [1, process(0, 1000)],
    [10, process(1, 5, 2)],
    [11, process(10, 7)],
    [12, process(11, 9, 1)],
    [20, process(1, 500)],
  ]);
  expect(ticksOfTree(processes, 10)).toBe(24); // 5 + 2 + 7 + 9 + 1
});

test('it is not watched to the end where nobody waits for it', async () => {
  const watching = watchForeignLoad(3600, '/proc', AbortSignal.abort());
  if (process.platform !== 'linux') expect(await watching).toBeNull();
  else await expect(watching).rejects.toMatchObject({ name: 'AbortError' });
});

test('what the machine did besides us is foreign, and the busiest other program is named', async () => {
  const own = process.pid;
  system.write({
    stat: 'cpu  1000 0 0 1000 0 0 0 0\ncpu0 1\ncpu1 1\n',
    [`${own}/stat`]: statLine(own, { userTicks: 100 }),
    '7/stat': statLine(7, { name: 'make) x', userTicks: 10 }),
    '8/stat': statLine(8, { name: 'idle', userTicks: 10 }),
  });
  const watching = watchForeignLoad(0.2, system.root);
  await sleep(50);
  // 200 ticks on both cores: 150 busy, 10 of them ours; 4 stolen.
  system.write({
    stat: 'cpu  1150 0 0 1046 0 0 0 4\ncpu0 1\ncpu1 1\n',
    [`${own}/stat`]: statLine(own, { userTicks: 105, reapedTicks: 5 }),
    '7/stat': statLine(7, { name: 'make) x', userTicks: 100 }),
  });
  const load = await watching;
  expect(load?.stealRatio).toBeCloseTo(0.02, 12);
  expect(load?.busiest?.name).toBe('make) x');
  // 1.5 cores were busy, ours were 10 ticks of 10 ms in at least 0.2 s, so at most half a core.
  expect(load?.cores).toBeGreaterThanOrEqual(1);
  expect(load?.cores).toBeLessThan(1.5);
});

test('without /proc the answer is null', async () => {
  expect(await watchForeignLoad(0.01, system.path('absent'))).toBeNull();
});

test.runIf(process.platform === 'linux')('a busy child of ours is not the busiest other program', async () => {
  const child = spawn(process.execPath, ['--title=dyno-busy-child', '-e', 'console.log(1); for (;;);']);
  await once(child.stdout, 'data');
  const load = await watchForeignLoad(0.2);
  child.kill('SIGKILL');
  expect(load?.busiest?.name).not.toBe('dyno-busy-child');
});
