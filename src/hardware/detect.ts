import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { affinityCores } from '../kernel/affinity.ts';
import { type Cgroup, readCgroup } from '../kernel/cgroup.ts';
import { type Inventory, takeInventory } from '../kernel/inventory.ts';
import { textIfReadable } from '../kernel/tolerant-read.ts';
import { type Accelerator, findAccelerators } from './accelerators.ts';
import { cpuFrequency } from './cpu-frequency.ts';
import { type CpuPower, cpuPower } from './cpu-power.ts';

/** This machine, as far as it can be known: null where not. Sizes in bytes, clocks in hertz. */
export interface Machine {
  readonly os: Inventory['os'];
  readonly cpu: Inventory['cpu'] & {
    /** Cores that this process may run on, by its affinity. */
    readonly availableCores: number;
    /** The governor of all cores, or all that are in use, joined by commas. */
    readonly governor: string | null;
    readonly power: CpuPower;
  };
  readonly memory: { readonly totalBytes: number; readonly availableBytes: number | null };
  readonly cgroup: {
    readonly version: 1 | 2 | null;
    readonly cpuQuotaCores: number | null;
    readonly memoryLimitBytes: number | null;
  };
  readonly system: { readonly manufacturer: string | null; readonly model: string | null };
  /** Hypervisor, container or both; null when neither was noticed. */
  readonly virtualization: string | null;
  /** Devices that were seen. Whether anything can run on them is another question. */
  readonly accelerators: readonly Accelerator[];
}

/** Where the system describes itself; other folders for tests. */
export interface SystemFolders {
  readonly proc: string;
  readonly sys: string;
  readonly dev: string;
  readonly root: string;
}

export const systemFolders: SystemFolders = { proc: '/proc', sys: '/sys', dev: '/dev', root: '/' };

/** Looks at this machine: what it is, what it allows us, what is plugged in. Takes some 50 ms; never throws. */
export async function detectMachine(folders: SystemFolders = systemFolders): Promise<Machine> {
  const inventory = await takeInventory();
  const { version, cpuQuotaCores, memoryLimitBytes } = readCgroup(folders.proc);
  const { governor, maximumHertz } = cpuFrequency(folders.sys);
  return {
    os: inventory.os,
    cpu: {
      ...inventory.cpu,
      availableCores: affinityCores(folders.proc),
      maximumHertz: maximumHertz ?? inventory.cpu.maximumHertz,
      governor,
      power: cpuPower(folders.sys),
    },
    memory: inventory.memory,
    cgroup: { version, cpuQuotaCores, memoryLimitBytes: belowTotal(memoryLimitBytes, inventory.memory.totalBytes) },
    system: { manufacturer: inventory.system.manufacturer, model: inventory.system.model },
    virtualization: joined([inventory.system.hypervisor, isContainer(folders) ? 'container' : null]),
    accelerators: findAccelerators(folders),
  };
}

/** A limit above what the machine has limits nothing. */
function belowTotal(limit: Cgroup['memoryLimitBytes'], total: number): number | null {
  return limit !== null && limit < total ? limit : null;
}

/** Docker and Podman leave a file at the root; Kubernetes sets nothing else that is visible without privileges. */
function isContainer({ root, proc }: SystemFolders): boolean {
  if (['.dockerenv', join('run', '.containerenv')].some((file) => existsSync(join(root, file)))) return true;
  return /docker|containerd|kubepods|lxc/.test(textIfReadable(join(proc, 'self', 'cgroup')) ?? '');
}

function joined(parts: readonly (string | null)[]): string | null {
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? null : known.join(', ');
}
