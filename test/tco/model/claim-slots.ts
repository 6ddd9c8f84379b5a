import type { OwnedOption } from '../../../src/tco/model/owned.ts';
import { owned } from './example-options.ts';

/**
 * One accelerator and its share of a machine, as the comparison of A100 and V100 counts them: card prices of 2020 to 2022, throughput of
 * ResNet-50 v1.5 in FP16 with MXNet at batch 128 (NVIDIA DeepLearningExamples: 8,018 and 3,362 images/s).
 */
export interface SlotBoundary {
  readonly a100: OwnedOption;
  readonly v100: OwnedOption;
}

const throughput = { a100: 8_018, v100: 3_362 };

interface Slot {
  readonly price: number;
  readonly watts?: number;
  readonly serverOverhead?: number;
}

/** What both have in common. */
interface Shared {
  /** Currency per kW and month. */
  readonly colocation?: number;
  /** Host, network and staff as one sum, currency per slot. */
  readonly lump?: number;
  readonly maintenance?: number;
}

/** Both always on at full power, at PUE 1.58 (Uptime 2023) and 0.0826 a kWh (US industrial 2025, EIA), for three years. */
export function slots(a100: Slot, v100: Slot, shared: Shared = {}): SlotBoundary {
  const slot = (name: 'a100' | 'v100', { price, watts = 0, serverOverhead = 0 }: Slot): OwnedOption =>
    owned({
      name,
      itemsPerSecond: throughput[name],
      capital: { acceleratorPrice: price, serverOverhead, installationPerMachine: shared.lump ?? 0 },
      power: { idleWatts: watts, loadWatts: watts, provisionedWatts: watts },
      facility: {
        powerUsageEffectiveness: 1.58,
        electricityPrice: 0.0826,
        colocationPerKilowattMonth: shared.colocation ?? 0,
      },
      running: { maintenanceShare: shared.maintenance ?? 0 },
    });
  return { a100: slot('a100', a100), v100: slot('v100', v100) };
}

/** Whole system ÷ accelerators, measured at the wall under ResNet-50 (MLPerf v1.0, 3 × A100-PCIe-40). */
const watts = 367;
/** Primary markets, H2 2024 (CBRE), currency per kW and month. */
const colocation = 184;

/** The boundaries S0 to S6 by name. */
export const boundaries = {
  S0: slots({ price: 15_000 }, { price: 8_000 }),
  S1: slots({ price: 15_000, watts: 250 }, { price: 8_000, watts: 250 }),
  S2: slots({ price: 15_000, watts: 400 }, { price: 8_000, watts: 300 }),
  S3: slots({ price: 15_000, watts }, { price: 8_000, watts }, { colocation }),
  S4: slots({ price: 15_000, watts }, { price: 8_000, watts }, { colocation, lump: 5_000, maintenance: 0.05 }),
  S5: slots(
    { price: 15_000, watts, serverOverhead: 0.66 },
    { price: 8_000, watts, serverOverhead: 0.69 },
    { colocation },
  ),
  S6: slots({ price: 16_339, watts }, { price: 325, watts }, { colocation, lump: 5_000 }),
} as const;
