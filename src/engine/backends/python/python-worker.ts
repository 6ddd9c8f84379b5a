import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, spawnProgram } from '../../../kernel/child-process.ts';
import { DynoError, InputError } from '../../../kernel/errors.ts';
import { encodeFrame, type Frame, FrameReader, type Header } from './frames.ts';
import { deadlineVariable } from './run-deadline.ts';

export interface WorkerStart {
  readonly program: string;
  readonly programArguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** How long a worker that was asked to end has for it before it is killed. */
  readonly graceSeconds?: number;
}

/** A message that was sent and not answered. */
interface Pending {
  readonly id: number;
  readonly type: string;
  resolve(frame: Frame): void;
  reject(error: DynoError): void;
}

/** Codes of errors that lie in what the user gave. */
const inputCodes: ReadonlySet<string> = new Set([
  'MODEL_INVALID',
  'MODEL_UNSUPPORTED',
  'OPERATOR_UNSUPPORTED',
  'TYPE_UNSUPPORTED',
  'SHAPE_CHANGED',
  'DEVICE_LACKS_OPERATORS',
]);

/**
 * A process that answers messages, one at a time. It holds this process up only while a message waits for its answer. When it dies, hangs or
 * answers something else than frames, that message fails with `WORKER_DIED`, `WORKER_TIMEOUT` or `PROTOCOL_BROKEN`, and so does every later one.
 */
export class PythonWorker {
  readonly pid: number;
  readonly #child: Child;
  readonly #graceSeconds: number;
  #pending: Pending | null = null;
  #failure: DynoError | null = null;
  #closing = false;
  #messages = 0;

  /** Starts the process. Throws `WORKER_NOT_STARTED`. */
  static async start(start: WorkerStart): Promise<PythonWorker> {
    const { program, programArguments, environment, graceSeconds = 2 } = start;
    const child = spawnProgram(program, programArguments, {
      ownGroup: true,
      ...(environment === undefined ? {} : { environment }),
    });
    if (child.pid === null) {
      const { failure } = await child.exited;
      throw new DynoError(
        'WORKER_NOT_STARTED',
        `${program}: expected a Python that can be started, but ${failure}. Name one with DYNO_PYTHON=/path/to/python3.`,
      );
    }
    return new PythonWorker(child, child.pid, graceSeconds);
  }

  private constructor(child: Child, pid: number, graceSeconds: number) {
    this.#child = child;
    this.pid = pid;
    this.#graceSeconds = graceSeconds;
    const reader = new FrameReader((frame) => this.#answered(frame));
    child.stdout.on('data', (chunk: Buffer) => {
      if (this.#failure !== null) return;
      try {
        reader.push(chunk);
      } catch (error) {
        this.#fail(error instanceof DynoError ? this.#withLastWords(error) : unexpected(error));
      }
    });
    void child.exited.then(({ exitCode, signal }) => {
      const how = signal === null ? `ended with status ${exitCode}` : `was ended by ${signal}`;
      const doing = this.#pending === null ? '' : ` before it answered the message "${this.#pending.type}"`;
      const hint = signal === 'SIGKILL' ? ' The kernel does that where memory runs out (dmesg tells).' : '';
      const remedy = 'Run it once by itself, or measure with another backend.';
      this.#fail(
        this.#withLastWords(
          new DynoError('WORKER_DIED', `The Python worker (process ${pid}) ${how}${doing}.${hint} ${remedy}`),
        ),
      );
    });
    child.hold(false);
  }

  /**
   * Sends a message and waits for its answer. Parts must stay as they are until then. Throws what the worker answers as an error, under its
   * code, and what befalls the worker itself.
   */
  async request(
    header: Header & { readonly type: string },
    parts: readonly Uint8Array[],
    deadlineSeconds: number,
  ): Promise<Frame> {
    if (this.#failure !== null) throw this.#failure;
    if (this.#pending !== null) throw new Error(`The worker still has the message "${this.#pending.type}" to answer.`);
    const id = ++this.#messages;
    const frame = encodeFrame({ ...header, id }, parts);
    this.#child.hold(true);
    let deadline: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Frame>((resolve, reject) => {
        this.#pending = { id, type: header.type, resolve, reject };
        deadline = setTimeout(() => this.#overdue(header.type, deadlineSeconds), deadlineSeconds * 1e3);
        const { stdin } = this.#child;
        stdin.cork();
        for (const part of frame) stdin.write(part);
        stdin.uncork();
      });
    } finally {
      clearTimeout(deadline);
      this.#pending = null;
      this.#child.hold(false);
    }
  }

  /** Lets the process end, and ends it when it does not. Never rejects. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#failure ??= new DynoError('WORKER_CLOSED', 'The Python worker was closed.');
    this.#child.stdin.end();
    await this.#end();
  }

  #answered(frame: Frame): void {
    const { header } = frame;
    const pending = this.#pending;
    if (pending === null || header.id !== pending.id) {
      const came = `an answer to message ${JSON.stringify(header.id)}`;
      throw new DynoError('PROTOCOL_BROKEN', `The Python worker sent ${came} that nobody waits for.`);
    }
    if (header.type === 'error') {
      const [code, message] = [String(header.code), String(header.message)];
      pending.reject(inputCodes.has(code) ? new InputError(code, message) : new DynoError(code, message));
    } else {
      pending.resolve(frame);
    }
  }

  #overdue(type: string, seconds: number): void {
    const longer = type === 'run' ? `, or give a run longer: export ${deadlineVariable}=<seconds>` : '';
    const message = `The Python worker (process ${this.pid}) did not answer the message "${type}" within ${Number(seconds.toPrecision(3))} s and was ended. Take a smaller batch or model, or another backend${longer}.`;
    this.#fail(this.#withLastWords(new DynoError('WORKER_TIMEOUT', message)));
  }

  /** Nothing can be asked of it any more: the process is ended, and the message that waits fails. The first failure is the one that is told. */
  #fail(error: DynoError): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    this.#pending?.reject(error);
    if (!this.#closing) void this.#end('SIGTERM');
  }

  /** Waits for the end of the process, and kills it and its group where that takes too long. */
  async #end(signal: 'SIGTERM' | null = null): Promise<void> {
    if (signal !== null) this.#child.kill(signal);
    const abort = new AbortController();
    const late = sleep(this.#graceSeconds * 1e3, 'late', { signal: abort.signal });
    this.#child.hold(true);
    const outcome = await Promise.race([this.#child.exited, late]);
    if (outcome === 'late') {
      this.#child.kill('SIGKILL');
      // One in an uninterruptible state ignores even that, and is left behind.
      await Promise.race([this.#child.exited, sleep(this.#graceSeconds * 1e3)]);
    } else {
      abort.abort();
      await late.catch(() => {});
      // What it had started itself.
      this.#child.kill('SIGKILL');
    }
    this.#child.hold(false);
  }

  /** What it wrote to standard error last belongs to the error. */
  #withLastWords(error: DynoError): DynoError {
    const words = this.#child.stderrTail().trim().split('\n').slice(-20).join('\n');
    return words === '' ? error : new DynoError(error.code, `${error.message} Its last words:\n${words}`);
  }
}

function unexpected(error: unknown): DynoError {
  return new DynoError('PROTOCOL_BROKEN', 'The answer of the Python worker could not be read.', { cause: error });
}
