import { type Child, readLines, spawnNode } from '../kernel/child-process.ts';
import { DynoError, errorText } from '../kernel/errors.ts';
import { withTimeout } from '../kernel/lifecycle.ts';
import { builtScript } from '../kernel/package-root.ts';
import { textIfReadable } from '../kernel/tolerant-read.ts';
import type { CollectorState } from '../results/events.ts';
import { checkSamplingRate, type Pace, type SamplerCommand, type SamplerEvent } from './sampler-protocol.ts';
import type { SamplingProblem } from './sampling.ts';

export interface SamplerOptions {
  /** Of rounds that name no pace of their own. */
  readonly hertz: number;
  /** Plug-ins with collectors: absolute paths or names of packages. */
  readonly plugins: readonly string[];
  /** Added to the environment of the sampler process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Called when a collector loses its columns, the telemetry cannot be written, or the whole sampler is lost (`SAMPLER_LOST`). */
  readonly onProblem?: (problem: SamplingProblem) => void;
}

/**
 * The sampler process of a run. Telemetry never fails a round: what goes wrong goes to `onProblem`, and the calls do not throw. When the
 * process ended or did not answer in time it is killed and reported as `SAMPLER_LOST` once, and the later calls do nothing; what
 * was written until then stays readable.
 */
export interface Sampler {
  readonly pid: number;
  readonly state: readonly CollectorState[];
  /**
   * Samples that process (null: the machine only) into a new segment file; times are monotonic seconds less `originSeconds`. Throughout and at
   * the rate that it was started with, unless `pace` says otherwise.
   */
  open(pid: number | null, file: string, originSeconds: number, pace?: Pace): Promise<void>;
  /** Ends the file. No rows when none was open, or the sampler is lost. */
  close(): Promise<{ readonly rows: number }>;
  /** Ends the process, by force when it does not end itself within 2 s. */
  stop(): Promise<void>;
}

/** How long an answer may take. To start includes loading the plug-ins (5 s each, side by side) and probing (12 s). */
const secondsAllowed = { start: 20, open: 10, close: 10, quit: 2 } as const;

/**
 * Starts the sampler process and waits until its collectors are probed. Throws `SAMPLER_LOST` when that fails (before anything was
 * measured, it is better said than borne), and `SAMPLING_RATE` for a rate that makes no sense.
 */
export async function startSampler(options: SamplerOptions): Promise<Sampler> {
  const { hertz, plugins, environment, onProblem = () => {} } = options;
  checkSamplingRate(hertz);
  const connection = new SamplerConnection(environment ?? {}, onProblem);
  const attempt = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    if (connection.lost !== null) return otherwise;
    try {
      return await work();
    } catch (error) {
      // A loss is reported when it happens, which may be while no answer is waited for.
      if (error === connection.lost) return otherwise;
      const code = error instanceof DynoError ? error.code : 'SAMPLER_FAILED';
      onProblem({ collector: null, code, reason: errorText(error) });
      return otherwise;
    }
  };

  let ready: Extract<SamplerEvent, { event: 'ready' }>;
  try {
    ready = await connection.ask({ command: 'start', plugins }, 'ready', secondsAllowed.start);
  } catch (error) {
    await connection.stop();
    throw error;
  }
  return {
    pid: ready.pid,
    state: ready.collectors,
    open: (pid, file, origin, pace = { hertz, blocks: null }) =>
      attempt(async () => {
        await connection.ask({ command: 'open', pid, file, origin, pace }, 'opened', secondsAllowed.open);
      }, undefined),
    close: () =>
      attempt(
        async () => {
          const { rows } = await connection.ask({ command: 'close' }, 'closed', secondsAllowed.close);
          return { rows };
        },
        { rows: 0 },
      ),
    stop: () => connection.stop(),
  };
}

type Answer = Exclude<SamplerEvent, { event: 'problem' }>;

class SamplerConnection {
  readonly #child: Child;
  #waiting: { resolve(answer: Answer): void; reject(error: DynoError): void } | null = null;
  /** Process groups of the tools that the sampler runs, as of when it last opened a file. */
  #tools: readonly number[] = [];
  /** Why no more is sampled; null while all is well. */
  lost: DynoError | null = null;
  readonly #onProblem: (problem: SamplingProblem) => void;
  #ready = false;

  constructor(environment: Readonly<Record<string, string>>, onProblem: (problem: SamplingProblem) => void) {
    this.#onProblem = onProblem;
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
    if (this.lost !== null) throw this.lost;
    const answer = new Promise<Answer>((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
    let event: Answer;
    try {
      event = await withTimeout(answer, seconds, `answer of the sampler to "${command.command}"`);
    } catch (error) {
      if (this.lost === null) this.#lose(`it did not answer "${command.command}" within ${seconds} s`);
      throw this.lost ?? error;
    }
    if (event.event === 'ready') this.#ready = true;
    if (event.event === 'opened' && this.#child.pid !== null) this.#tools = childrenOf(this.#child.pid);
    if (event.event === 'error') throw new DynoError(event.code, event.message);
    if (event.event !== expected) throw this.#lose(`it answered "${command.command}" with "${event.event}"`);
    return event as Extract<Answer, { event: E }>;
  }

  async stop(): Promise<void> {
    this.lost ??= lostError('it was stopped');
    const quit: SamplerCommand = { command: 'quit' };
    this.#child.stdin.end(`${JSON.stringify(quit)}\n`);
    try {
      await withTimeout(this.#child.exited, secondsAllowed.quit, 'end of the sampler');
    } catch {
      this.#child.kill('SIGKILL');
      this.#letToolsGoOn();
      // Not awaited for ever: a process in an uninterruptible read of a driver does not even die of SIGKILL.
      await withTimeout(this.#child.exited, secondsAllowed.quit, 'end of the sampler').catch(() => {});
    }
  }

  /**
   * A tool that was stopped in a block without sampling would stay behind, stopped for ever. One that goes on finds nobody who reads what it
   * prints, and ends; to any other process the signal means nothing.
   */
  #letToolsGoOn(): void {
    if (process.platform === 'win32') return;
    for (const tool of this.#tools) {
      try {
        process.kill(-tool, 'SIGCONT');
      } catch {
        // It has ended.
      }
    }
    this.#tools = [];
  }

  #lose(why: string): DynoError {
    if (this.lost === null) {
      this.lost = lostError(why);
      // Before it is ready, the loss is thrown instead.
      if (this.#ready) this.#onProblem({ collector: null, code: this.lost.code, reason: this.lost.message });
    }
    this.#child.kill('SIGKILL');
    this.#letToolsGoOn();
    this.#waiting?.reject(this.lost);
    this.#waiting = null;
    return this.lost;
  }
}

/** Processes that the main thread of a process has started and that live; none where the kernel does not tell. */
function childrenOf(pid: number): number[] {
  const list = textIfReadable(`/proc/${pid}/task/${pid}/children`) ?? '';
  return list.split(' ').filter(Boolean).map(Number);
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
