import { type Child, readLines, spawnNode } from '../kernel/child-process.ts';
import { DynoError } from '../kernel/errors.ts';
import { withTimeout } from '../kernel/lifecycle.ts';
import { builtScript } from '../kernel/package-root.ts';
import type { CollectorState } from '../results/events.ts';
import { checkSamplingRate, type SamplerCommand, type SamplerEvent } from './sampler-protocol.ts';
import type { SamplingProblem } from './sampling.ts';

export interface SamplerOptions {
  readonly hertz: number;
  /** Plug-ins with collectors: absolute paths or names of packages. */
  readonly plugins: readonly string[];
  /** Added to the environment of the sampler process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Called when a collector loses its columns or the telemetry cannot be written. */
  readonly onProblem?: (problem: SamplingProblem) => void;
}

/**
 * The sampler process of a run. `open`, `close`: throw `SAMPLER_LOST` when the process ended or did not answer in time (it is killed
 * then, and each later call throws the same): the run goes on without telemetry. What was written until then stays readable.
 */
export interface Sampler {
  readonly pid: number;
  readonly state: readonly CollectorState[];
  /** Samples that process (null: the machine only) into a new segment file; times are monotonic seconds less `originSeconds`. */
  open(pid: number | null, file: string, originSeconds: number): Promise<void>;
  /** Ends the file. No rows when none was open. */
  close(): Promise<{ readonly rows: number }>;
  /** Ends the process, by force when it does not end itself within 2 s. Never throws. */
  stop(): Promise<void>;
}

/** How long an answer may take. To start includes loading the plug-ins (5 s each, side by side) and probing (3 s). */
const secondsAllowed = { start: 15, open: 10, close: 10, quit: 2 } as const;

/** Starts the sampler process and waits until its collectors are probed. Throws `SAMPLER_LOST`, or `SAMPLING_RATE` for a bad rate. */
export async function startSampler(options: SamplerOptions): Promise<Sampler> {
  const { hertz, plugins, environment, onProblem = () => {} } = options;
  checkSamplingRate(hertz);
  const connection = new SamplerProcess(environment ?? {}, onProblem);
  try {
    const ready = await connection.ask({ command: 'start', hertz, plugins }, 'ready', secondsAllowed.start);
    return {
      pid: ready.pid,
      state: ready.collectors,
      open: async (pid, file, originSeconds) => {
        await connection.ask({ command: 'open', pid, file, origin: originSeconds }, 'opened', secondsAllowed.open);
      },
      close: async () => {
        const { rows } = await connection.ask({ command: 'close' }, 'closed', secondsAllowed.close);
        return { rows };
      },
      stop: () => connection.stop(),
    };
  } catch (error) {
    await connection.stop();
    throw error;
  }
}

type Answer = Exclude<SamplerEvent, { event: 'problem' }>;

class SamplerProcess {
  readonly #child: Child;
  #waiting: { resolve(answer: Answer): void; reject(error: DynoError): void } | null = null;
  #lost: DynoError | null = null;

  constructor(environment: Readonly<Record<string, string>>, onProblem: (problem: SamplingProblem) => void) {
    this.#child = spawnNode(builtScript('runner/sampler-process.js'), [], { environment });
    readLines(this.#child.stdout, (line) => {
      const event = parseEvent(line);
      if (event === null) {
        this.#lose(`it wrote what is no event: ${line.slice(0, 200)}`);
        return;
      }
      if (event.event === 'problem') {
        onProblem({ collector: event.collector, code: event.code, reason: event.reason });
        return;
      }
      const waiting = this.#waiting;
      this.#waiting = null;
      waiting?.resolve(event);
    });
    void this.#child.exited.then(({ exitCode, signal, failure }) => {
      const tail = this.#child.stderrTail().trim();
      const how = failure ?? (signal === null ? `exit code ${exitCode}` : `signal ${signal}`);
      this.#lose(`it ended (${how})${tail === '' ? '' : `; its last words: ${tail}`}`);
    });
  }

  /** Sends a command and waits for its event. Throws the coded error of an `error` event, or `SAMPLER_LOST`. */
  async ask<E extends Answer['event']>(
    command: SamplerCommand,
    expected: E,
    seconds: number,
  ): Promise<Extract<Answer, { event: E }>> {
    if (this.#lost !== null) throw this.#lost;
    const answer = new Promise<Answer>((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    let event: Answer;
    try {
      event = await withTimeout(answer, seconds, `answer of the sampler to "${command.command}"`);
    } catch (error) {
      if (this.#lost === null) this.#lose(`it did not answer "${command.command}" within ${seconds} s`);
      throw this.#lost ?? error;
    }
    if (event.event === 'error') throw new DynoError(event.code, event.message);
    if (event.event !== expected) throw this.#lose(`it answered "${command.command}" with "${event.event}"`);
    return event as Extract<Answer, { event: E }>;
  }

  async stop(): Promise<void> {
    this.#lost ??= lostError('it was stopped');
    const quit: SamplerCommand = { command: 'quit' };
    this.#child.stdin.end(`${JSON.stringify(quit)}\n`);
    try {
      await withTimeout(this.#child.exited, secondsAllowed.quit, 'end of the sampler');
    } catch {
      this.#child.kill('SIGKILL');
      // Not awaited for ever: a process in an uninterruptible read of a driver does not even die of SIGKILL.
      await withTimeout(this.#child.exited, secondsAllowed.quit, 'end of the sampler').catch(() => {});
    }
  }

  #lose(why: string): DynoError {
    this.#lost ??= lostError(why);
    this.#child.kill('SIGKILL');
    this.#waiting?.reject(this.#lost);
    this.#waiting = null;
    return this.#lost;
  }
}

function parseEvent(line: string): SamplerEvent | null {
  try {
    return JSON.parse(line) as SamplerEvent;
  } catch {
    return null;
  }
}

function lostError(why: string): DynoError {
  return new DynoError('SAMPLER_LOST', `The sampler process was lost: ${why}. The run goes on without telemetry.`);
}
