import { monotonicSeconds } from '../kernel/clock.ts';
import { commandResult } from '../kernel/command-output.ts';
import { DynoError } from '../kernel/errors.ts';
import { findProgram } from '../kernel/find-program.ts';
import { amdColumn, amdFigures } from './amd-columns.ts';
import { type AmdAnswer, type AmdFigures, jsonIn, readAmdSmi, readRocmSmi } from './amd-json.ts';
import { sysfsHasPower } from './amd-sysfs.ts';
import type { Collector, CollectorProbe, Device } from './collector.ts';
import { sensorSeconds } from './sensor-timeout.ts';

/** The tools, best first. rocm-smi is deprecated and on older machines the only one. */
const tools: readonly {
  readonly name: string;
  readonly query: readonly string[];
  readonly read: (output: string) => AmdAnswer;
}[] = [
  { name: 'amd-smi', query: ['metric', '--json'], read: readAmdSmi },
  {
    name: 'rocm-smi',
    query: [
      ...['--showpower', '--showuse', '--showmemuse', '--showtemp', '--showclocks', '--showmeminfo', 'vram'],
      ...['--showuniqueid', '--showbus', '--showproductname', '--json'],
    ],
    read: readRocmSmi,
  },
];

type Tool = (typeof tools)[number] & { readonly path: string };

/** A question starts a Python interpreter, which takes a good part of a second of CPU time: no more than one begins in a second. */
const secondsBetweenQuestions = 1;
/** For the first question, to each of both tools: the sampler waits for a probe no longer than for both. */
const secondsToProbe = 4;

/**
 * AMD devices by amd-smi or rocm-smi, where `/sys` tells no power: one question a second while a round runs, because the tools'
 * own loops print nothing in some releases (amd-smi 7.1) and each sample twice in others.
 */
export function amdSmiCollector(
  sysRoot = '/sys',
  find: (name: string) => string | null = findProgram,
  now: () => number = monotonicSeconds,
): Collector {
  let tool: Tool | null = null;
  let devices: readonly Device[] = [];
  let seconds = 0;
  let lost: DynoError | null = null;
  let latest: { readonly figures: readonly AmdFigures[]; readonly at: number } | null = null;
  let round = 0;
  /** The next question of this round, when none is being asked. */
  let timer: NodeJS.Timeout | null = null;
  /** The question that is being asked, which may be one of the round before: never two at once. */
  let asking: Promise<void> | null = null;
  const ending = new AbortController();

  async function ask(one: Tool): Promise<void> {
    const ofRound = round;
    const { stdout, timedOut } = await commandResult(one.path, one.query, { seconds, signal: ending.signal });
    const at = now();
    // That a tool hangs holds for the rounds after it, too.
    if (timedOut)
      lost = new DynoError('SENSOR_HUNG', `${one.name} did not answer within ${seconds} s. It is not asked again.`);
    if (timedOut || ofRound !== round) return;
    const answer = one.read(stdout);
    if ('code' in answer) lost = new DynoError('SENSOR_GARBLED', `${one.name} answered: ${answer.text}`);
    else latest = { figures: answer.devices, at };
  }

  /** Asks when the question before has been answered, and from then on once a second until the round ends or the tool is lost. */
  async function askOn(ofRound: number): Promise<void> {
    while (asking !== null) await asking;
    if (tool === null || ofRound !== round || lost !== null) return;
    stopTimer();
    asking = ask(tool).finally(() => {
      asking = null;
    });
    await asking;
    // Whoever waited for this answer, too, may be asking again by now.
    if (asking !== null || ofRound !== round || lost !== null) return;
    stopTimer();
    timer = setTimeout(() => void askOn(ofRound), secondsBetweenQuestions * 1e3);
  }

  function stopTimer(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  }

  async function close(): Promise<void> {
    round++;
    stopTimer();
    latest = null;
  }

  return {
    name: 'amd-smi',
    columns: [amdColumn(0, 'power')],
    phase: 'early',

    async probe(): Promise<CollectorProbe> {
      if (sysfsHasPower(sysRoot)) {
        const reason = 'The driver tells power in /sys, which the collector "amd" reads at less cost.';
        return { available: false, code: 'NOT_NEEDED', reason };
      }
      const installed = tools.flatMap((one): Tool[] => {
        const path = find(one.name);
        return path === null ? [] : [{ ...one, path }];
      });
      if (installed.length === 0) {
        return { available: false, code: 'NO_TOOL', reason: 'Neither amd-smi nor rocm-smi is in PATH.' };
      }
      seconds = sensorSeconds();
      const refused: string[] = [];
      for (const one of installed) {
        const { stdout, stderr } = await commandResult(one.path, one.query, {
          seconds: Math.min(seconds, secondsToProbe),
        });
        const answer = one.read(stdout.trim() === '' ? stderr : stdout);
        if ('code' in answer) {
          refused.push(`${one.name} answers: ${answer.text}`);
          continue;
        }
        tool = one;
        const uuids = one.name === 'amd-smi' ? await listedUuids(one.path) : new Map<number, string>();
        devices = answer.devices.map((figures) =>
          deviceOf(figures, uuids.get(figures.index) ?? figures.uuid, one.name),
        );
        return {
          available: true,
          columns: devices.flatMap(({ index }) => amdFigures.map((figure) => amdColumn(index, figure))),
          missing: answer.devices.flatMap((figures) => missingOf(figures, one.name)),
          devices,
        };
      }
      return { available: false, code: 'NO_DEVICE', reason: refused.join(' ') };
    },

    async open(): Promise<void> {
      await close();
      if (lost?.code === 'SENSOR_HUNG') throw lost;
      lost = null;
      void askOn(round);
    },

    sample(row: Float64Array, offset: number): void {
      row.fill(Number.NaN, offset, offset + devices.length * amdFigures.length);
      if (lost !== null) throw lost;
      if (latest === null) return;
      const age = now() - latest.at;
      for (const [at, { index }] of devices.entries()) {
        const figures = latest.figures.find((one) => one.index === index);
        if (figures !== undefined) row.set([...valuesOf(figures), age], offset + at * amdFigures.length);
      }
      latest = null;
    },

    async settle(): Promise<void> {
      // What is being asked now was asked before the end: the answer after it counts.
      if (lost === null) await askOn(round);
    },

    close,

    async end(): Promise<void> {
      await close();
      ending.abort();
    },
  };
}

