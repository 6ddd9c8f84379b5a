import { join } from 'node:path';
import { cpuFrequency } from '../hardware/cpu-frequency.ts';
import { affinityCores } from '../kernel/affinity.ts';
import { readCgroup } from '../kernel/cgroup.ts';
import { InputError } from '../kernel/errors.ts';
import { findProgram } from '../kernel/find-program.ts';
import { namesIfReadable, textIfReadable } from '../kernel/tolerant-read.ts';
import type { Finding } from '../results/events.ts';
import { formatBytes, formatPercent } from '../units/format.ts';
import { type ForeignLoad, watchForeignLoad } from './foreign-load.ts';

export interface PreflightOptions {
  /** How long to watch what else runs; 0: not at all, which a finding tells. */
  readonly seconds?: number;
  /** Where the system describes itself; other folders for tests. */
  readonly procRoot?: string;
  readonly sysRoot?: string;
}

/** Bounds above which a check warns. Ours, on the cautious side; a quiet machine stays below all of them. */
const mostForeignCores = 0.1;
const mostLoadPerCore = 0.5;
const mostSteal = 0.01;
/** A round needs its model several times over; with less than this, even small ones start to swap. */
const leastMemoryBytes = 2 ** 30;

/**
 * Looks for what would disturb a measurement, before it starts: what else runs, how the clock is governed, what the container allows, what
 * the hypervisor takes, memory, battery. Each check gives one finding, a warning with what to do or an `info` that is part of the
 * record. Takes `seconds` (1) and a little; never throws.
 */
export async function preflight(options: PreflightOptions = {}): Promise<readonly Finding[]> {
  const { seconds = 1, procRoot = '/proc', sysRoot = '/sys' } = options;
  const cores = affinityCores(procRoot);
  return [
    ...(seconds === 0 ? [unwatched] : await othersAtWork(seconds, procRoot, cores)),
    ...loadAverage(procRoot, cores),
    governor(sysRoot),
    quota(procRoot, cores),
    ...memory(procRoot),
    ...battery(sysRoot),
    pageCacheTool(),
  ];
}

/**
 * The value of `DYNO_PREFLIGHT` as seconds: `off` for whoever watches the machine himself while this runs, such as the gate. Throws
 * `PREFLIGHT_INVALID` (exit 3) for anything else.
 */
export function preflightSeconds(value: string | undefined): number {
  if (value === undefined || value === '') return 1;
  if (value === 'off') return 0;
  throw new InputError(
    'PREFLIGHT_INVALID',
    `DYNO_PREFLIGHT: expected "off", or no such variable, got ${JSON.stringify(value)}. With "off" nothing is waited for before a measurement.`,
  );
}

const unwatched = info('foreign_cpu', 'DYNO_PREFLIGHT=off: what else runs was not watched.', null);

async function othersAtWork(seconds: number, procRoot: string, cores: number): Promise<Finding[]> {
  const load = await watchForeignLoad(seconds, procRoot);
  return load === null ? [noProc(procRoot)] : [foreignCpu(load, cores), steal(load)];
}

function noProc(procRoot: string): Finding {
  return info('proc', `${procRoot} tells nothing of CPU time here: what else runs on this machine is not known.`, null);
}

function foreignCpu({ cores, busiest }: ForeignLoad, available: number): Finding {
  const share = `${cores.toFixed(2)} of ${available} cores`;
  if (cores <= mostForeignCores) return info('foreign_cpu', `Other programs use ${share}.`, cores);
  const culprit = busiest === null ? '' : `, most of it ${busiest.name} (${busiest.cores.toFixed(2)})`;
  return warning(
    'foreign_cpu',
    `Other programs use ${share}${culprit}: stop them, or wait until they are done.`,
    cores,
  );
}

function steal({ stealRatio }: ForeignLoad): Finding {
  const share = formatPercent(stealRatio);
  if (!(stealRatio > mostSteal)) return info('steal', `The hypervisor takes ${share} of the CPU time.`, stealRatio);
  return warning(
    'steal',
    `The hypervisor gives ${share} of the CPU time to other machines: use a host with dedicated cores, or compare within one run only.`,
    stealRatio,
  );
}

