import type { Column } from './collector.ts';
import type { SmiRow } from './nvidia-csv.ts';
import { figureOf, type NoFigure, readCell } from './tool-cell.ts';

/** A column of a device, and the fields of nvidia-smi that can fill it: the first that has a figure does. */
export interface NvidiaColumn {
  readonly name: string;
  readonly unit: Column['unit'];
  readonly description: string;
  readonly fields: readonly string[];
}

/**
 * What is sampled of each NVIDIA device. `power.draw` is an average over about a second from Ampere on (but for GA100), so the instantaneous
 * figure comes first where a driver has it. `clocks_throttle_reasons` is what drivers before 535 call the reasons.
 */
export const nvidiaColumns: readonly NvidiaColumn[] = [
  { name: 'power', unit: 'W', description: 'Power that the board draws', fields: ['power.draw.instant', 'power.draw'] },
  {
    name: 'utilization',
    unit: 'ratio',
    description: 'Share of the last sixth to one second in which a kernel ran on the device',
    fields: ['utilization.gpu'],
  },
  {
    name: 'memory_utilization',
    unit: 'ratio',
    description: 'Share of the last sixth to one second in which its memory was read or written',
    fields: ['utilization.memory'],
  },
  { name: 'memory_used', unit: 'bytes', description: 'Device memory in use by all processes', fields: ['memory.used'] },
  { name: 'temperature', unit: 'celsius', description: 'Temperature of the chip', fields: ['temperature.gpu'] },
  { name: 'sm_clock', unit: 'Hz', description: 'Clock of the multiprocessors', fields: ['clocks.current.sm'] },
  { name: 'memory_clock', unit: 'Hz', description: 'Clock of the device memory', fields: ['clocks.current.memory'] },
  {
    name: 'throttle_reasons',
    unit: 'count',
    description: 'Bit mask of why the clocks are not higher',
    fields: ['clocks_event_reasons.active', 'clocks_throttle_reasons.active'],
  },
  { name: 'pstate', unit: 'count', description: 'Performance state, 0 is the fastest', fields: ['pstate'] },
];

/** Fields that do not change while a case runs; `name` is the last, because there may be commas in it. */
export const staticFields = [
  'index',
  'uuid',
  'driver_version',
  'memory.total',
  'power.limit',
  'mig.mode.current',
  'driver_model.current',
  'persistence_mode',
  'gpu_recovery_action',
  'name',
] as const;

/** The names in the answer of `nvidia-smi --help-query-gpu`, aliases included; empty when it is no such answer. */
export function fieldsOfHelp(help: string): ReadonlySet<string> {
  const names = help.split('\n').flatMap((line) => {
    // A line such as `"clocks_event_reasons.active" or "clocks_throttle_reasons.active"`.
    if (!/^\s*"[a-z][a-z0-9_.]*"(\s+or\s+"[a-z][a-z0-9_.]*")*\s*$/i.test(line)) return [];
    return [...line.matchAll(/"([^"]+)"/g)].flatMap((match) => match[1] ?? []);
  });
  return new Set(names);
}

/** The field that nvidia-smi does not know, by its own words; null when it says nothing of a field. */
export function unknownField(output: string): string | null {
  return /field "([^"]+)" is not a valid field to query/i.exec(output)?.[1] ?? null;
}

/** The figure of a field in base units; why there is none otherwise. */
export function fieldFigure(row: SmiRow, field: string): number | NoFigure {
  const cell = row.cells.get(field);
  if (cell === undefined) return { code: 'NOT_IN_DRIVER', text: 'the driver does not know this field' };
  if (field === 'pstate') {
    const state = /^P(\d{1,2})$/.exec(cell)?.[1];
    return state === undefined ? noState(cell) : Number(state);
  }
  const figure = readCell(cell, row.units.get(field));
  // A sensor that answers less than nothing is broken.
  return typeof figure === 'number' && figure < 0 && field !== 'temperature.gpu'
    ? { code: 'DRIVER_ERROR', text: cell }
    : figure;
}

function noState(cell: string): NoFigure {
  const read = readCell(cell);
  return typeof read === 'number' ? { code: 'NOT_A_NUMBER', text: cell } : read;
}

/** The first of the fields that has a figure in a row; null when none has. */
export function firstField(row: SmiRow, fields: readonly string[]): string | null {
  return fields.find((field) => Number.isFinite(figureOf(fieldFigure(row, field)))) ?? null;
}
