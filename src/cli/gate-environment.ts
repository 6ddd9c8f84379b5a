import { totalmem } from 'node:os';
import type { Device } from '../collectors/collector.ts';
import type { Fact } from '../gate/gate-report.ts';
import { detectMachine, type Machine } from '../hardware/detect.ts';
import { installedVersion } from '../kernel/installed-package.ts';
import { packageVersion } from '../kernel/package-root.ts';
import { redactDeep } from '../results/redact.ts';
import { formatBytes, formatNumber } from '../units/format.ts';

/**
 * The machine of a gate as its report shows it in one line. `devices`: the graphics processors that are watched. What is not known is left out. Never
 * rejects; takes some 50 ms.
 */
export async function gateEnvironment(devices: readonly Device[] = []): Promise<Fact[]> {
  const machine = await detectMachine();
  const runtime = installedVersion('onnxruntime-node');
  return redactDeep([
    { name: 'CPU', value: machine.cpu.model ?? 'not known' },
    { name: 'cores', value: coresText(machine) },
    { name: 'RAM', value: formatBytes(machine.memory.totalBytes || totalmem()) },
    ...gpuFacts(devices, machine),
    { name: 'OS', value: systemText(machine) },
    { name: 'Node', value: process.version },
    { name: 'Dyno', value: packageVersion() },
    ...(runtime === null ? [] : [{ name: 'ONNX Runtime', value: runtime }]),
    ...(machine.cpu.governor === null ? [] : [{ name: 'governor', value: machine.cpu.governor }]),
  ]);
}

function coresText({ cpu, cgroup }: Machine): string {
  const allowed =
    cpu.availableCores < cpu.logicalCores ? `${cpu.availableCores} of ${cpu.logicalCores}` : String(cpu.logicalCores);
  return cgroup.cpuQuotaCores === null ? allowed : `${allowed} (quota ${formatNumber(cgroup.cpuQuotaCores)})`;
}

function systemText({ os, virtualization }: Machine): string {
  const name = [os.distribution ?? os.platform, os.release].filter(Boolean).join(' ');
  const inside = virtualization === null ? '' : `, in ${virtualization}`;
  return `${name} (${os.kernel}${inside})`;
}

/** Watched devices with all that is known of them; else that there are some, of which no more is told. */
function gpuFacts(devices: readonly Device[], machine: Machine): Fact[] {
  if (devices.length > 0) return devices.map((device) => ({ name: 'GPU', value: deviceText(device) }));
  const seen = machine.accelerators.filter(({ kind }) => kind !== 'driver tool').map(({ vendor }) => vendor);
  return [...new Set(seen)].map((vendor) => ({ name: 'GPU', value: `of ${vendor} (not watched)` }));
}

function deviceText({ vendor, name, driver, memoryBytes, powerLimitWatts, isSliced }: Device): string {
  const details = [
    ...(memoryBytes === null ? [] : [formatBytes(memoryBytes)]),
    ...(driver === null ? [] : [`driver ${driver}`]),
    ...(powerLimitWatts === null ? [] : [`limit ${formatNumber(powerLimitWatts)} W`]),
    ...(isSliced === null ? [] : [isSliced ? 'MIG on' : 'MIG off']),
  ];
  const called = name ?? `of ${vendor ?? 'an unknown maker'}`;
  return details.length === 0 ? called : `${called} (${details.join(', ')})`;
}
