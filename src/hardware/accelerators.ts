import { join } from 'node:path';
import { findProgram } from '../kernel/find-program.ts';
import { namesIfReadable, textIfReadable } from '../kernel/tolerant-read.ts';

/** A device that could run a model, or a sign of one. */
export interface Accelerator {
  readonly vendor: string;
  readonly kind: 'gpu' | 'accelerator' | 'driver tool';
  /** How many were seen this way; null for a tool, which says nothing of devices. */
  readonly count: number | null;
  /** Where it was seen: a device file, a PCI class, a program. */
  readonly evidence: string;
}

/** PCI vendor ids of makers of GPUs and accelerators (https://pci-ids.ucw.cz). */
const vendors: Readonly<Record<string, string>> = {
  '0x10de': 'NVIDIA',
  '0x1002': 'AMD',
  '0x8086': 'Intel',
  '0x1da3': 'Habana Labs',
  '0x1d0f': 'Amazon',
  '0x1ae0': 'Google',
};

/** Device files by which drivers show that they work. */
const deviceFiles = [
  { vendor: 'NVIDIA', pattern: /^nvidia\d+$/ },
  { vendor: 'AMD', pattern: /^kfd$/ },
  { vendor: 'Habana Labs', pattern: /^hl\d+$/ },
  { vendor: 'Amazon', pattern: /^neuron\d+$/ },
] as const;

/** Programs that drivers bring along. They are looked for, not run: some take seconds, and hang with a broken driver. */
const tools = [
  { vendor: 'NVIDIA', program: 'nvidia-smi' },
  { vendor: 'AMD', program: 'amd-smi' },
  { vendor: 'AMD', program: 'rocm-smi' },
  { vendor: 'Intel', program: 'xpu-smi' },
] as const;

/** Looks for GPUs and other accelerators: on the PCI bus, among device files, and by their tools. Linux only but for the tools. */
export function findAccelerators(folders: { readonly sys: string; readonly dev: string }): readonly Accelerator[] {
  return [...onPciBus(folders.sys), ...amongDevices(folders.dev), ...installedTools()];
}

function onPciBus(sysRoot: string): Accelerator[] {
  const folder = join(sysRoot, 'bus', 'pci', 'devices');
  const counts = new Map<string, Accelerator>();
  for (const device of namesIfReadable(folder)) {
    const pciClass = textIfReadable(join(folder, device, 'class'));
    const kind = kindOfClass(pciClass);
    const id = textIfReadable(join(folder, device, 'vendor'));
    const vendor = id === null ? undefined : vendors[id];
    if (kind === null || vendor === undefined) continue;
    const evidence = `PCI class ${pciClass}`;
    const key = `${vendor} ${kind} ${evidence}`;
    counts.set(key, { vendor, kind, count: (counts.get(key)?.count ?? 0) + 1, evidence });
  }
  return [...counts.values()];
}

/** The upper bytes of a PCI class: 03 is a display controller, 12 a processing accelerator. */
function kindOfClass(pciClass: string | null): 'gpu' | 'accelerator' | null {
  if (pciClass?.startsWith('0x03')) return 'gpu';
  return pciClass?.startsWith('0x12') ? 'accelerator' : null;
}

function amongDevices(devRoot: string): Accelerator[] {
  const files = namesIfReadable(devRoot);
  return deviceFiles.flatMap(({ vendor, pattern }) => {
    const found = files.filter((name) => pattern.test(name));
    const [first] = found;
    if (first === undefined) return [];
    // One /dev/kfd stands for all GPUs of AMD.
    const count = first === 'kfd' ? null : found.length;
    return [{ vendor, kind: 'accelerator' as const, count, evidence: join(devRoot, first) }];
  });
}

function installedTools(): Accelerator[] {
  return tools.flatMap(({ vendor, program }) => {
    const path = findProgram(program);
    return path === null ? [] : [{ vendor, kind: 'driver tool' as const, count: null, evidence: path }];
  });
}