function loadAverage(procRoot: string, cores: number): Finding[] {
  const load = Number.parseFloat(textIfReadable(join(procRoot, 'loadavg')) ?? '');
  if (Number.isNaN(load)) return [];
  if (load <= cores * mostLoadPerCore) return [info('load', `The load average is ${load} on ${cores} cores.`, load)];
  return [
    warning(
      'load',
      `The load average of the last minute is ${load} on ${cores} cores: if something still runs, stop it; if it has just ended, let the machine calm down for a minute.`,
      load,
    ),
  ];
}

function governor(sysRoot: string): Finding {
  const { governor } = cpuFrequency(sysRoot);
  if (governor === null) {
    return info(
      'governor',
      'The kernel does not say how the CPU clock is governed, as is usual in virtual machines.',
      null,
    );
  }
  if (governor === 'performance') return info('governor', 'The CPU governor is "performance".', governor);
  return warning(
    'governor',
    `The CPU governor is "${governor}": the clock follows the load, and so do latencies. Run: sudo cpupower frequency-set -g performance`,
    governor,
  );
}

function quota(procRoot: string, cores: number): Finding {
  const { cpuQuotaCores } = readCgroup(procRoot);
  if (cpuQuotaCores === null) return info('cgroup_quota', 'No control group limits the CPU time.', null);
  if (cpuQuotaCores >= cores) {
    return info('cgroup_quota', `The control group allows ${cpuQuotaCores} cores of ${cores}.`, cpuQuotaCores);
  }
  const threads = Math.max(1, Math.floor(cpuQuotaCores));
  return warning(
    'cgroup_quota',
    `The control group (container) allows ${cpuQuotaCores} of ${cores} cores: whoever uses more is stopped for the rest of each period, which shows as long latencies. Use at most ${threads} threads (--threads ${threads}), or raise the limit (docker: --cpus).`,
    cpuQuotaCores,
  );
}

function memory(procRoot: string): Finding[] {
  const kilobytes = Number(/^MemAvailable:\s+(\d+)/m.exec(textIfReadable(join(procRoot, 'meminfo')) ?? '')?.[1]);
  if (Number.isNaN(kilobytes)) return [];
  const available = Math.min(kilobytes * 1024, readCgroup(procRoot).memoryAvailableBytes ?? Number.POSITIVE_INFINITY);
  const text = `${formatBytes(available)} of memory are available`;
  if (available >= leastMemoryBytes) return [info('memory', `${text}.`, available)];
  const message = `${text}, about ${formatBytes(leastMemoryBytes)} are needed: end other programs, or take smaller batches or models.`;
  return [warning('memory', message, available)];
}

/** `status` of a battery is Charging, Discharging, Not charging, Full or Unknown (kernel, `sysfs-class-power`). */
function battery(sysRoot: string): Finding[] {
  const folder = join(sysRoot, 'class', 'power_supply');
  const states = namesIfReadable(folder)
    .filter((name) => textIfReadable(join(folder, name, 'type')) === 'Battery')
    // Mice and keyboards have batteries too; theirs say that they power a device, not the system.
    .filter((name) => textIfReadable(join(folder, name, 'scope')) !== 'Device')
    .map((name) => textIfReadable(join(folder, name, 'status')) ?? 'Unknown');
  if (states.length === 0) return [];
  if (!states.includes('Discharging'))
    return [info('battery', 'The machine does not run on its battery.', states.join(','))];
  return [warning('battery', 'The machine runs on its battery and will save power: plug it in.', 'Discharging')];
}

function pageCacheTool(): Finding {
  const found = findProgram('fincore') !== null;
  if (found)
    return info('page_cache_tool', 'fincore tells whether a model is read from memory or from the disk.', 'fincore');
  return info(
    'page_cache_tool',
    'fincore (package util-linux) is not installed: whether a cold start read the model from memory or from the disk stays unknown.',
    null,
  );
}

function info(check: string, message: string, value: Finding['value']): Finding {
  return { check, severity: 'info', message, value };
}

function warning(check: string, message: string, value: Finding['value']): Finding {
  return { check, severity: 'warning', message, value };
}