/** In the order of {@link amdFigures}, but for the age. */
function valuesOf(figures: AmdFigures): number[] {
  const { power, energy, utilization, memoryUtilization, memoryUsed, temperature, smClock, memoryClock } = figures;
  return [power, energy, utilization, memoryUtilization, memoryUsed, temperature, smClock, memoryClock];
}

function missingOf(figures: AmdFigures, tool: string) {
  return valuesOf(figures).flatMap((value, at) =>
    Number.isFinite(value)
      ? []
      : [
          {
            column: `gpu${figures.index}_${amdFigures[at]}`,
            code: 'NOT_TOLD',
            reason: `${tool} does not tell it for this device.`,
          },
        ],
  );
}

/** UUIDs by the number of the device, from `amd-smi list --json`; none when it does not tell. */
async function listedUuids(path: string): Promise<ReadonlyMap<number, string>> {
  const { stdout } = await commandResult(path, ['list', '--json'], { seconds: 3 });
  const parsed = jsonIn(stdout);
  if (!('json' in parsed)) return new Map();
  const { json } = parsed;
  const list: unknown = Array.isArray(json) ? json : (json as Readonly<Record<string, unknown>> | null)?.gpu_data;
  if (!Array.isArray(list)) return new Map();
  return new Map(
    list.flatMap((one: unknown): [number, string][] => {
      const { gpu, uuid, bdf } = (one ?? {}) as Readonly<Record<string, unknown>>;
      const id = typeof uuid === 'string' && !/^n\/a/i.test(uuid) ? uuid : bdf;
      return typeof gpu === 'number' && typeof id === 'string' ? [[gpu, id]] : [];
    }),
  );
}

function deviceOf(figures: AmdFigures, uuid: string | null, tool: string): Device {
  return {
    uuid: uuid ?? `${tool}-${figures.index}`,
    index: figures.index,
    kind: 'gpu',
    vendor: 'AMD',
    name: figures.name,
    driver: null,
    memoryBytes: Number.isFinite(figures.memoryTotal) ? figures.memoryTotal : null,
    powerLimitWatts: null,
    isSliced: null,
    notes: [`Asked by ${tool}, once a second.`],
  };
}
