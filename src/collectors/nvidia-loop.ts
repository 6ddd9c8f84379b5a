import { monotonicSeconds } from '../kernel/clock.ts';
import { DynoError } from '../kernel/errors.ts';
import { type LineTool, type LineToolExit, startLineTool } from '../kernel/line-tool.ts';
import { exitMeaning, SmiCsv, type SmiRow } from './nvidia-csv.ts';

/**
 * How often nvidia-smi reports. Its figure of utilisation is itself a mean over a sixth of a second to a second: more often brings no more.
 */
const millisecondsBetweenReports = 200;
/** The first report may wait for the driver to be loaded, however short the time-out of the later ones is. */
const leastSecondsToStart = 10;
/** After SIGKILL the process has this long to go, then it is let go of. */
const graceSeconds = 2;
/** Starts in one run: a tool that ends by itself again and again is left alone. */
const mostStarts = 4;

/**
 * The one nvidia-smi of a run, which reports all devices over and over: a process for each sample would cost up to seconds of CPU time on a
 * machine with many devices. Rows go to `onRow` as they come. Everything that it may do wrong ends in `lost`: nothing for `seconds` (a hung
 * driver), nothing that can be read for as long, or its end.
 */
export class NvidiaLoop {
  readonly #program: string;
  readonly #fields: readonly string[];
  readonly #seconds: number;
  readonly #onRow: (row: SmiRow) => void;
  #tool: LineTool | null = null;
  #csv = new SmiCsv('uuid');
  #watchdog: NodeJS.Timeout | null = null;
  #lastLineAt = 0;
  #lastRowAt = 0;
  #hasReported = false;
  #refused: string | null = null;
  #error: { readonly code: string; readonly text: string } | null = null;
  #starts = 0;
  #hung = false;
  #waiting: (() => void)[] = [];
  /** Why there are no more rows; null while it runs, and before it was started. */
  lost: DynoError | null = null;

  constructor(program: string, fields: readonly string[], seconds: number, onRow: (row: SmiRow) => void) {
    this.#program = program;
    this.#fields = fields;
    this.#seconds = seconds;
    this.#onRow = onRow;
  }

  /** Sees to it that it runs. One that hung is not started again: the driver would only take a second victim. Throws why it is lost. */
  ensureRunning(): void {
    if (this.#tool !== null) return;
    if (this.lost !== null && (this.#hung || this.#starts >= mostStarts)) throw this.lost;
    this.lost = null;
    this.#refused = null;
    this.#error = null;
    this.#hasReported = false;
    this.#starts++;
    this.#csv = new SmiCsv('uuid');
    this.#lastLineAt = monotonicSeconds();
    this.#lastRowAt = this.#lastLineAt;
    const query = `--query-gpu=${this.#fields.join(',')}`;
    const tool = startLineTool(
      this.#program,
      [query, '--format=csv,nounits', '-lms', String(millisecondsBetweenReports)],
      (line) => {
        if (this.#tool === tool) this.#read(line);
      },
      (exit) => {
        if (this.#tool === tool) this.#lose(this.#endReason(exit));
      },
    );
    this.#tool = tool;
    this.#startWatchdog();
  }

  /** Stops it where it is; nobody waits for its reports until `resume`. */
  pause(): void {
    this.#tool?.pause();
    this.#stopWatchdog();
  }

  resume(): void {
    const tool = this.#tool;
    if (tool === null) return;
    // Its silence was asked for.
    this.#lastLineAt = monotonicSeconds();
    this.#lastRowAt = this.#lastLineAt;
    this.#startWatchdog();
    tool.resume();
  }

  /** Resolves at the next row, when it is lost, or after `seconds`, whichever comes first. */
  async nextRow(seconds: number): Promise<void> {
    if (this.#tool === null) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, seconds * 1e3);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Ends the process. */
  end(): void {
    const tool = this.#tool;
    this.#forget();
    tool?.kill('SIGTERM');
    tool?.abandon();
  }

  #read(line: string): void {
    this.#lastLineAt = monotonicSeconds();
    const read = this.#csv.read(line);
    if (read.kind === 'row') {
      this.#lastRowAt = monotonicSeconds();
      this.#hasReported = true;
      // What it said before it reported again does not explain what comes later.
      this.#error = null;
      this.#refused = null;
      this.#onRow(read.row);
      this.#wake();
    } else if (read.kind === 'error') this.#error = read;
    else if (read.kind === 'refused') this.#refused = read.reason;
  }

  #watch(): void {
    const tool = this.#tool;
    const seconds = this.#hasReported ? this.#seconds : Math.max(this.#seconds, leastSecondsToStart);
    if (tool === null || monotonicSeconds() - this.#lastRowAt < seconds) return;
    const silent = `nvidia-smi (process ${tool.pid}) gave no reading for ${seconds} s`;
    // One that goes on printing, but nothing that can be read, does not hang.
    this.#hung = monotonicSeconds() - this.#lastLineAt >= seconds / 2;
    if (this.#error !== null) this.#lose(new DynoError(this.#error.code, `${silent}; it said: ${this.#error.text}`));
    else if (this.#refused !== null && !this.#hung) {
      this.#lose(new DynoError('SENSOR_GARBLED', `${silent} that can be read; the last was ${this.#refused}`));
    } else {
      this.#hung = true;
      this.#lose(new DynoError('SENSOR_HUNG', `${silent} and was ended: its driver hangs. It is not started again.`));
    }
    tool.kill('SIGKILL');
    setTimeout(() => tool.abandon(), graceSeconds * 1e3).unref();
  }

  #endReason({ exitCode, signal, failure }: LineToolExit): DynoError {
    if (failure !== null) return new DynoError('TOOL_FAILED', `nvidia-smi could not be started: ${failure}`);
    const { code, meaning } =
      exitCode === null || exitCode === 0
        ? { code: 'SENSOR_ENDED', meaning: 'it should have gone on' }
        : exitMeaning(exitCode);
    const how = signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
    const said = this.#error?.text ?? this.#refused;
    const words = said === null || said === undefined ? '' : `; it said: ${said}`;
    return new DynoError(this.#error?.code ?? code, `nvidia-smi ended (${how}: ${meaning})${words}`);
  }

  #lose(error: DynoError): void {
    this.lost = error;
    this.#forget();
  }

  #forget(): void {
    this.#tool = null;
    this.#stopWatchdog();
    this.#wake();
  }

  #startWatchdog(): void {
    this.#stopWatchdog();
    const period = Math.min(1, this.#seconds / 4);
    this.#watchdog = setInterval(() => this.#watch(), period * 1e3);
    this.#watchdog.unref();
  }

  #stopWatchdog(): void {
    if (this.#watchdog !== null) clearInterval(this.#watchdog);
    this.#watchdog = null;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
