import { cpuPowerText, devicePowerText, powerSavingText } from '../../analysis/power-text.ts';
import { powerLimitText } from '../../analysis/run-power-limit.ts';
import { topologyText } from '../../analysis/topology-links.ts';
import type { Run } from '../../results/run.ts';
import { formatBytes, formatSeconds } from '../../units/format.ts';
import { runLetter } from '../charts/panels.ts';
import { displayName, displayText } from '../display-name.ts';
import type { ReportInput } from '../input.ts';
import { type Cell, cell, column, headCell, row, type Section, section, table } from './section.ts';

type Line = readonly [name: string, of: (run: Run) => string];

const unknown = 'not known';

const machine: readonly Line[] = [
  ['Processor', ({ environment: { cpu } }) => text(cpu.model)],
  [
    'Cores',
    ({ environment: { cpu } }) =>
      `${cpu.availableCores} available, ${cpu.logicalCores} logical, ${cpu.physicalCores ?? unknown} physical`,
  ],
  ['Clock governor', ({ environment: { cpu } }) => text(cpu.governor)],
  [
    'Power settings of the processor',
    ({ environment: { cpu } }) =>
      cpu.power === undefined
        ? unknown
        : displayText(`${cpuPowerText(cpu.power)}; ${powerSavingText(cpu.power.powerSaving)}`, 400),
  ],
  [
    'Highest clock',
    ({ environment: { cpu } }) => (cpu.maximumHertz === null ? unknown : `${(cpu.maximumHertz / 1e9).toFixed(2)} GHz`),
  ],
  [
    'Instruction sets',
    ({ environment: { cpu } }) =>
      cpu.flags.length === 0
        ? unknown
        : cpu.flags
            .filter((flag) => /^(sse4|avx|amx|fma|f16c|neon|asimd|sve|i8mm|bf16)/.test(flag))
            .map((flag) => displayName(flag, 24))
            .join(' ') || 'none that matter here',
  ],
  [
    'Memory',
    ({ environment: { memory } }) =>
      `${formatBytes(memory.totalBytes)}${memory.limitBytes === null ? '' : `, limited to ${formatBytes(memory.limitBytes)}`}`,
  ],
  [
    'CPU quota',
    ({ environment: { cgroup } }) => (cgroup.cpuQuotaCores === null ? 'none' : `${cgroup.cpuQuotaCores} cores`),
  ],
  ['Virtualization', ({ environment }) => text(environment.virtualization)],
  [
    'System',
    ({ environment: { os } }) =>
      [os.distribution, os.release, os.arch]
        .filter((part) => part !== null)
        .map((part) => displayName(part, 60))
        .join(' '),
  ],
  ['Kernel', ({ environment: { os } }) => displayName(os.kernel)],
  ['Host', ({ environment }) => `${displayName(environment.host, 60)} (hashed)`],
  [
    'Source',
    ({ environment: { git } }) =>
      git.commit === null
        ? unknown
        : `commit ${displayName(git.commit, 16)}${git.dirty === true ? ', with changes' : ''}`,
  ],
];

const configuration: readonly Line[] = [
  ['Suite', ({ suite }) => displayName(suite.name)],
  ['Started', ({ startedAt }) => displayName(startedAt, 40)],
  ['Finished', ({ finishedAt }) => (finishedAt === null ? 'not finished' : displayName(finishedAt, 40))],
  ['Command', ({ command }) => displayText(command.join(' '), 600)],
  ['Preset', ({ policy }) => displayName(policy.preset)],
  ['Rounds of each case', ({ policy }) => String(policy.rounds)],
  [
    'Warm-up',
    ({ policy: { warmup } }) => `at least ${warmup.minQueries} queries and ${formatSeconds(warmup.minSeconds)}`,
  ],
  [
    'Window',
    ({ policy: { window } }) =>
      `at least ${window.minQueries} queries and ${formatSeconds(window.minSeconds)}, at most ${formatSeconds(window.maxSeconds)}`,
  ],
  ['Order', ({ policy }) => `${displayName(policy.order, 30)}, seed ${policy.seed}`],
  ['Pause between rounds', ({ policy }) => formatSeconds(policy.cooldownSeconds)],
  ['Sampling of the machine', ({ policy }) => `${policy.samplingHertz} Hz`],
  [
    'Latency limit',
    ({ limits }) =>
      limits.latency === null ? 'none' : `${limits.latency.percentile} within ${formatSeconds(limits.latency.seconds)}`,
  ],
];

