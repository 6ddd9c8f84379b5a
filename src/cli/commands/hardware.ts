import { cpuPowerText, powerSavingText } from '../../analysis/power-text.ts';
import { loadCatalogue } from '../../hardware/catalogue.ts';
import { detectMachine, type Machine } from '../../hardware/detect.ts';
import { identifyMachine } from '../../hardware/identity.ts';
import { instructionSets } from '../../hardware/instruction-sets.ts';
import { type Identity, type Match, matchProfiles } from '../../hardware/match.ts';
import { readTopology } from '../../hardware/topology.ts';
import type { ExitCode } from '../../kernel/errors.ts';
import { formatBytes, formatNumber } from '../../units/format.ts';
import { describeDevices, detectDevices } from '../detected-devices.ts';
import type { Streams } from '../streams.ts';
import { describeTopology } from '../topology-text.ts';

export interface HardwareDetectOptions {
  readonly profiles?: string;
  readonly json?: boolean;
}

/**
 * `dyno hardware detect`: what this machine is, what limits its power, and which profiles are its, as text or as JSON. Unknown facts are `null` in JSON and
 * `unknown` in text.
 */
export async function hardwareDetectCommand(options: HardwareDetectOptions, streams: Streams): Promise<ExitCode> {
  const [machine, answer] = await Promise.all([detectMachine(), readTopology()]);
  const identity = identifyMachine();
  const devices = await detectDevices();
  const { profiles } = loadCatalogue({ own: options.profiles });
  const matches = matchProfiles(identity, profiles);
  if (options.json) {
    const found = matches.map(({ profile, confidence, evidence }) => ({ id: profile.id, confidence, evidence }));
    const { gpus } = identity;
    streams.stdout.write(`${JSON.stringify({ ...machine, gpus, devices, ...answer, profiles: found }, null, 2)}\n`);
  } else {
    const matched = describeMatches(identity, matches, profiles.length);
    streams.stdout.write(describeMachine(machine) + describeDevices(devices, 16) + matched + describeTopology(answer));
  }
  return 0;
}

/** Which profiles are this machine's, and what they were recognised by; or why none is. */
export function describeMatches({ processor, gpus }: Identity, matches: readonly Match[], known: number): string {
  const lines = matches.map(({ profile, confidence, evidence }) => {
    const part = confidence === 'part' ? ' (a part of one)' : '';
    return `Profile         ${profile.id}${part}: ${evidence}\n`;
  });
  if (lines.length > 0) return lines.join('');
  const names = [...gpus.map(({ name }) => name), ...(processor === null ? [] : [processor])];
  const seen =
    names.length === 0
      ? 'neither processor nor GPU says a name'
      : `none is called ${names.map((name) => `"${name}"`).join(' or ')}`;
  return `Profile         none of the ${known} known ones: ${seen}. Figures are measured as "local".\n`;
}

/** The machine in lines of a name and a text. */
export function describeMachine(machine: Machine): string {
  const { os, cpu, memory, cgroup, system, virtualization, accelerators } = machine;
  const lines: [string, string][] = [
    ['Processor', `${cpu.model ?? 'unknown'}${cpu.vendor === null ? '' : ` (${cpu.vendor})`}`],
    ['Cores', `${cpu.logicalCores}, of them ${cpu.availableCores} usable; ${cpu.physicalCores ?? 'unknown'} physical`],
    ['Clock', `up to ${hertz(cpu.maximumHertz)}, governor ${cpu.governor ?? 'unknown'}`],
    ['Power', `${cpuPowerText(cpu.power)}; ${powerSavingText(cpu.power.powerSaving)}`.replace(/^not told; /, '')],
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
