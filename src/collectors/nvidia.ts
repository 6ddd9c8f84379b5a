import { monotonicSeconds } from '../kernel/clock.ts';
import { commandResult } from '../kernel/command-output.ts';
import { findProgram } from '../kernel/find-program.ts';
import type { Collector, CollectorProbe, Column } from './collector.ts';
import { SmiCsv, type SmiRow } from './nvidia-csv.ts';
import { fieldFigure, nvidiaColumns } from './nvidia-fields.ts';
import { NvidiaLoop } from './nvidia-loop.ts';
import { columnsPerDevice, type NvidiaDevice, probeNvidia } from './nvidia-probe.ts';
import { sensorSeconds } from './sensor-timeout.ts';
import { figureOf } from './tool-cell.ts';

/** Stands for the columns of a device until the probe has found some. */
const declared: readonly Column[] = [
  {
    name: 'gpu0_power',
    unit: 'W',
    description: 'Power that the board draws; with its other columns where there is one.',
  },
];

/** How long the beginning and the end of a round wait for nvidia-smi: less than the sampler waits for a collector. */
const secondsToWait = 1.5;

interface Reading {
  readonly fields: readonly (string | null)[];
  /** One figure a column of {@link nvidiaColumns}. */
  readonly values: Float64Array;
  arrivedAt: number;
  fresh: boolean;
}

/**
 * NVIDIA devices, by one nvidia-smi that reports five times a second for the whole run. A row of samples holds what has come since the row
 * before, and NaN where nothing has: never a figure twice. Processes of others on the devices are counted before and after what is
 * measured, because each count is a process of its own.
 */
export function nvidiaCollector(
  find: (name: string) => string | null = findProgram,
  now: () => number = monotonicSeconds,
): Collector {
  let loop: NvidiaLoop | null = null;
  let program = '';
  const readings = new Map<string, Reading>();
  let foreign: ReadonlyMap<string, number> | null = null;
  let countsForeign = true;

  function begin(devices: readonly NvidiaDevice[], seconds: number): void {
    readings.clear();
    for (const { device, fields } of devices) {
      const values = new Float64Array(nvidiaColumns.length).fill(Number.NaN);
      readings.set(device.uuid, { fields, values, arrivedAt: 0, fresh: false });
    }
    const sampled = devices.flatMap(({ fields }) => fields.filter((field) => field !== null));
    loop = new NvidiaLoop(program, ['index', 'uuid', ...new Set(sampled)], seconds, take);
  }

  function take(row: SmiRow): void {
    const reading = readings.get(row.cells.get('uuid') ?? '');
    // A device that was not there when the run began has no column.
    if (reading === undefined) return;
    for (const [index, field] of reading.fields.entries()) {
      reading.values[index] = field === null ? Number.NaN : figureOf(fieldFigure(row, field));
    }
    reading.arrivedAt = now();
    reading.fresh = true;
  }

  /** Waits until every device has reported once more. */
  async function nextReport(): Promise<void> {
    const [since, wait] = [now(), monotonicSeconds()];
    const left = (): number => secondsToWait - (monotonicSeconds() - wait);
    while (loop?.lost === null && left() > 0) {
      await loop.nextRow(left());
      if ([...readings.values()].every(({ arrivedAt }) => arrivedAt >= since)) return;
    }
  }

  /** Counts the processes that compute on each device. A tool that fails at it once is not asked again. */
  async function countForeign(): Promise<void> {
    if (!countsForeign) return;
    const counts = await foreignProcesses(program, [...readings.keys()]);
    if (counts === null) countsForeign = false;
    foreign = counts;
  }

  return {
    name: 'nvidia',
    columns: declared,
    phase: 'early',

    async probe(): Promise<CollectorProbe> {
      const found = find('nvidia-smi');
      if (found === null) {
        return { available: false, code: 'NO_TOOL', reason: 'nvidia-smi is not in PATH: no driver of NVIDIA is here.' };
      }
      const seconds = sensorSeconds();
      program = found;
      const setup = await probeNvidia(program);
      if ('code' in setup) return { available: false, ...setup };
      const keys = setup.devices.flatMap(({ device }) => [device.uuid, device.index]);
      if (new Set(keys).size < keys.length) {
        const reason =
          'nvidia-smi gives two devices the same UUID or number, so that their figures cannot be told apart.';
        return { available: false, code: 'SENSOR_GARBLED', reason };
      }
      begin(setup.devices, seconds);
      return {
        available: true,
        columns: setup.columns,
        missing: setup.missing,
        devices: setup.devices.map(({ device }) => device),
      };
    },

    async open(): Promise<void> {
      loop?.ensureRunning();
      await Promise.all([nextReport(), countForeign()]);
      for (const reading of readings.values()) reading.fresh = false;
    },

    sample(row: Float64Array, offset: number): void {
      row.fill(Number.NaN, offset, offset + readings.size * columnsPerDevice);
      if (loop?.lost) throw loop.lost;
      let at = offset;
      const time = now();
      for (const [uuid, reading] of readings) {
        if (reading.fresh) {
          row.set(reading.values, at);
          row[at + nvidiaColumns.length + 1] = time - reading.arrivedAt;
          reading.fresh = false;
        }
        if (foreign !== null) row[at + nvidiaColumns.length] = foreign.get(uuid) ?? Number.NaN;
        at += columnsPerDevice;
      }
      foreign = null;
    },

    pause(): void {
      loop?.pause();
    },

    resume(): void {
      loop?.resume();
    },

    async settle(): Promise<void> {
      await Promise.all([nextReport(), countForeign()]);
    },

    async close(): Promise<void> {
      foreign = null;
    },

    async end(): Promise<void> {
      loop?.end();
    },
  };
}

/**
 * How many processes compute on each of the devices. Called before the measured process uses one and after it has ended, all of them are
 * others'. In a container nvidia-smi sees only what the driver shows it. null when it does not tell.
 */
async function foreignProcesses(
  program: string,
  uuids: readonly string[],
): Promise<ReadonlyMap<string, number> | null> {
  const query = ['--query-compute-apps=gpu_uuid,pid', '--format=csv'];
  const { exitCode, stdout } = await commandResult(program, query, { seconds: secondsToWait });
  if (exitCode !== 0) return null;
  const csv = new SmiCsv('gpu_uuid');
  const counts = new Map(uuids.map((uuid) => [uuid, 0]));
  let hasHeader = false;
  for (const line of stdout.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const read = csv.read(line);
    if (read.kind === 'header') hasHeader = true;
    if (read.kind !== 'row') continue;
    const uuid = read.row.cells.get('gpu_uuid') ?? '';
    counts.set(uuid, (counts.get(uuid) ?? 0) + 1);
  }
  return hasHeader ? counts : null;
}
