import { amdSmiCollector } from './amd-smi.ts';
import { amdSysfsCollector } from './amd-sysfs.ts';
import type { Collector } from './collector.ts';
import { machineCollector } from './machine.ts';
import { machinePortableCollector } from './machine-portable.ts';
import { nvidiaCollector } from './nvidia.ts';
import { processCollector } from './process.ts';
import { raplCollector } from './rapl.ts';

/** New instances of the collectors that come with the package. Columns of a sample stand in this order. */
export function builtInCollectors(): readonly Collector[] {
  return [
    processCollector(),
    machineCollector(),
    machinePortableCollector(),
    nvidiaCollector(),
    amdSysfsCollector(),
    amdSmiCollector(),
    raplCollector(),
  ];
}
