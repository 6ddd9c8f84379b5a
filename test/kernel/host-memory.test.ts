import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryLimits, readHostMemory } from '../../src/kernel/host-memory.ts';
import { memoryKills } from '../../src/kernel/memory-kills.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dyno-memory-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Writes files below the root; `%` in a content stands for the root, because mount points are absolute. */
function system(files: Readonly<Record<string, string>>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content.replaceAll('%', root));
  }
  return join(root, 'proc');
}

const meminfo = 'MemTotal:       16777216 kB\nMemFree:         1048576 kB\nMemAvailable:    8388608 kB\n';
const limits = (addressSpace: string) =>
  `Limit                     Soft Limit           Hard Limit           Units     \nMax stack size            8388608              unlimited            bytes     \nMax address space         ${addressSpace.padEnd(20)} unlimited            bytes     \n`;
const GiB = 2 ** 30;

test('without limits the machine is all there is, and what it could give counts, not what lies idle', () => {
  const host = readHostMemory(system({ 'proc/meminfo': meminfo, 'proc/self/limits': limits('unlimited') }));
  expect(host).toMatchObject({ totalBytes: 16 * GiB, availableBytes: 8 * GiB, addressLimitBytes: null });
  expect(memoryLimits(host)).toEqual([{ place: 'memory', totalBytes: 16 * GiB, freeBytes: 8 * GiB }]);
});

test('the limit that leaves the least comes first: the container before the machine, the address space before both', () => {
  const files = {
    'proc/meminfo': meminfo,
    'proc/self/status': 'VmPeak:\t 5242880 kB\nVmSize:\t 3145728 kB\n',
    'proc/self/limits': limits(String(4 * GiB)),
    'proc/self/cgroup': '0::/job\n',
    'proc/self/mountinfo': '30 23 0:26 / %/cg rw,nosuid - cgroup2 cgroup2 rw\n',
    'cg/job/memory.max': `${6 * GiB}\n`,
    'cg/job/memory.current': `${2 * GiB}\n`,
  };
  expect(memoryLimits(readHostMemory(system(files)))).toEqual([
    { place: 'address_space', totalBytes: 4 * GiB, freeBytes: GiB },
    { place: 'control_group', totalBytes: 6 * GiB, freeBytes: 4 * GiB },
    { place: 'memory', totalBytes: 16 * GiB, freeBytes: 8 * GiB },
  ]);
});

test('an address space of which nobody knows what is taken counts as a whole', () => {
  const host = readHostMemory(system({ 'proc/meminfo': meminfo, 'proc/self/limits': limits(String(9 * GiB)) }));
  expect(memoryLimits(host).map(({ place, freeBytes }) => [place, freeBytes])).toEqual([
    ['memory', 8 * GiB],
    ['address_space', null],
  ]);
});

test('this machine has memory', () => {
  const [limit] = memoryLimits(readHostMemory());
  expect(limit?.totalBytes).toBeGreaterThan(2 ** 28);
});

test.each([
  [
    'version 2',
    '0::/job\n',
    '30 23 0:26 / %/cg rw - cgroup2 cgroup2 rw\n',
    'cg/job/memory.events',
    'oom 2\noom_kill 3\n',
    3,
  ],
  [
    'version 1',
    '4:memory:/job\n',
    '32 23 0:30 / %/cg rw - cgroup cgroup rw,memory\n',
    'cg/job/memory.oom_control',
    'oom_kill_disable 0\nunder_oom 0\noom_kill 5\n',
    5,
  ],
  ['no control group', '', '', 'proc/other', '', 7],
])('kills for want of memory are counted where they are told: %s', (_, group, mounts, file, content, kills) => {
  const proc = system({
    'proc/self/cgroup': group,
    'proc/self/mountinfo': mounts,
    'proc/vmstat': 'pgfault 1\noom_kill 7\n',
    [file]: content,
  });
  expect(memoryKills(proc)).toBe(kills);
});

test('where nobody counts them, kills are not known', () => {
  expect(memoryKills(system({ 'proc/vmstat': 'pgfault 1\n' }))).toBeNull();
});
