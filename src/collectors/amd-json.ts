import { figureOf, type NoFigure, readCell } from './tool-cell.ts';

/** What a tool of AMD tells of one device, in base units; NaN where it does not. */
export interface AmdFigures {
  /** Number that the tool gives it. */
  readonly index: number;
  readonly power: number;
  readonly energy: number;
  readonly utilization: number;
  readonly memoryUtilization: number;
  readonly memoryUsed: number;
  readonly memoryTotal: number;
  readonly temperature: number;
  readonly smClock: number;
  readonly memoryClock: number;
  /** Its own identification, where it has one. */
  readonly uuid: string | null;
  readonly name: string | null;
}

export type AmdAnswer = { readonly devices: readonly AmdFigures[] } | NoFigure;

/**
 * The JSON in the output of a tool, which may begin with warnings of Python or the tool itself: from the first line that begins with a
 * bracket. Why there is none otherwise.
 */
export function jsonIn(output: string): { readonly json: unknown } | NoFigure {
  const lines = output.split(/\r?\n/);
  const first = lines.findIndex((line) => /^\s*[[{]/.test(line));
  if (first < 0) {
    const said = lines.find((line) => line.trim() !== '')?.trim() ?? 'nothing';
    return {
      code: /no json data|not found|unable|failed/i.test(said) ? 'NO_DEVICE' : 'NOT_JSON',
      text: said.slice(0, 200),
    };
  }
  try {
    return { json: JSON.parse(lines.slice(first).join('\n')) as unknown };
  } catch {
    // Not quoted: there may be serial numbers in it.
    return { code: 'NOT_JSON', text: 'JSON that is cut off or broken' };
  }
}

/**
 * Reads `amd-smi metric --json`: a list of devices (ROCm 6), or one under `gpu_data` (ROCm 7). A figure is `{ value, unit }`, a bare number, or
 * a text such as "N/A", which also stands for whole sections.
 */
export function readAmdSmi(output: string): AmdAnswer {
  const parsed = jsonIn(output);
  if (!('json' in parsed)) return parsed;
  const { json } = parsed;
  const list = Array.isArray(json) ? json : child(json, 'gpu_data');
  if (!Array.isArray(list)) return { code: 'NOT_JSON', text: 'neither a list of devices nor one under "gpu_data"' };
  const devices = list.flatMap((device: unknown): AmdFigures[] => {
    const index = child(device, 'gpu');
    if (typeof index !== 'number') return [];
    const figure = (unit: string, ...paths: readonly (readonly string[])[]) => firstFigure(device, paths, unit);
    const name = child(child(device, 'asic'), 'market_name');
    const uuid = child(device, 'uuid');
    return [
      {
        index,
        power: figure(
          'W',
          ['power', 'socket_power'],
          ['power', 'current_socket_power'],
          ['power', 'average_socket_power'],
          ['power', 'apu_average_socket_power'],
        ),
        energy: figure('J', ['energy', 'total_energy_consumption']),
        utilization: figure('%', ['usage', 'gfx_activity']),
        memoryUtilization: figure('%', ['usage', 'umc_activity']),
        memoryUsed: figure('MB', ['mem_usage', 'used_vram']),
        memoryTotal: figure('MB', ['mem_usage', 'total_vram']),
        temperature: figure('C', ['temperature', 'edge'], ['temperature', 'hotspot']),
        smClock: figure('MHz', ['clock', 'gfx_0', 'clk']),
        memoryClock: figure('MHz', ['clock', 'mem_0', 'clk']),
        uuid: typeof uuid === 'string' && !/^n\/a/i.test(uuid) ? uuid : null,
        name: typeof name === 'string' && !/^n\/a/i.test(name) ? name : null,
      },
    ];
  });
  return devices.length > 0 ? { devices } : { code: 'NO_DEVICE', text: 'the list of devices is empty' };
}

/**
 * Reads `rocm-smi --json`: texts under keys that differ from release to release, so they are found by what they are about. A second die of a
 * board may have no power of its own to report ("N/A (Secondary die)"): that is NaN.
 */
export function readRocmSmi(output: string): AmdAnswer {
  const parsed = jsonIn(output);
  if (!('json' in parsed)) return parsed;
  const { json } = parsed;
  if (typeof json !== 'object' || json === null) return { code: 'NOT_JSON', text: 'no object of cards' };
  const devices = Object.entries(json).flatMap(([key, card]: [string, unknown]): AmdFigures[] => {
    const index = /^card(\d+)$/.exec(key)?.[1];
    if (index === undefined || typeof card !== 'object' || card === null) return [];
    const entries = Object.entries(card as Readonly<Record<string, unknown>>);
    const text = (...patterns: readonly RegExp[]): string | null => {
      for (const pattern of patterns) {
        const value = entries.find(([name]) => pattern.test(name))?.[1];
        if (typeof value === 'string' && !/^n\/a/i.test(value.trim())) return value;
        if (typeof value === 'number') return String(value);
      }
      return null;
    };
    const figure = (unit: string, ...patterns: readonly RegExp[]): number => {
      const found = text(...patterns);
      // Clocks stand in brackets: (1402Mhz).
      return found === null ? Number.NaN : figureOf(readCell(found.replace(/^\((.*)\)$/, '$1'), unit));
    };
    const memoryTotal = figure('B', /^vram total memory \(b\)$/i);
    const used = figure('B', /^vram total used memory \(b\)$/i);
    const share = figure('%', /^gpu memory use \(%\)$/i, /^gpu memory allocated \(vram%\)$/i);
    return [
      {
        index: Number(index),
        power: figure('W', /^(average|current socket) graphics package power \(w\)$/i),
        energy: Number.NaN,
        utilization: figure('%', /^gpu use \(%\)$/i),
        memoryUtilization: figure('%', /^memory activity$/i),
        memoryUsed: Number.isNaN(used) ? share * memoryTotal : used,
        memoryTotal,
        temperature: figure('C', /^temperature \(sensor edge\) \(c\)$/i, /^temperature \(sensor junction\) \(c\)$/i),
        smClock: figure('MHz', /^sclk clock speed:?$/i),
        memoryClock: figure('MHz', /^mclk clock speed:?$/i),
        uuid: text(/^unique id$/i, /^pci bus$/i),
        name: text(/^card series$/i, /^device name$/i, /^card model$/i),
      },
    ];
  });
  return devices.length > 0 ? { devices } : { code: 'NO_DEVICE', text: 'no card in the answer' };
}

function firstFigure(device: unknown, paths: readonly (readonly string[])[], unit: string): number {
  for (const path of paths) {
    const at = path.reduce<unknown>((inner, key) => child(inner, key), device);
    const own = child(at, 'unit');
    const value = child(at, 'value') ?? at;
    const read =
      typeof value === 'number' || typeof value === 'string'
        ? readCell(String(value), typeof own === 'string' ? own : unit)
        : null;
    if (typeof read === 'number') return read;
  }
  return Number.NaN;
}

function child(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}
