import { Registry } from '../kernel/registry.ts';
import type { Collector } from './collector.ts';
import { machineCollector } from './machine.ts';
import { machinePortableCollector } from './machine-portable.ts';
import { processCollector } from './process.ts';

/** The collectors that come with the package, behind the same door that plug-ins use. Columns of a sample stand in this order. */
export function builtInCollectors(): Registry<Collector> {
  return new Registry<Collector>('collector')
    .add(processCollector())
    .add(machineCollector())
    .add(machinePortableCollector());
}
