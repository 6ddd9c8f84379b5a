import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { cpuPowerText, powerSavingText } from '../analysis/power-text.ts';
import { cpuFrequency } from '../hardware/cpu-frequency.ts';
import { type CpuPower, cpuPower } from '../hardware/cpu-power.ts';
import { affinityCores } from '../kernel/affinity.ts';
import { readCgroup } from '../kernel/cgroup.ts';
import { errorText } from '../kernel/errors.ts';
import { textIfReadable } from '../kernel/tolerant-read.ts';
import { formatBytes, formatNumber, formatPercent } from '../units/format.ts';
import { type Check, ok } from './doctor-check.ts';

/** Bytes of free space below which a run may not fit: a built ResNet-50 has 98 MiB, a million samples 64 MB. */
const leastFreeBytes = 2 ** 30;
/** What two rounds of a model as large as ResNet-50 need. */
const leastMemoryBytes = 1.5 * 2 ** 30;
/** Releases with long-term support that the tests run on. */
const supportedNodes: readonly number[] = [20, 22, 24];
/** What Linux distributions allow a process by default. */
const usualOpenFiles = 1024;
/** Chromium keeps its pages there; below this it crashes with "Bus error". */
const leastSharedBytes = 64 * 2 ** 20;
/** Of the CPU time since the machine was started. */
const mostSteal = 0.01;

/** Node.js must be at least the version that package.json names, and should be one of those that are tested. */
export function checkNode(version: string = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const supported = supportedNodes.join(', ');
  if (major < 20 || (major === 20 && minor < 9)) {
    const message = `Node.js ${version} is too old, 20.9 or newer is needed`;
    const fix = 'Install Node.js 20.9 or newer from nodejs.org or your system.';
    return { name: 'node', status: 'problem', message, fix };
  }
  if (supportedNodes.includes(major)) return ok('node', `Node.js ${version} (supported: ${supported})`);
  const message = `Node.js ${version} is not tested; supported are ${supported}`;
  const fix = `Install Node.js ${supportedNodes.at(-1)} from nodejs.org or your system.`;
  return { name: 'node', status: 'warning', message, fix };
}

/** Linux on x64 is what is tested. */
export function checkPlatform(platform: string = process.platform, arch: string = process.arch): Check {
  if (platform === 'linux' && arch === 'x64') return ok('platform', 'linux x64');
  const message = `${platform} ${arch}: tested is Linux on x64 only; arm64, macOS and Windows are best effort`;
  return { name: 'platform', status: 'warning', message, fix: null };
}

/** Limits of the control group (container). */
export function checkLimits(procRoot = '/proc'): Check {
  const { version, cpuQuotaCores, memoryLimitBytes } = readCgroup(procRoot);
  const cores = affinityCores(procRoot);
  const cpu = cpuQuotaCores === null ? `${cores} cores` : `${formatNumber(cpuQuotaCores)} of ${cores} cores`;
  const memory = memoryLimitBytes === null ? 'all memory' : formatBytes(memoryLimitBytes);
  const group = version === null ? 'no control groups' : `control groups version ${version}`;
  const message = `may use ${cpu}, ${memory} (${group})`;
  if (memoryLimitBytes !== null && memoryLimitBytes < leastMemoryBytes) {
    const fix = `Raise the memory limit of the container to ${formatBytes(leastMemoryBytes)} (docker: --memory), or bench small models only.`;
    return { name: 'limits', status: 'warning', message, fix };
  }
  if (cpuQuotaCores !== null && cpuQuotaCores < cores) {
    const fix = `Take at most --threads ${Math.max(1, Math.floor(cpuQuotaCores))}, or raise the CPU limit of the container (docker: --cpus).`;
    return { name: 'limits', status: 'warning', message, fix };
  }
  return ok('limits', message);
}

/** Memory and swap of the machine: what is swapped out while it is measured makes single queries a thousand times slower. */
export function checkMemory(procRoot = '/proc'): readonly Check[] {
  const text = textIfReadable(join(procRoot, 'meminfo'));
  if (text === null) return [];
  const bytes = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) * 1024;
  const swap = bytes('SwapTotal');
  const used = swap - bytes('SwapFree');
  const memory = `${formatBytes(bytes('MemAvailable'))} of ${formatBytes(bytes('MemTotal'))} are available`;
  if (swap === 0) return [ok('memory', `${memory}, no swap`)];
  const message = `${memory}; ${formatBytes(used)} of ${formatBytes(swap)} swap are in use`;
  if (used < 2 ** 28) return [ok('memory', message)];
  const fix = 'End other programs, then: sudo swapoff -a && sudo swapon -a (needs as much free memory).';
  return [{ name: 'memory', status: 'warning', message, fix }];
}

/** `/dev/shm`, which browsers and libraries that work in several processes write to: a full one ends them with "Bus error". */
export function checkSharedMemory(devRoot = '/dev'): readonly Check[] {
  const folder = join(devRoot, 'shm');
  if (!existsSync(folder)) return [];
  const { bavail, blocks, bsize } = statfsSync(folder);
  return [sharedMemoryCheck(folder, bavail * bsize, blocks * bsize)];
}

