import type { GpuConditions } from '../gate/pair.ts';
import { median } from '../stats/moments.ts';

/** What one device told at one moment; NaN where it told nothing. */
export interface GpuReport {
  readonly smClockHertz: number;
  /** 0 … 1. */
  readonly utilisation: number;
  /** `clocks_event_reasons.active`. */
  readonly throttleReasons: number;
  readonly foreignProcesses: number;
}

/** Figures of a collector that a report is made of, by the end of the name of their column. */
export const reportColumns = {
  smClockHertz: 'sm_clock',
  utilisation: 'utilization',
  throttleReasons: 'throttle_reasons',
  foreignProcesses: 'foreign_processes',
} as const satisfies Record<keyof GpuReport, string>;

/** Bits of nvmlClocksEventReasons (NVML) by nvidia-smi's names. The others say what a device does at rest, or was told to do. */
const flags: Readonly<Record<string, number>> = {
  sw_power_cap: 0x4,
  hw_slowdown: 0x8,
  sw_thermal_slowdown: 0x20,
  hw_thermal_slowdown: 0x40,
  hw_power_brake_slowdown: 0x80,
};

/** Busier than this a device is at work, and its clock is that of the work. */
const leastUtilisation = 0.05;
const fewestReports = 3;

/** Reports of a device around one process. */
export interface ReportsOfRound {
  /** Before it, once what ran before no longer counts in the utilisation. */
  readonly idle: readonly GpuReport[];
  readonly running: readonly GpuReport[];
  /** When the process had ended, so that every process on the device is another's. */
  readonly ended: readonly GpuReport[];
}

/** What the reports say of the conditions of a round. */
export function gpuConditions(index: number, { idle, running, ended }: ReportsOfRound): GpuConditions {
  const masks = known(running, 'throttleReasons');
  const utilisation = known(idle, 'utilisation');
  const foreign = [...known(idle, 'foreignProcesses'), ...known(ended, 'foreignProcesses')];
  return {
    index,
    smClockHertz: workingClock(running),
    throttleShares: masks.length === 0 ? {} : throttleShares(masks),
    foreignProcesses: foreign.length === 0 ? null : Math.max(...foreign),
    idleUtilisation: utilisation.length === 0 ? null : mean(utilisation),
  };
}

/** At rest a device lowers its clock: while a program loads its model says nothing of the clock at which it ran. */
function workingClock(running: readonly GpuReport[]): number | null {
  const tellsWork = known(running, 'utilisation').length > 0;
  const working = tellsWork ? running.filter(({ utilisation }) => utilisation > leastUtilisation) : running;
  const clocks = known(working, 'smClockHertz').sort((a, b) => a - b);
  return clocks.length < fewestReports ? null : median(clocks);
}

function throttleShares(masks: readonly number[]): Record<string, number> {
  return Object.fromEntries(
    Object.entries(flags).map(([name, bit]) => [name, mean(masks.map((mask) => ((mask & bit) === 0 ? 0 : 1)))]),
  );
}

function known(reports: readonly GpuReport[], figure: keyof GpuReport): number[] {
  return reports.map((report) => report[figure]).filter(Number.isFinite);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
