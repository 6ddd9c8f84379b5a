import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { textIfReadable } from './tolerant-read.ts';

/** What the control group of this process allows it, the limits of all groups above it included. */
export interface Cgroup {
  /** Version of the hierarchy that the CPU controller is on; null: no control groups here (other systems, or none mounted). */
  readonly version: 1 | 2 | null;
  /** Cores that may be used on average, such as 1.5; null: no quota. */
  readonly cpuQuotaCores: number | null;
  /** Bytes of memory, page cache included; null: no limit. */
  readonly memoryLimitBytes: number | null;
  /** Bytes that the group which is nearest to its limit may still take; file cache that can be dropped at once counts as free. Null: no limit. */
  readonly memoryAvailableBytes: number | null;
  /** Where throttling is counted; null: nowhere. */
  readonly throttling: ThrottlingSource | null;
}

/** A line of a `cpu.stat` that counts how long the group was kept from running, summed over cores. */
export interface ThrottlingSource {
  readonly path: string;
  readonly key: string;
  readonly secondsPerUnit: number;
}

/**
 * Reads the control group of this process. Version 1 and 2 and their mixture are understood; in a container without a cgroup
 * namespace the path in `/proc/self/cgroup` is that of the host and is mapped through the root of the mount (`mountinfo`, field 4).
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html and `Documentation/admin-guide/cgroup-v1/` of the kernel
 */
export function readCgroup(procRoot = '/proc'): Cgroup {
  const none: Cgroup = {
    version: null,
    cpuQuotaCores: null,
    memoryLimitBytes: null,
    memoryAvailableBytes: null,
    throttling: null,
  };
  const memberships = readLines(join(procRoot, 'self', 'cgroup')).map(parseMembership);
  const mounts = readLines(join(procRoot, 'self', 'mountinfo')).map(parseMount);
  const folders = (controller: string): GroupFolders | null => groupFolders(controller, memberships, mounts);

  const cpu = folders('cpu');
  const memory = folders('memory');
  if (cpu === null && memory === null) return none;

  const quotas = (cpu?.chain ?? []).map((folder) => ({ folder, cores: cpuQuotaCores(folder, cpu?.version ?? 2) }));
  const limited = quotas.filter(({ cores }) => cores !== null).sort((a, b) => (a.cores ?? 0) - (b.cores ?? 0));
  const memoryVersion = memory?.version ?? 2;
  const limits: number[] = [];
  const available: number[] = [];
  for (const folder of memory?.chain ?? []) {
    const limit = memoryLimitBytes(folder, memoryVersion);
    if (limit === null) continue;
    limits.push(limit);
    available.push(Math.max(0, limit - memoryInUseBytes(folder, memoryVersion)));
  }

  return {
    version: cpu?.version ?? memory?.version ?? null,
    cpuQuotaCores: limited[0]?.cores ?? null,
    memoryLimitBytes: limits.length === 0 ? null : Math.min(...limits),
    memoryAvailableBytes: available.length === 0 ? null : Math.min(...available),
    // A group is throttled where its quota is set; without a quota its own counter stands still and says so.
    throttling: cpu === null ? null : throttlingSource(limited[0]?.folder ?? cpu.chain[0] ?? null, cpu.version),
  };
}

/** Folder of the group of this process in the hierarchy that the memory controller is on; null: there is none. */
export function memoryGroupFolder(procRoot = '/proc'): string | null {
  const memberships = readLines(join(procRoot, 'self', 'cgroup')).map(parseMembership);
  const mounts = readLines(join(procRoot, 'self', 'mountinfo')).map(parseMount);
  return groupFolders('memory', memberships, mounts)?.chain[0] ?? null;
}

interface GroupFolders {
  readonly version: 1 | 2;
  /** Folder of the process's own group first, that of the mount last. */
  readonly chain: readonly string[];
}

interface Membership {
  readonly controllers: readonly string[];
  readonly version: 1 | 2;
  readonly path: string;
}

interface Mount {
  readonly root: string;
  readonly point: string;
  readonly type: string;
  readonly options: readonly string[];
}

