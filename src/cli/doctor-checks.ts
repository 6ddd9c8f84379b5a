import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { builtInCollectors } from '../collectors/builtin-collectors.ts';
import { imageLibrary } from '../engine/preprocess/image-library.ts';
import { affinityCores } from '../kernel/affinity.ts';
import { readCgroup } from '../kernel/cgroup.ts';
import { errorText } from '../kernel/errors.ts';
import { findProgram } from '../kernel/find-program.ts';
import { installedPackage, installedVersion } from '../kernel/installed-package.ts';
import { packageFile } from '../kernel/package-root.ts';
import type { ProbeAnswer } from '../runner/job.ts';
import { formatBytes, formatNumber } from '../units/format.ts';

/**
 * One line of the doctor. `problem`: `dyno bench` cannot work. `warning`: it works, and something is worse than it could be. `optional`:
 * something that only some need is not there.
 */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'optional' | 'warning' | 'problem';
  readonly message: string;
  /** A command line, or a sentence where no command helps; null when there is nothing to do. */
  readonly fix: string | null;
}

/** Bytes of free space below which a run may not fit: a built ResNet-50 has 98 MiB, a million samples 64 MB. */
const leastFreeBytes = 2 ** 30;
/** What two rounds of a model as large as ResNet-50 need. */
const leastMemoryBytes = 1.5 * 2 ** 30;

/** Node.js must be at least the version that package.json names. */
export function checkNode(version: string = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 9)) return ok('node', `Node.js ${version}`);
  const message = `Node.js ${version} is too old, 20.9 or newer is needed`;
  return {
    name: 'node',
    status: 'problem',
    message,
    fix: 'Install Node.js 20.9 or newer from nodejs.org or your system.',
  };
}

/** Linux on x64 is what is tested. */
export function checkPlatform(platform: string = process.platform, arch: string = process.arch): Check {
  if (platform === 'linux' && arch === 'x64') return ok('platform', 'linux x64');
  const message = `${platform} ${arch}: tested is Linux on x64 only; arm64, macOS and Windows are best effort`;
  return { name: 'platform', status: 'warning', message, fix: null };
}

/** What each backend answered when it was asked whether it can run here. None that can is a problem; one that cannot beside another, a warning. */
export function checkBackends(probes: ProbeAnswer['probes']): readonly Check[] {
  const one = Object.values(probes).some(({ available }) => available);
  return Object.entries(probes).map(([name, { available, stack, version, device, reason, remedy }]): Check => {
    if (available) return ok(name, `${stack} ${version} on ${device}`);
    return { name, status: one ? 'warning' : 'problem', message: reason ?? 'it does not say why', fix: remedy };
  });
}

/** Another version of the engine than the one that Dyno is tested with: it may work, and its figures are not comparable. */
export function checkEngineVersion(installed = installedVersion('onnxruntime-node')): readonly Check[] {
  const tested = peerVersion('onnxruntime-node');
  if (installed === null || tested === null || installed === tested) return [];
  const message = `onnxruntime-node ${installed} is installed, tested is ${tested}`;
  const fix = `npm install --save-exact onnxruntime-node@${tested} --ignore-scripts`;
  return [{ name: 'engine', status: 'warning', message, fix }];
}

/**
 * The libraries that add CUDA to onnxruntime-node: they are not in its npm package but downloaded from nuget.org by its install script,
 * which is called here by name: `npm rebuild` does not run it in a checkout whose lock file says that it has none.
 */
export function checkCuda(
  platform: string = process.platform,
  arch: string = process.arch,
  find: (name: string) => string | null = installedPackage,
): readonly Check[] {
  const folder = find('onnxruntime-node');
  if (platform !== 'linux' || arch !== 'x64') return [];
  const fromHere = folder === null ? join('node_modules', 'onnxruntime-node') : relative('', folder);
  const fix = `node ${join(fromHere, 'script', 'install.js')} --onnxruntime-node-install`;
  const library = folder && join(folder, 'bin', 'napi-v6', platform, arch, 'libonnxruntime_providers_cuda.so');
  if (library !== null && existsSync(library)) return [ok('cuda', 'the CUDA libraries of onnxruntime-node are there')];
  const message =
    'the CUDA libraries of onnxruntime-node are not there; only NVIDIA GPUs need them (download from nuget.org)';
  return [{ name: 'cuda', status: 'optional', message, fix }];
}

/** sharp decodes the images of most workloads. */
export async function checkImageLibrary(load: () => Promise<unknown> = imageLibrary): Promise<Check> {
  try {
    await load();
    return ok('sharp', `sharp ${installedVersion('sharp') ?? ''} decodes images`);
  } catch (error) {
    const message = `sharp cannot be loaded (${errorText(error).split('\n')[0]})`;
    return { name: 'sharp', status: 'problem', message, fix: 'npm install --include=optional sharp' };
  }
}

/** What will be sampled while a case runs. */
export async function checkCollectors(): Promise<readonly Check[]> {
  const probes = await Promise.all(
    builtInCollectors().map(async (collector) => ({ name: collector.name, probe: await collector.probe() })),
  );
  const working = probes.filter(({ probe }) => probe.available).map(({ name }) => name);
  const missing = probes.flatMap(({ name, probe }) =>
    probe.available ? (probe.missing ?? []).map(({ column, reason }) => `${name}.${column} (${reason})`) : [],
  );
  const without = missing.length === 0 ? '' : `; not here: ${missing.join(' ')}`;
  if (working.includes('process')) return [ok('collectors', `${working.join(', ')}${without}`)];
  const message = `only ${working.join(', ')}: without /proc the measured process is not sampled`;
  return [{ name: 'collectors', status: 'warning', message, fix: null }];
}

/** Limits of the control group (container). */
export function checkLimits(procRoot = '/proc'): Check {
  const { cpuQuotaCores, memoryLimitBytes } = readCgroup(procRoot);
  const cores = affinityCores(procRoot);
  const cpu = cpuQuotaCores === null ? `${cores} cores` : `${formatNumber(cpuQuotaCores)} of ${cores} cores`;
  const memory = memoryLimitBytes === null ? 'all memory' : formatBytes(memoryLimitBytes);
  const message = `may use ${cpu}, ${memory}`;
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

/** Programs that are nice to have. */
export function checkPrograms(find: (...names: string[]) => string | null = findProgram): readonly Check[] {
  const fincore = find('fincore');
  const chromium = find('chromium', 'chromium-browser', 'google-chrome', 'chrome');
  return [
    fincore !== null
      ? ok('fincore', 'tells whether a cold start read the model from memory or from the disk')
      : {
          name: 'fincore',
          status: 'warning',
          message: 'not found: whether a cold start read the model from memory or from the disk stays unknown',
          fix: 'apt-get install util-linux-extra',
        },
    chromium !== null
      ? ok('chromium', `${chromium} (for the browser tests of the report)`)
      : {
          name: 'chromium',
          status: 'optional',
          message: 'not found: the browser tests of the report are skipped; reports need it not',
          fix: 'apt-get install chromium',
        },
  ];
}

function peerVersion(name: string): string | null {
  const { peerDependencies } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as {
    peerDependencies?: Record<string, string>;
  };
  return peerDependencies?.[name] ?? null;
}

function ok(name: string, message: string): Check {
  return { name, status: 'ok', message, fix: null };
}
