import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { detectMachine, type Machine } from '../hardware/detect.ts';
import { instructionSets } from '../hardware/instruction-sets.ts';
import { readTopology } from '../hardware/topology.ts';
import { commandOutput } from '../kernel/command-output.ts';
import { canonicalJson, sha256 } from '../kernel/content-hash.ts';
import { installedPackage, installedVersion, textOfJson } from '../kernel/installed-package.ts';
import { packageVersion } from '../kernel/package-root.ts';
import type { Environment } from '../results/events.ts';
import { privateHash, redactDeep } from '../results/redact.ts';

/**
 * Describes the machine and the software of a run, redacted: the host is a hash that only this machine can make again. `git` is that of
 * the folder in which the command runs.
 */
export async function recordEnvironment(): Promise<Environment> {
  const [machine, topology, git] = await Promise.all([detectMachine(), readTopology(), gitState(process.cwd())]);
  const { os, memory, cgroup, virtualization } = machine;
  const { availableCores, governor, logicalCores, maximumHertz, model, physicalCores, power, vendor } = machine.cpu;
  const flags = instructionSets(machine.cpu.flags);
  const versions = softwareVersions();
  return redactDeep({
    fingerprint: fingerprint(machine, flags, versions),
    host: privateHash('host', hostname()),
    os,
    cpu: { model, vendor, physicalCores, logicalCores, availableCores, flags, governor, maximumHertz, power },
    memory: { totalBytes: memory.totalBytes, limitBytes: cgroup.memoryLimitBytes },
    cgroup: { version: cgroup.version, cpuQuotaCores: cgroup.cpuQuotaCores },
    virtualization,
    versions,
    git,
    ...topology,
  });
}

/**
 * Hash of what must be equal for two results to be comparable: processor, cores that may be used, memory, operating system and
 * software. Not of the host's name (two equal machines are comparable) nor of what changes by itself, such as the governor; memory is
 * rounded to GiB, because kernels keep a little more or less for themselves.
 */
function fingerprint(machine: Machine, flags: readonly string[], versions: Environment['versions']): string {
  const { cpu, cgroup, memory, os } = machine;
  const compared = {
    cpu: { model: cpu.model, physicalCores: cpu.physicalCores, logicalCores: cpu.logicalCores, flags },
    cores: { available: cpu.availableCores, quota: cgroup.cpuQuotaCores },
    memory: { total: gibibytes(memory.totalBytes), limit: gibibytes(cgroup.memoryLimitBytes) },
    os,
    versions,
  };
  return sha256(canonicalJson(compared)).slice(0, 16);
}

function gibibytes(bytes: number | null): number | null {
  return bytes === null ? null : Math.round(bytes / 2 ** 30);
}

/** Versions of what the figures depend on; what is not installed is left out. Loads none of it. */
function softwareVersions(): Readonly<Record<string, string>> {
  const versions = {
    node: process.versions.node,
    v8: process.versions.v8,
    dyno: packageVersion(),
    'onnxruntime-node': installedVersion('onnxruntime-node'),
    'onnxruntime-web': installedVersion('onnxruntime-web'),
    sharp: installedVersion('sharp'),
    libvips: libvipsVersion(),
  };
  return Object.fromEntries(Object.entries(versions).filter((entry): entry is [string, string] => entry[1] !== null));
}

/** sharp brings libvips in a package for each platform; on Windows within its own. Where musl is the C library the name says so. */
function libvipsVersion(): string | null {
  const { platform, arch } = process;
  const platforms = [`${platform}-${arch}`, `${platform}musl-${arch}`];
  for (const name of platforms.flatMap((one) => [`@img/sharp-libvips-${one}`, `@img/sharp-${one}`])) {
    const folder = installedPackage(name);
    if (folder !== null && existsSync(join(folder, 'versions.json'))) {
      return textOfJson(join(folder, 'versions.json'), 'vips');
    }
  }
  return null;
}

/** The commit of a folder and whether tracked files differ from it; null outside of a repository or without git. */
async function gitState(folder: string): Promise<Environment['git']> {
  // Asking must not write: `git status` would refresh the index, and fail a git command that the user runs at the same time.
  const options = { seconds: 2, folder, environment: { GIT_OPTIONAL_LOCKS: '0' } };
  const [commit, changes] = await Promise.all([
    commandOutput('git', ['rev-parse', 'HEAD'], options),
    commandOutput('git', ['status', '--porcelain', '--untracked-files=no'], options),
  ]);
  return { commit: commit?.trim() || null, dirty: changes === null ? null : changes.trim() !== '' };
}
