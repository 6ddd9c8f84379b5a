import { Worker } from 'node:worker_threads';
import { monotonicSeconds } from '../kernel/clock.ts';
import { DynoError, errorText } from '../kernel/errors.ts';
import { withTimeout } from '../kernel/lifecycle.ts';
import { builtScript } from '../kernel/package-root.ts';
import type { PluginAnswer, PluginRequest, PluginStart, RemoteCollector } from './plugin-thread-protocol.ts';
import type { Sampled } from './sampled.ts';

/** The collectors of one plug-in, in a thread of their own. */
export interface PluginCollectors {
  readonly module: string;
  readonly collectors: readonly Sampled[];
  /** Why it has none: null when it simply exports none. */
  readonly refused: { readonly code: string; readonly reason: string } | null;
}

/**
 * Loads a plug-in (the URL of its module) into a thread and probes its collectors there. Never throws: what goes wrong is in
 * `refused`. From then on a collector that does not answer for `secondsAllowed` has its thread ended, and all collectors of
 * that plug-in with it.
 */
export async function loadCollectors(module: string, secondsAllowed: number): Promise<PluginCollectors> {
  const thread = new PluginThread(module, secondsAllowed);
  let answer: Loaded;
  try {
    answer = await withTimeout(thread.loaded, secondsAllowed, `start of the plug-in ${module}`);
  } catch (error) {
    answer = { kind: 'refused', code: 'COLLECTOR_HUNG', reason: errorText(error) };
  }
  if (answer.kind === 'refused') {
    thread.end(answer.reason);
    return { module, collectors: [], refused: { code: answer.code, reason: answer.reason } };
  }
  // The plug-in may be one of backends or workloads only.
  if (answer.collectors.length === 0) thread.end('it has no collectors.');
  return {
    module,
    collectors: answer.collectors.map((description, index) => remoteCollector(thread, description, index)),
    refused: null,
  };
}

type Loaded = Extract<PluginAnswer, { kind: 'loaded' | 'refused' }>;

class PluginThread {
  readonly secondsAllowed: number;
  readonly loaded: Promise<Loaded>;
  /** Why the thread is gone; null while it works. */
  lost: string | null = null;
  readonly #module: string;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (error: string | null) => void>();
  readonly #failures = new Map<number, string>();

  constructor(module: string, secondsAllowed: number) {
    this.#module = module;
    this.secondsAllowed = secondsAllowed;
    const workerData: PluginStart = { module };
    this.#worker = new Worker(builtScript('runner/plugin-worker.js'), { workerData, stdout: true, stderr: true });
    // Standard output of the process carries the sampler's answers: what a plug-in prints must not get among them.
    this.#worker.stdout.on('data', (chunk: Buffer) => process.stderr.write(chunk));
    this.#worker.stderr.on('data', (chunk: Buffer) => process.stderr.write(chunk));
    this.loaded = new Promise((resolve) => {
      this.#worker.on('message', (answer: PluginAnswer) => {
        if (answer.kind === 'loaded' || answer.kind === 'refused') resolve(answer);
        else if (answer.kind === 'failed') this.#failures.set(answer.collector, answer.error);
        else this.#settle(answer.collector, answer.error);
      });
      const gone = (why: string): void => {
        this.lost ??= `Plug-in ${module}: ${why}`;
        resolve({ kind: 'refused', code: 'PLUGIN_FAILED', reason: this.lost });
        for (const collector of [...this.#waiting.keys()]) this.#settle(collector, this.lost);
      };
      this.#worker.on('error', (error) => gone(errorText(error)));
      this.#worker.on('exit', (code) => gone(`its thread ended with exit code ${code}.`));
    });
  }

  send(request: PluginRequest): void {
    this.#worker.postMessage(request);
  }

  /** Sends a phase of a round and waits for the answer. Throws when it failed; ends the thread when it takes too long. */
  async ask(
    request: Exclude<PluginRequest, { kind: 'share' | 'tick' | 'pause' | 'resume' }>,
    name: string,
  ): Promise<void> {
    if (this.lost !== null) throw new DynoError('COLLECTOR_LOST', this.lost);
    const answer = new Promise<string | null>((resolve) => this.#waiting.set(request.collector, resolve));
    this.send(request);
    let error: string | null;
    try {
      error = await withTimeout(answer, this.secondsAllowed, `${request.kind} of the collector "${name}"`);
    } catch (timeout) {
      this.end(errorText(timeout));
      throw timeout;
    }
    if (error !== null) throw new DynoError('COLLECTOR_FAILED', error);
  }

  /** The error of a sample that failed since the last call; null when none did. */
  takeFailure(collector: number): string | null {
    const failure = this.#failures.get(collector) ?? null;
    this.#failures.delete(collector);
    return failure;
  }

  /** Ends the thread, even one in an endless loop. */
  end(why: string): void {
    this.lost ??= `Plug-in ${this.#module}: ${why} Its thread was ended.`;
    void this.#worker.terminate();
  }

  #settle(collector: number, error: string | null): void {
    const resolve = this.#waiting.get(collector);
    this.#waiting.delete(collector);
    resolve?.(error);
  }
}

function remoteCollector(thread: PluginThread, description: RemoteCollector, collector: number): Sampled {
  const { name, phase, probe, pauses, settles, ends } = description;
  const columns = (probe.available ? probe.columns : undefined) ?? description.columns;
  const values = new Float64Array(new SharedArrayBuffer(columns.length * Float64Array.BYTES_PER_ELEMENT));
  const answered = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  thread.send({ kind: 'share', collector, values: values.buffer, answered: answered.buffer });
  // Questions are numbered over all rounds, while ticks begin at 1 in each: an answer of an earlier round is never taken for this one's.
  let asked = 0;
  let askedAt = 0;
  let askedTick: number | null = null;

  return {
    name,
    columns,
    phase,
    probe: async () => probe,
    open: (target) => {
      askedTick = null;
      return thread.ask({ kind: 'open', collector, target }, name);
    },

    begin(row, offset, tick): void {
      row.fill(Number.NaN, offset, offset + columns.length);
      const failure = thread.lost ?? thread.takeFailure(collector);
      if (failure !== null) throw new DynoError('COLLECTOR_FAILED', failure);
      if (Atomics.load(answered, 0) === asked) {
        asked++;
        askedTick = tick;
        askedAt = monotonicSeconds();
        thread.send({ kind: 'tick', collector, tick: asked });
      } else if (monotonicSeconds() - askedAt > thread.secondsAllowed) {
        thread.end(`the collector "${name}" did not answer for ${thread.secondsAllowed} s.`);
        throw new DynoError('COLLECTOR_HUNG', thread.lost ?? '');
      }
    },

    finish(row, offset, tick): void {
      if (askedTick === tick && Atomics.load(answered, 0) === asked) row.set(values, offset);
    },

    ready: (tick) => thread.lost !== null || askedTick !== tick || Atomics.load(answered, 0) === asked,
    // Not waited for: what it does wrong fails its next tick.
    pause: () => {
      if (pauses) thread.send({ kind: 'pause', collector });
    },
    resume: () => {
      if (pauses) thread.send({ kind: 'resume', collector });
    },
    settles,
    settle: async () => {
      if (settles) await thread.ask({ kind: 'settle', collector }, name);
    },
    close: () => thread.ask({ kind: 'close', collector }, name),
    end: async () => {
      if (ends && thread.lost === null) await thread.ask({ kind: 'end', collector }, name);
    },
  };
}
