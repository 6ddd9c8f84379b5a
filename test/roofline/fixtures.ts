import type { HardwareProfile } from '../../src/hardware/profile.ts';
import { profileOf } from '../../src/hardware/profile.ts';
import type { PublishedFigure } from '../../src/hardware/published.ts';

const stated = (value: number | null) => ({ value, confidence: 'sourced' as const });

/** A made-up accelerator: peaks in TFLOP/s, bandwidth in GB/s, memory in GB. */
export function device(
  id: string,
  {
    fp16 = 100 as number | null,
    int8 = 200 as number | null,
    bandwidth = 1000 as number | null,
    memory = 40 as number | null,
    watts = 100 as number | null,
    vendor = 'NVIDIA',
    architecture = 'Turing',
  } = {},
): HardwareProfile {
  const scaled = (value: number | null, unit: number) => stated(value === null ? null : value * unit);
  return profileOf(
    {
      id,
      name: id,
      vendor,
      architecture,
      kind: 'gpu',
      peak_operations_per_second: { fp16: scaled(fp16, 1e12), int8: scaled(int8, 1e12) },
      memory: { capacity_bytes: scaled(memory, 1e9), bandwidth_bytes_per_second: scaled(bandwidth, 1e9) },
      power_watts: { design: stated(watts) },
    },
    { file: `${id}.yaml`, origin: 'built-in', replaces: null },
  );
}

/** A made-up figure: ResNet-50 in int8, Offline, but for the changes. */
export function figure(accelerator: string, value: number, changes: Partial<PublishedFigure> = {}): PublishedFigure {
  return {
    stack: 'mlperf',
    software: null,
    model: 'resnet50-v1.5',
    scenario: 'Offline',
    accelerator,
    precision: 'int8',
    batchSize: null,
    unit: 'samples/s per accelerator',
    value,
    low: null,
    high: null,
    results: 4,
    rounds: [],
    source: 'made up',
    ...changes,
  };
}
