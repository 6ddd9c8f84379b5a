import { detectMachine, type Machine } from '../../hardware/detect.ts';
import { instructionSets } from '../../hardware/instruction-sets.ts';
import type { ExitCode } from '../../kernel/errors.ts';
import { formatBytes, formatNumber } from '../../units/format.ts';
import type { Streams } from '../streams.ts';

export interface HardwareDetectOptions {
  readonly json?: boolean;
}

/** `dyno hardware detect`: what this machine is, as text or as JSON. Unknown facts are `null` in JSON and `unknown` in text. */
export async function hardwareDetectCommand(options: HardwareDetectOptions, streams: Streams): Promise<ExitCode> {
  const machine = await detectMachine();
  streams.stdout.write(options.json === true ? `${JSON.stringify(machine, null, 2)}\n` : describeMachine(machine));
  return 0;
}

/** The machine in lines of a name and a text. */
export function describeMachine(machine: Machine): string {
  const { os, cpu, memory, cgroup, system, virtualization, accelerators } = machine;
  const lines: [string, string][] = [
    ['Processor', `${cpu.model ?? 'unknown'}${cpu.vendor === null ? '' : ` (${cpu.vendor})`}`],
    ['Cores', `${cpu.logicalCores}, of them ${cpu.availableCores} usable; ${cpu.physicalCores ?? 'unknown'} physical`],
    ['Clock', `up to ${hertz(cpu.maximumHertz)}, governor ${cpu.governor ?? 'unknown'}`],
    ['Instructions', instructionSets(cpu.flags).join(' ') || 'unknown'],
    ['Memory', `${formatBytes(memory.totalBytes)}, ${bytes(memory.availableBytes)} available`],
    ['Limits', limits(cgroup)],
    [
      'System',
      [os.distribution, os.release, `(${os.platform} ${os.arch}, kernel ${os.kernel})`].filter(Boolean).join(' '),
    ],
    ['Machine', [system.manufacturer, system.model].filter(Boolean).join(' ') || 'unknown'],
    ['Virtualization', virtualization ?? 'none noticed'],
    ...(accelerators.length === 0 ? [['Accelerators', 'none found'] as [string, string]] : []),
    ...accelerators.map(({ vendor, kind, count, evidence }): [string, string] => [
      'Accelerator',
      `${count === null ? '' : `${count} × `}${vendor} ${kind}, seen by ${evidence}`,
    ]),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, text]) => `${name.padEnd(width)}  ${text}\n`).join('');
}

function limits({ version, cpuQuotaCores, memoryLimitBytes }: Machine['cgroup']): string {
  if (version === null) return 'no control groups';
  const cpu = cpuQuotaCores === null ? 'no CPU quota' : `${formatNumber(cpuQuotaCores)} cores`;
  const memory = memoryLimitBytes === null ? 'no memory limit' : `${formatBytes(memoryLimitBytes)} of memory`;
  return `${cpu}, ${memory} (control groups version ${version})`;
}

function hertz(value: number | null): string {
  return value === null ? 'unknown' : `${formatNumber(value / 1e9)} GHz`;
}

function bytes(value: number | null): string {
  return value === null ? 'unknown' : formatBytes(value);
}
