import { setTimeout as sleep } from 'node:timers/promises';
import { amdSysfsCollector } from '../collectors/amd-sysfs.ts';
import type { Collector, CollectorProbe, Device } from '../collectors/collector.ts';
import { nvidiaCollector } from '../collectors/nvidia.ts';
import type { Unwatched } from '../gate/pair.ts';
import type { GpuReading, GpuWatch } from '../gate/processor-conditions.ts';
import { DynoError, errorText } from '../kernel/errors.ts';
import { findProgram } from '../kernel/find-program.ts';
import { withTimeout } from '../kernel/lifecycle.ts';
import { type GpuReport, gpuConditions } from './gpu-reports.ts';
import { GpuSource, unwatched } from './gpu-source.ts';
import { mayUseDevices } from './visible-devices.ts';

/** The graphics processors of a gate, watched around each of its processes, in both versions alike. */
export interface WatchedGpus extends GpuWatch {
  readonly devices: readonly Device[];
  /** Ends the tools that report. Without it they keep this process alive. */
  close(): Promise<void>;
}

export interface GpuWatchOptions {
  /** Of the measured processes: devices that they may not use are not watched. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly find?: (name: string) => string | null;
  readonly sysRoot?: string;
  /** Utilisation is a mean over up to a second: until then what ran before is in it. */
  readonly restSeconds?: number;
  /** How long is listened then, before a process begins. */
  readonly idleSeconds?: number;
}

/** The first question may wait for a driver to be loaded. */
const secondsToProbe = 12;
const millisecondsBetweenReadings = 200;

/** Why a tool has nothing to tell where there is no device that a program could use. */
const absences = ['NO_TOOL', 'NO_DEVICE', 'NO_DRIVER'];

/**
 * A watch of the devices of NVIDIA, by one nvidia-smi that reports five times a second, and AMD, by `/sys`, that the measured processes may use. null where
 * there are none: then nothing is started. Never rejects: of devices that are there and cannot be watched, each round says why.
 */
export async function gpuWatch(options: GpuWatchOptions = {}): Promise<WatchedGpus | null> {
  const { environment = process.env, find = findProgram, sysRoot = '/sys' } = options;
  const collectors = [
    ...(mayUseDevices('NVIDIA', environment) ? [nvidiaCollector(find)] : []),
    ...(mayUseDevices('AMD', environment) ? [amdSysfsCollector(sysRoot)] : []),
  ];
  const sources: GpuSource[] = [];
  const refused: Unwatched[] = [];
  let firstIndex = 0;
  for (const collector of collectors) {
    const probe = await probed(collector);
    if (probe.available) {
      const source = new GpuSource(collector, probe, environment, firstIndex);
      firstIndex += Math.max(-1, ...(probe.devices ?? []).map(({ index }) => index)) + 1;
      if (source.watched.length > 0) sources.push(source);
    } else if (!absences.includes(probe.code)) refused.push(unwatched(probe.code, `GPU: ${probe.reason}`));
  }
  const chosen = withoutDesktop(sources);
  return chosen.length + refused.length === 0 ? null : watchOf(chosen, refused, options);
}

/** Where there are boards, the graphics within a processor draw the desktop. */
function withoutDesktop(sources: readonly GpuSource[]): readonly GpuSource[] {
  const boards = sources.filter(({ watched }) => watched.some(({ device }) => device.includesPackage !== true));
  return boards.length > 0 ? boards : sources;
}

async function probed(collector: Collector): Promise<CollectorProbe> {
  try {
    return await withTimeout(collector.probe(), secondsToProbe, `probe of ${collector.name}`);
  } catch (error) {
    const code = error instanceof DynoError ? error.code : 'COLLECTOR_FAILED';
    return { available: false, code, reason: errorText(error) };
  }
}

function watchOf(
  sources: readonly GpuSource[],
  refused: readonly Unwatched[],
  { restSeconds = 1, idleSeconds = 0.6 }: GpuWatchOptions,
): WatchedGpus {
  const endAll = (): void => {
    for (const source of sources) void source.end();
  };
  // A gate that is ended by process.exit() leaves no tool behind.
  process.on('exit', endAll);
  return {
    devices: sources.flatMap(({ watched }) => watched.map(({ device }) => device)),

    async begin(): Promise<() => Promise<GpuReading>> {
      await Promise.all(sources.map((source) => source.open()));
      const working = sources.filter(({ isLost }) => !isLost);
      if (working.length > 0) await sleep(restSeconds * 1e3);
      const stopIdle = listen(working);
      if (working.length > 0) await sleep(idleSeconds * 1e3);
      const idle = stopIdle();
      const stopRunning = listen(working);
      return async () => {
        const running = stopRunning();
        await Promise.all(working.map((source) => source.settle()));
        const ended = listen(working)();
        const problems = await Promise.all(sources.map((source) => source.close()));
        const gpus = sources.flatMap(({ watched }) =>
          watched.map(({ index }) => {
            const of = (reports: Reports) => reports.get(index) ?? [];
            return gpuConditions(index, { idle: of(idle), running: of(running), ended: of(ended) });
          }),
        );
        return { gpus, unwatched: [...refused, ...problems.flat()] };
      };
    },

    async close(): Promise<void> {
      process.off('exit', endAll);
      await Promise.all(sources.map((source) => source.end()));
    },
  };
}

/** By the index of the device. */
type Reports = ReadonlyMap<number, readonly GpuReport[]>;

/** Collects reports until the function that it answers with is called, which takes what has come last, too. */
function listen(sources: readonly GpuSource[]): () => Reports {
  const reports = new Map<number, GpuReport[]>();
  const read = (): void => {
    for (const source of sources) {
      for (const [index, report] of source.read()) {
        const before = reports.get(index);
        if (before === undefined) reports.set(index, [report]);
        else before.push(report);
      }
    }
  };
  const timer = setInterval(read, millisecondsBetweenReadings);
  return () => {
    clearInterval(timer);
    read();
    return reports;
  };
}
