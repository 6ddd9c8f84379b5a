import { DynoError } from '../kernel/errors.ts';
import { environmentOf, pinned, type Surroundings } from './arm-environment.ts';
import type { Arm, Failed, Observation } from './pair.ts';
import type { Probe } from './probe.ts';
import { processText } from './process-text.ts';
import type { MachineWatch } from './processor-conditions.ts';
import type { Reading, Readings } from './reading.ts';
import { endText, type ProcessResult, runProcess } from './run-process.ts';

/** One arm of a round, for all scenarios that are asked for. */
export type MeasureRound = (arm: Arm, ask: RoundAsk) => Promise<ReadonlyMap<string, Observation | Failed>>;

export interface RoundAsk {
  /** In a scenario that the version does not have, nothing was measured. */
  readonly scenarios: readonly string[];
  readonly seed: number;
}

export interface RoundOptions {
  /** Absolute folders of both versions, of equal length. */
  readonly folders: Readonly<Record<Arm, string>>;
  readonly probe: Probe;
  readonly surroundings: Surroundings;
  /** A process that takes longer is killed. */
  readonly timeoutSeconds: number;
  readonly watch: MachineWatch;
  readonly signal?: AbortSignal | undefined;
}

/** What one process did and told. */
interface Measured {
  readonly readings: Readings | Failed;
  readonly pid: number | null;
  readonly leftTicks: number;
}

/**
 * Measures one arm of a round in a fresh process: the same command, environment, processors and length of the working folder for both arms. Rejects
 * with `AbortError` when `signal` was aborted; whatever else goes wrong is a `Failed` of each scenario.
 */
export function roundMeasurer(options: RoundOptions): MeasureRound {
  const { folders, surroundings } = options;
  checkFolders(folders);
  return async (arm, { scenarios, seed }) => {
    const end = await options.watch.begin();
    const { readings, pid, leftTicks } = await measureOnce(arm, { scenarios, seed, trial: false }, options);
    const conditions = await end(leftTicks);
    return new Map(
      scenarios.map((scenario): [string, Observation | Failed] => {
        if (!(readings instanceof Map)) return [scenario, readings as Failed];
        const reading: Reading | undefined = readings.get(scenario);
        if (reading?.outcome === 'failed') {
          return [scenario, failed(reading.code, processText(reading.message, folders, surroundings), pid)];
        }
        const { figures, outputs, differing, stages } = reading ?? { figures: [], outputs: null, stages: {} };
        const values = Object.fromEntries(figures.map(({ metric, value }) => [metric, value]));
        const items = differing === undefined ? {} : { differing };
        return [scenario, { outcome: 'measured', values, outputs, ...items, stages, conditions, pid }];
      }),
    );
  };
}

/**
 * One process of an arm before the first pair: finds out what a version measures, and brings its files into the memory of the machine as the other
 * arm's are. Rejects with `AbortError`, and with a `DynoError` named `BASE_FAILED` or `HEAD_FAILED` (exit 4) where the process fails.
 */
export async function measureTrial(arm: Arm, seed: number, options: RoundOptions): Promise<Readings> {
  checkFolders(options.folders);
  const { readings } = await measureOnce(arm, { scenarios: [], seed, trial: true }, options);
  if (readings instanceof Map) return readings;
  const { code, message } = readings as Failed;
  throw new DynoError(`${arm.toUpperCase()}_FAILED`, `${arm} could not be measured (${code}): ${message}`);
}

async function measureOnce(
  arm: Arm,
  ask: RoundAsk & { readonly trial: boolean },
  { folders, probe, surroundings, timeoutSeconds, signal }: RoundOptions,
): Promise<Measured> {
  const opened = probe.open(arm, ask);
  try {
    const result = await runProcess({
      command: pinned(opened.command, surroundings),
      folder: folders[arm],
      environment: environmentOf(surroundings, folders[arm], ask),
      seconds: timeoutSeconds,
      signal,
    });
    if (result.ended === 'aborted') throw new DOMException('The gate was stopped.', 'AbortError');
    const { pid, leftTicks } = result;
    const failedWith = (code: string, message: string) =>
      failed(code, processText(message, folders, surroundings), pid);
    const ended = endText(result, timeoutSeconds);
    if (ended !== null && !(result.ended === null && opened.exitCodes.includes(result.exitCode ?? -1))) {
      return { readings: failedWith(codeOf(result), `The process ${ended}.${tailText(result)}`), pid, leftTicks };
    }
    try {
      return { readings: opened.read(result.stdout), pid, leftTicks };
    } catch (error) {
      if (!(error instanceof DynoError)) throw error;
      return { readings: failedWith(error.code, `${error.message}${tailText(result)}`), pid, leftTicks };
    }
  } finally {
    opened.close();
  }
}

function codeOf({ ended, signal }: ProcessResult): string {
  switch (ended) {
    case 'timeout':
      return 'TIMEOUT';
    case 'output-too-long':
      return 'OUTPUT_TOO_LONG';
    case 'not-started':
      return 'NOT_STARTED';
    default:
      return signal === null ? 'EXIT_CODE' : 'SIGNAL';
  }
}

/** Enough for a stack trace. */
const tailLength = 2000;

function tailText({ stderr }: ProcessResult): string {
  const text = stderr.trim();
  const end = text.slice(-tailLength);
  // Of a line that is cut, what is private would not be recognised.
  const lines = end.length < text.length ? end.slice(end.indexOf('\n') + 1) : end;
  return text === '' ? '' : ` It wrote to stderr:\n${lines}`;
}

function failed(code: string, message: string, pid: number | null): Failed {
  return { outcome: 'failed', code, message, pid };
}

function checkFolders({ base, head }: RoundOptions['folders']): void {
  if (Buffer.byteLength(base) === Buffer.byteLength(head)) return;
  throw new DynoError(
    'FOLDERS_DIFFER',
    `Expected the folders of base and head to be of equal length, as the length of a path can move a program in memory, got ${base} and ${head}.`,
  );
}
