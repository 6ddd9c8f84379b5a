import type { DeviceState } from '../results/events.ts';
import type { Run } from '../results/run.ts';
import type { Difference } from './compare-runs.ts';

/** What a run was measured on and with, as far as figures hang on it. */
export interface MachineFact {
  readonly name: string;
  /** `not known`: the run does not tell. */
  readonly value: string;
}

const unknown = 'not known';

/**
 * The facts that must be equal for figures of two runs to be compared: processor, cores, memory, GPUs with memory, driver, power limit and
 * slices, operating system, Node.js, ONNX Runtime, governor. Memory is in whole GiB, as kernels keep a little more or less for themselves.
 * Versions of Dyno and of what it decodes with are not among them: they may be what is compared.
 */
export function machineFacts({ environment, collectors, powerLimit }: Run): MachineFact[] {
  const { cpu, memory, cgroup, os, versions } = environment;
  const gpus = collectors
    .flatMap(({ devices = [] }) => devices)
    .filter(({ kind }) => kind === 'gpu')
    .sort((a, b) => a.index - b.index);
  const limit = memory.limitBytes === null ? '' : `, limited to ${gibibytes(memory.limitBytes)}`;
  const quota = cgroup.cpuQuotaCores === null ? '' : `, quota of ${cgroup.cpuQuotaCores}`;
  return [
    { name: 'processor', value: cpu.model ?? unknown },
    {
      name: 'cores',
      value: `${cpu.physicalCores ?? unknown} with ${cpu.logicalCores} threads, ${cpu.availableCores} to be used${quota}`,
    },
    { name: 'instruction sets', value: cpu.flags.join(' ') || 'none' },
    { name: 'memory', value: `${gibibytes(memory.totalBytes)}${limit}` },
    ...(gpus.length === 0 ? [{ name: 'GPU', value: 'none' }] : gpus.flatMap(gpuFacts)),
    ...(powerLimit === undefined ? [] : [{ name: 'power limit set for the run', value: `${powerLimit.watts} W` }]),
    {
      name: 'operating system',
      value: [os.distribution ?? os.platform, os.release, `kernel ${os.kernel}`, os.arch].filter(Boolean).join(', '),
    },
    { name: 'virtualization', value: environment.virtualization ?? 'none' },
    { name: 'Node.js', value: versions.node ?? unknown },
    { name: 'ONNX Runtime', value: versions['onnxruntime-node'] ?? 'none' },
    { name: 'governor', value: cpu.governor ?? unknown },
  ];
}

function gpuFacts({ index, name, memoryBytes, driver, powerLimitWatts, isSliced }: DeviceState): MachineFact[] {
  const of = `GPU ${index}`;
  return [
    { name: of, value: name ?? unknown },
    { name: `memory of ${of}`, value: memoryBytes === null ? unknown : gibibytes(memoryBytes) },
    { name: `driver of ${of}`, value: driver ?? unknown },
    { name: `power limit of ${of}`, value: powerLimitWatts === null ? unknown : `${powerLimitWatts} W` },
    { name: `slices of ${of} (MIG)`, value: isSliced === null ? unknown : isSliced ? 'on' : 'off' },
  ];
}

/** The facts in which two runs differ; empty: figures of the two may be compared. */
export function machineDifferences(base: Run, candidate: Run): Difference[] {
  const [ofBase, ofCandidate] = [base, candidate].map(
    (run) => new Map(machineFacts(run).map(({ name, value }) => [name, value])),
  );
  if (ofBase === undefined || ofCandidate === undefined) return [];
  return [...new Set([...ofBase.keys(), ...ofCandidate.keys()])].flatMap((field) => {
    const [a, b] = [ofBase.get(field) ?? 'none', ofCandidate.get(field) ?? 'none'];
    return a === b ? [] : [{ field, base: a, candidate: b }];
  });
}

function gibibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 30)} GiB`;
}
