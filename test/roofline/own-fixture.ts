import { type HardwareProfile, profileOf } from '../../src/hardware/profile.ts';
import type { Case, Run } from '../../src/results/run.ts';
import { measuredCase, runOf } from '../tco/study-fixture.ts';

const measured = (value: number) => ({ value, source: 'measured', confidence: 'measured' as const });

/** A profile as `dyno hardware measure` writes it, of a machine with a processor of its own: so many GFLOP/s, a byte for ten operations. */
export function machine(id: string, gigaflops: number, changes: { cores?: number; instructions?: string[] } = {}) {
  return profileOf(
    {
      id,
      name: `${id} as measured`,
      vendor: 'AMD',
      architecture: 'x64',
      kind: 'cpu',
      measured_on: { processor: id, cores: changes.cores ?? 2, instructions: changes.instructions ?? ['fma', 'avx2'] },
      peak_operations_per_second: { fp32: measured(gigaflops * 1e9) },
      memory: { bandwidth_bytes_per_second: measured(gigaflops * 1e8) },
      power_watts: {},
    },
    { file: `${id}.yaml`, origin: 'own', replaces: null },
  );
}

/** Operations an item of the fixture's model. */
export const operations = 2 * 4_089_184_256;

/** A case of ResNet-50 as if it were a model of one's own, offline in scope inference, that reaches a share of the peak. */
export function offlineCase(itemsPerSecond: number, changes: Partial<Parameters<typeof measuredCase>[1]> = {}): Case {
  return measuredCase(
    { workload: 'own', batchSize: 8 },
    {
      throughput: itemsPerSecond,
      scenario: { kind: 'offline' },
      scope: 'inference',
      operators: { Conv: 53, Gemm: 1 },
      ...changes,
    },
  );
}

/** A run on the machine of a profile. */
export function runOn(id: string, cases: readonly Case[], changes: { runId?: string; startedAt?: string } = {}): Run {
  const run = runOf(cases, changes.runId ?? `run-${id}`);
  const { environment } = run;
  const cpu = { ...environment.cpu, model: id, availableCores: 2, physicalCores: 2, flags: ['avx2', 'fma'] };
  return { ...run, startedAt: changes.startedAt ?? run.startedAt, environment: { ...environment, cpu } };
}

/** What a share of the peak of a profile is in items a second. */
export function itemsAt(share: number, profile: HardwareProfile): number {
  return (share * (profile.peakOperationsPerSecond.fp32.value ?? Number.NaN)) / operations;
}
