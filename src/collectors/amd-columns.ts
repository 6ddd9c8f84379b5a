import type { Column } from './collector.ts';

const described: Readonly<Record<string, readonly [Column['unit'], string]>> = {
  power: ['W', 'Power that the package or board draws, averaged by its controller.'],
  energy: ['J', 'Energy since the driver was loaded.'],
  utilization: ['ratio', 'Share of time in which the graphics and compute engine was busy.'],
  memory_utilization: ['ratio', 'Share of time in which the memory controller was busy.'],
  memory_used: ['bytes', 'Device memory in use by all processes.'],
  temperature: ['celsius', 'Temperature at the edge of the chip.'],
  sm_clock: ['Hz', 'Clock of the compute units.'],
  memory_clock: ['Hz', 'Clock of the device memory.'],
  age: ['s', 'How long before the row these figures had come.'],
};

/** Figures of an AMD device, in the order of its columns. */
export const amdFigures: readonly string[] = Object.keys(described);

/** The column of a figure of a device. */
export function amdColumn(index: number, figure: string): Column {
  const [unit, description] = described[figure] ?? ['count', ''];
  return { name: `gpu${index}_${figure}`, unit, description };
}