/** What is said of a folder in memory of which `free` of `total` bytes are free. */
export function sharedMemoryCheck(folder: string, free: number, total: number): Check {
  const message = `${formatBytes(free)} of ${formatBytes(total)} are free in ${folder}`;
  if (free >= leastSharedBytes * 0.9) return ok('shared memory', message);
  const fix = `Remove what is left over in ${folder}, or start the container with more (docker: --shm-size 1g).`;
  return { name: 'shared memory', status: 'warning', message, fix };
}

/** How many files a process may have open. */
export function checkOpenFiles(procRoot = '/proc'): readonly Check[] {
  const limit = /^Max open files\s+(\d+|unlimited)/m.exec(textIfReadable(join(procRoot, 'self', 'limits')) ?? '')?.[1];
  if (limit === undefined) return [];
  if (limit === 'unlimited' || Number(limit) >= usualOpenFiles) return [ok('open files', `at most ${limit} a process`)];
  const message = `at most ${limit} a process, ${usualOpenFiles} are usual: telemetry and samples keep files open`;
  return [{ name: 'open files', status: 'warning', message, fix: 'ulimit -n 4096' }];
}

/** How the clock of the cores is governed, and whether the processor is held below what it does by default. */
export function checkGovernor(sysRoot = '/sys'): Check {
  const { governor } = cpuFrequency(sysRoot);
  if (governor === null)
    return ok('CPU clock', 'the kernel does not say how it is governed, as in most virtual machines');
  const power = cpuPower(sysRoot);
  const told = cpuPowerText(power);
  const settings = told === 'not told' ? '' : `, ${told}`;
  const saving = power.powerSaving.active === true ? `; ${powerSavingText(power.powerSaving)}` : '';
  const warning = (text: string, fix: string): Check => ({
    name: 'CPU clock',
    status: 'warning',
    message: `governor "${governor}"${text}${settings}${saving}`,
    fix,
  });
  if (governor !== 'performance')
    return warning(': the clock follows the load, and so do latencies', 'sudo cpupower frequency-set -g performance');
  if (saving === '') return ok('CPU clock', `governor "performance"${settings}`);
  return warning('', remedies(power));
}

/** The lines that lift what holds the processor down. Dyno runs none of them. */
function remedies({ driver, powerSaving }: CpuPower): string {
  const folder = '/sys/devices/system/cpu';
  const isIntel = driver?.startsWith('intel') === true;
  const lines: Readonly<Record<string, string>> = {
    PREFERENCE_POWER: `echo performance | sudo tee ${folder}/cpu*/cpufreq/energy_performance_preference`,
    BOOST_OFF: isIntel
      ? `echo 0 | sudo tee ${folder}/intel_pstate/no_turbo`
      : `echo 1 | sudo tee ${folder}/cpufreq/boost`,
    PERFORMANCE_LIMITED: `echo 100 | sudo tee ${folder}/intel_pstate/max_perf_pct`,
    CLOCK_LIMITED: 'sudo cpupower frequency-set --max <highest clock>',
    PLATFORM_SAVING: 'echo performance | sudo tee /sys/firmware/acpi/platform_profile',
  };
  return powerSaving.reasons.flatMap(({ code }) => lines[code] ?? []).join('; ');
}

/** Whether a hypervisor shares the cores with other machines, by the time that it has taken since this one was started. */
export function checkVirtualMachine(procRoot = '/proc'): readonly Check[] {
  const flags = /^flags\s*:(.*)$/m.exec(textIfReadable(join(procRoot, 'cpuinfo')) ?? '')?.[1] ?? '';
  const ticks = /^cpu +(.*)$/m
    .exec(textIfReadable(join(procRoot, 'stat')) ?? '')?.[1]
    ?.split(' ')
    .map(Number);
  if (ticks === undefined) return [];
  const total = ticks.slice(0, 8).reduce((sum, one) => sum + one, 0);
  const steal = total > 0 ? (ticks[7] ?? 0) / total : 0;
  const isVirtual = / hypervisor( |$)/.test(flags);
  if (!isVirtual && steal === 0) return [ok('hypervisor', 'none noticed')];
  const message = `this is a virtual machine; its hypervisor took ${formatPercent(steal)} of the CPU time since the start`;
  if (steal <= mostSteal) return [ok('hypervisor', message)];
  const fix = 'Take a machine with dedicated cores, or compare within one run only: its cases take turns.';
  return [{ name: 'hypervisor', status: 'warning', message, fix }];
}

/** Whether files can be written in a folder, which is not created for that: then it is its nearest ancestor that counts. */
export function checkFolder(name: string, folder: string, fix: string): Check {
  let existing = resolve(folder);
  while (!existsSync(existing) && existing !== dirname(existing)) existing = dirname(existing);
  const trial = join(existing, `.dyno-doctor-${process.pid}`);
  try {
    // A folder rather than a file: for a path that is a file, this fails as well.
    mkdirSync(trial);
    writeFileSync(join(trial, 'trial'), 'trial');
  } catch (error) {
    return { name, status: 'problem', message: `${folder} cannot be written (${errorText(error)})`, fix };
  } finally {
    if (existsSync(trial)) rmSync(trial, { recursive: true, force: true });
  }
  const { bavail, bsize } = statfsSync(existing);
  const free = bavail * bsize;
  const message = `${folder} can be written, ${formatBytes(free)} are free`;
  return free < leastFreeBytes ? { name, status: 'warning', message, fix: `Make room, or: ${fix}` } : ok(name, message);
}
