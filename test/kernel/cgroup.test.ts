import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCgroup } from '../../src/kernel/cgroup.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dyno-cgroup-'));
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

const unifiedMount = '30 23 0:26 / %/cg rw,nosuid - cgroup2 cgroup2 rw\n';

test('version 2: quota and limit of the own group are read', () => {
  const proc = system({
    'proc/self/cgroup': '0::/job\n',
    'proc/self/mountinfo': unifiedMount,
    'cg/job/cpu.max': '150000 100000\n',
    'cg/job/memory.max': '2147483648\n',
    'cg/job/cpu.stat': 'usage_usec 5\nnr_throttled 3\nthrottled_usec 9\n',
  });
  expect(readCgroup(proc)).toEqual({
    version: 2,
    cpuQuotaCores: 1.5,
    memoryLimitBytes: 2147483648,
    memoryAvailableBytes: 2147483648,
    throttling: { path: join(root, 'cg/job/cpu.stat'), key: 'throttled_usec', secondsPerUnit: 1e-6 },
  });
});

test('version 2: the tightest limit of all groups above holds, and throttling is read where that quota is', () => {
  const proc = system({
    'proc/self/cgroup': '0::/pod/job\n',
    'proc/self/mountinfo': unifiedMount,
    'cg/pod/cpu.max': '50000 100000\n',
    'cg/pod/cpu.stat': 'throttled_usec 1\n',
    'cg/pod/memory.max': '1000\n',
    'cg/pod/job/cpu.max': '200000 100000\n',
    'cg/pod/job/cpu.stat': 'throttled_usec 2\n',
    'cg/pod/job/memory.max': 'max\n',
  });
  const { cpuQuotaCores, memoryLimitBytes, throttling } = readCgroup(proc);
  expect(cpuQuotaCores).toBe(0.5);
  expect(memoryLimitBytes).toBe(1000);
  expect(throttling?.path).toBe(join(root, 'cg/pod/cpu.stat'));
});

test('version 2: at the root, where no limit is and no throttling is counted, all is null', () => {
  const proc = system({
    'proc/self/cgroup': '0::/\n',
    'proc/self/mountinfo': unifiedMount,
    'cg/cpu.stat': 'usage_usec 5\n',
  });
  expect(readCgroup(proc)).toEqual({
    version: 2,
    cpuQuotaCores: null,
    memoryLimitBytes: null,
    memoryAvailableBytes: null,
    throttling: null,
  });
});

test('version 1: the controllers have hierarchies of their own, and -1 and 2^63 - 4096 are no limits', () => {
  const proc = system({
    'proc/self/cgroup': '4:memory:/job\n2:cpu,cpuacct:/job\n0::/\n',
    'proc/self/mountinfo':
      '31 23 0:29 / %/cg/cpu rw - cgroup cgroup rw,cpu,cpuacct\n32 23 0:30 / %/cg/memory rw - cgroup cgroup rw,memory\n',
    'cg/cpu/job/cpu.cfs_quota_us': '-1\n',
    'cg/cpu/job/cpu.cfs_period_us': '100000\n',
    'cg/cpu/job/cpu.stat': 'nr_periods 0\nnr_throttled 0\nthrottled_time 0\n',
    'cg/memory/job/memory.limit_in_bytes': '9223372036854771712\n',
  });
  expect(readCgroup(proc)).toEqual({
    version: 1,
    cpuQuotaCores: null,
    memoryLimitBytes: null,
    memoryAvailableBytes: null,
    throttling: { path: join(root, 'cg/cpu/job/cpu.stat'), key: 'throttled_time', secondsPerUnit: 1e-9 },
  });
});

test('version 2: available is what the group nearest to its limit may still take, inactive file cache counted as free', () => {
  const proc = system({
    'proc/self/cgroup': '0::/pod/job\n',
    'proc/self/mountinfo': unifiedMount,
    'cg/pod/memory.max': '2000\n',
    'cg/pod/memory.current': '1900\n',
    'cg/pod/memory.stat': 'anon 1\nfile 900\ninactive_file 300\nactive_file 600\n',
    'cg/pod/job/memory.max': '1000\n',
    'cg/pod/job/memory.current': '500\n',
    'cg/pod/job/memory.stat': 'inactive_file 50\n',
  });
  // The pod has 2000 − (1900 − 300) = 400 left, the job alone would have 1000 − (500 − 50) = 550.
  expect(readCgroup(proc)).toMatchObject({ memoryLimitBytes: 1000, memoryAvailableBytes: 400 });
});

test('version 1: available is the limit less the usage without the inactive file cache of all groups below', () => {
  const proc = system({
    'proc/self/cgroup': '4:memory:/job\n',
    'proc/self/mountinfo': '32 23 0:30 / %/cg/memory rw - cgroup cgroup rw,memory\n',
    'cg/memory/job/memory.limit_in_bytes': '1000\n',
    'cg/memory/job/memory.usage_in_bytes': '800\n',
    'cg/memory/job/memory.stat': 'inactive_file 1\ntotal_inactive_file 150\n',
  });
  expect(readCgroup(proc).memoryAvailableBytes).toBe(350); // 1000 − (800 − 150)
});

test('version 1: a quota of 2.5 cores is read', () => {
  const proc = system({
    'proc/self/cgroup': '2:cpu:/job\n',
    'proc/self/mountinfo': '31 23 0:29 / %/cg/cpu rw - cgroup cgroup rw,cpu\n',
    'cg/cpu/job/cpu.cfs_quota_us': '250000\n',
    'cg/cpu/job/cpu.cfs_period_us': '100000\n',
  });
  expect(readCgroup(proc).cpuQuotaCores).toBe(2.5);
});

test('in a container without a namespace the path of the host is mapped through the root of the mount', () => {
  const proc = system({
    'proc/self/cgroup': '0::/docker/abc\n',
    'proc/self/mountinfo': '30 23 0:26 /docker/abc %/cg rw - cgroup2 cgroup2 rw\n',
    'cg/cpu.max': '100000 100000\n',
  });
  expect(readCgroup(proc).cpuQuotaCores).toBe(1);
});

test('without control groups all is null', () => {
  const nothing = {
    version: null,
    cpuQuotaCores: null,
    memoryLimitBytes: null,
    memoryAvailableBytes: null,
    throttling: null,
  };
  expect(readCgroup(join(root, 'absent'))).toEqual(nothing);
});