function groupFolders(
  controller: string,
  memberships: readonly Membership[],
  mounts: readonly Mount[],
): GroupFolders | null {
  const old = memberships.find(({ version, controllers }) => version === 1 && controllers.includes(controller));
  const unified = memberships.find(({ version }) => version === 2);
  // A controller is on one hierarchy only: on version 1 when it is named there.
  const membership = old ?? unified;
  const mount = mounts.find(({ type, options }) =>
    old === undefined ? type === 'cgroup2' : type === 'cgroup' && options.includes(controller),
  );
  if (membership === undefined || mount === undefined) return null;

  const inside = relative(mount.root, membership.path);
  let folder = inside.startsWith('..') ? mount.point : join(mount.point, inside);
  if (!existsSync(folder)) folder = mount.point;
  const chain = [folder];
  while (folder !== mount.point && folder !== dirname(folder)) {
    folder = dirname(folder);
    chain.push(folder);
  }
  return { version: membership.version, chain };
}

function cpuQuotaCores(folder: string, version: 1 | 2): number | null {
  if (version === 2) {
    const [quota, period] = textIfReadable(join(folder, 'cpu.max'))?.split(' ') ?? [];
    return ratio(Number(quota), Number(period));
  }
  const quota = textIfReadable(join(folder, 'cpu.cfs_quota_us'));
  const period = textIfReadable(join(folder, 'cpu.cfs_period_us'));
  return quota === null || period === null ? null : ratio(Number(quota), Number(period));
}

/** A quota of `max` (version 2, not a number) or −1 (version 1) is none. */
function ratio(quota: number, period: number): number | null {
  return quota > 0 && period > 0 ? quota / period : null;
}

function memoryLimitBytes(folder: string, version: 1 | 2): number | null {
  const text = textIfReadable(join(folder, version === 2 ? 'memory.max' : 'memory.limit_in_bytes'));
  const bytes = text === null ? Number.NaN : Number(text);
  // `max` in version 2; in version 1 the greatest multiple of the page size in 63 bits.
  return bytes < 2 ** 62 ? bytes : null;
}

/**
 * What a group holds and cannot give back at once: all it is charged for but the file cache on the inactive list, as `docker stats`
 * and the kubelet count it. 0 where it is not told.
 */
function memoryInUseBytes(folder: string, version: 1 | 2): number {
  const charged = Number(textIfReadable(join(folder, version === 2 ? 'memory.current' : 'memory.usage_in_bytes')) ?? 0);
  const key = version === 2 ? 'inactive_file' : 'total_inactive_file';
  const stat = textIfReadable(join(folder, 'memory.stat')) ?? '';
  const line = stat.split('\n').find((text) => text.startsWith(`${key} `));
  const droppable = Number(line?.slice(key.length + 1) ?? 0);
  return Math.max(0, charged - droppable);
}

function throttlingSource(folder: string | null, version: 1 | 2): ThrottlingSource | null {
  if (folder === null) return null;
  const key = version === 2 ? 'throttled_usec' : 'throttled_time';
  const path = join(folder, 'cpu.stat');
  const counted =
    textIfReadable(path)
      ?.split('\n')
      .some((line) => line.startsWith(`${key} `)) ?? false;
  return counted ? { path, key, secondsPerUnit: version === 2 ? 1e-6 : 1e-9 } : null;
}

/** A line of `/proc/self/cgroup`: `4:memory:/path`, or `0::/path` for version 2. */
function parseMembership(line: string): Membership {
  const [hierarchy, controllers = '', ...path] = line.split(':');
  return {
    version: hierarchy === '0' && controllers === '' ? 2 : 1,
    controllers: controllers.split(','),
    path: path.join(':'),
  };
}

/** A line of `mountinfo`: id, parent, device, root, mount point, options, optional fields, `-`, type, source, super options. */
function parseMount(line: string): Mount {
  const [before = '', after = ''] = line.split(' - ');
  const [, , , root = '/', point = '/'] = before.split(' ').map(unescapeOctal);
  const [type = '', , options = ''] = after.split(' ');
  return { root, point, type, options: options.split(',') };
}

/** Blanks and the like in paths of `mountinfo` are written as `\040`. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

function readLines(path: string): string[] {
  return (textIfReadable(path) ?? '').split('\n').filter((line) => line !== '');
}