/** A line for each device that any of the runs sampled: what it is and what limits it. */
function deviceLines(runs: readonly Run[]): Line[] {
  const devicesOf = ({ collectors }: Run) => collectors.flatMap(({ devices = [] }) => devices);
  const names = new Set(runs.flatMap((run) => devicesOf(run).map(({ kind, index }) => `${kind}${index}`)));
  return [...names].sort().map((name) => [
    name,
    (run) => {
      const device = devicesOf(run).find(({ kind, index }) => `${kind}${index}` === name);
      if (device === undefined) return 'none';
      const saving = device.power === undefined ? [] : [powerSavingText(device.power.powerSaving)];
      const what = [device.name ?? (device.kind === 'package' ? 'processor package' : unknown), device.driver];
      const limits = device.kind === 'package' ? [] : [devicePowerText(device), ...saving];
      return displayText([what.filter((part) => part !== null).join(', driver '), ...limits].join('; '), 500);
    },
  ]);
}

/** The power limit, where any of the runs set one. */
function limitLines(runs: readonly Run[]): Line[] {
  if (runs.every(({ powerLimit }) => powerLimit === undefined)) return [];
  return [['Power limit', (run) => displayText(powerLimitText(run), 600) || 'none set by the run']];
}

/** How devices are joined to each other, where any of the runs tells. */
function topologyLines(runs: readonly Run[]): Line[] {
  if (runs.every(({ environment: { topology = null } }) => topology === null)) return [];
  const textOf = ({ environment: { topology = null } }: Run): string =>
    topology === null ? unknown : displayText(topologyText(topology), 300);
  return [['Links between devices', textOf]];
}

/** How the runs were made and on what, one column a run; lines that differ between runs are marked. */
export function environmentSection(input: ReportInput): Section {
  const runs = input.runs.map(({ run }) => run);
  const several = runs.length > 1;
  const versions = [...new Set(runs.flatMap(({ environment }) => Object.keys(environment.versions)))].map(
    (name): Line => [
      displayName(name, 40),
      ({ environment }) =>
        Object.hasOwn(environment.versions, name) ? displayName(environment.versions[name] ?? '', 60) : unknown,
    ],
  );
  const columns = [
    column(''),
    ...runs.map((run, index) => column(several ? `Run ${runLetter(index)}` : displayName(run.runId, 60))),
  ];
  const lines = (group: readonly Line[]) =>
    group.map(([name, of]) => {
      const texts = runs.map(of);
      const differs = new Set(texts).size > 1;
      return row([headCell(name), ...texts.map((one): Cell => cell(one, { tone: differs ? 'warn' : '' }))]);
    });
  const findings = runs.flatMap((run, index) =>
    run.preflight.map(
      ({ severity, check, message }) =>
        `${several ? `Run ${runLetter(index)}: ` : ''}${severity === 'warning' ? 'Warning, ' : ''}${displayName(check, 40)}: ${displayText(message, 400)}`,
    ),
  );
  const collectors = runs.flatMap((run, index) =>
    run.collectors.map(({ name, available, reason, columns, devices = [] }) => {
      const state = available
        ? `sampled ${sampledText(columns, devices)}`
        : `not available: ${displayText(reason ?? unknown, 300)}`;
      return `${several ? `Run ${runLetter(index)}: ` : ''}${displayName(name, 40)}: ${state}`;
    }),
  );
  return section('environment', 'Configuration and machine', {
    lead: several
      ? 'What differs between the runs is marked: it may be the cause of what differs above.'
      : 'What is needed to do this again, and to judge whether another result compares.',
    tables: [
      table('Configuration', columns, lines([...configuration, ...limitLines(runs)])),
      table('Machine', columns, lines([...machine, ...deviceLines(runs), ...topologyLines(runs)])),
      table('Versions', columns, lines(versions), { folded: 'Versions of the software' }),
    ],
    lists: [
      ...(findings.length === 0 ? [] : [{ heading: 'Found before the start', items: findings }]),
      ...(collectors.length === 0 ? [] : [{ heading: 'Collectors', items: collectors }]),
    ],
  });
}

function text(value: string | null): string {
  return value === null ? unknown : displayName(value);
}

/** The columns; of devices, which all have the same ones, the figures once and then the devices. */
function sampledText(
  columns: Run['collectors'][number]['columns'],
  devices: NonNullable<Run['collectors'][number]['devices']>,
): string {
  const names = columns.map(({ name }) => displayName(name, 40));
  if (devices.length === 0) return names.join(', ');
  const figures = new Set(names.map((name) => name.replace(/^[a-z]+\d+_/, '').replaceAll('_', ' ')));
  const owners = devices.map(
    ({ kind, index, name }) => `${kind}${index}${name === null ? '' : ` (${displayText(name, 60)})`}`,
  );
  return `${[...figures].join(', ')} of ${owners.join(', ')}`;
}
