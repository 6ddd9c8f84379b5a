import type { Collector, CollectorProbe, Device, MissingColumn } from '../collectors/collector.ts';
import type { Unwatched } from '../gate/pair.ts';
import { DynoError, errorText } from '../kernel/errors.ts';
import { withTimeout } from '../kernel/lifecycle.ts';
import { redactDeep } from '../results/redact.ts';
import { type GpuReport, reportColumns } from './gpu-reports.ts';
import { visibleDevices } from './visible-devices.ts';

/** A device with the number that it has among all that are watched. */
export interface WatchedGpu {
  readonly device: Device;
  readonly index: number;
}

/** More than a collector allows its tools, to be sure that no round waits for ever. */
const secondsForPhase = 8;

/** The devices of one collector. Nothing here throws or rejects: what goes wrong is among the problems of the round. */
export class GpuSource {
  readonly watched: readonly WatchedGpu[];
  readonly #collector: Collector;
  readonly #columns: readonly string[];
  readonly #row: Float64Array;
  readonly #missing: readonly MissingColumn[];
  #problems: Unwatched[] = [];
  /** Columns that told a figure in this round. */
  readonly #told = new Set<string>();
  #isLost = true;

  constructor(
    collector: Collector,
    probe: Extract<CollectorProbe, { available: true }>,
    environment: Readonly<Record<string, string | undefined>>,
    firstIndex: number,
  ) {
    const { devices = [], columns = collector.columns, missing = [] } = probe;
    this.#collector = collector;
    this.#columns = columns.map(({ name }) => name);
    this.#row = new Float64Array(columns.length);
    this.watched = visibleDevices(devices, environment).map((device) => ({
      device,
      index: firstIndex + device.index,
    }));
    this.#missing = missing;
  }

  /** Whether it has anything to tell in this round. */
  get isLost(): boolean {
    return this.#isLost;
  }

  async open(): Promise<void> {
    this.#problems = [];
    this.#told.clear();
    this.#isLost = false;
    await this.#phase(() => this.#collector.open({ pid: null }));
  }

  /** What has come since the last call, by the device's index. */
  read(): ReadonlyMap<number, GpuReport> {
    if (this.#isLost) return new Map();
    try {
      this.#collector.sample(this.#row, 0);
    } catch (error) {
      this.#lose(error);
      return new Map();
    }
    return new Map(
      this.watched.map(({ device, index }) => {
        const figure = (name: keyof GpuReport): number => {
          const column = columnOf(device, name);
          const value = this.#row[this.#columns.indexOf(column)] ?? Number.NaN;
          if (Number.isFinite(value)) this.#told.add(column);
          return value;
        };
        const report: GpuReport = {
          smClockHertz: figure('smClockHertz'),
          utilisation: figure('utilisation'),
          throttleReasons: figure('throttleReasons'),
          foreignProcesses: figure('foreignProcesses'),
        };
        return [index, report];
      }),
    );
  }

  /** Waits for one more report, after the end of what was measured. */
  async settle(): Promise<void> {
    if (!this.#isLost) await this.#phase(async () => this.#collector.settle?.());
  }

  /** Ends the round. Answers with what was not watched in it. */
  async close(): Promise<readonly Unwatched[]> {
    const wasLost = this.#isLost;
    await this.#phase(() => this.#collector.close());
    this.#isLost = true;
    return wasLost ? this.#problems : [...this.#untold(), ...this.#problems];
  }

  /** Ends what the collector has started. */
  async end(): Promise<void> {
    await this.#phase(async () => this.#collector.end?.());
  }

  #untold(): Unwatched[] {
    return this.watched.flatMap(({ device, index }) =>
      (Object.keys(reportColumns) as (keyof GpuReport)[]).flatMap((name): Unwatched[] => {
        const column = columnOf(device, name);
        if (this.#told.has(column)) return [];
        const why = this.#missing.find((one) => one.column === column);
        const reason = this.#columns.includes(column) ? 'nothing was told in time' : 'its driver does not tell';
        const what = `GPU ${index}: no ${reportColumns[name].replaceAll('_', ' ')}`;
        return [unwatched(why?.code ?? 'NOT_TOLD', `${what}: ${why?.reason ?? reason}`)];
      }),
    );
  }

  async #phase(work: () => Promise<void>): Promise<void> {
    try {
      await withTimeout(work(), secondsForPhase, `collector ${this.#collector.name}`);
    } catch (error) {
      this.#lose(error);
    }
  }

  #lose(error: unknown): void {
    this.#isLost = true;
    const code = error instanceof DynoError ? error.code : 'COLLECTOR_FAILED';
    this.#problems.push(unwatched(code, `GPU: ${errorText(error)}`));
  }
}

function columnOf(device: Device, name: keyof GpuReport): string {
  return `gpu${device.index}_${reportColumns[name]}`;
}

/** Words of tools may name devices by their UUIDs. */
export function unwatched(code: string, message: string): Unwatched {
  return { code, message: redactDeep(message) };
}
