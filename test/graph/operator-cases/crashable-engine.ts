import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { TensorValues } from '../../../src/graph/tensor-proto.ts';

/** A tensor as the engine takes and makes it; strings as such. */
export interface EngineTensor {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: TensorValues | readonly string[];
}

/** What running a model came to: its outputs, or in which stage the engine refused or ended, and its words. */
export type EngineAnswer =
  | { readonly outputs: readonly EngineTensor[] }
  | { readonly stage: 'load' | 'run' | 'crash'; readonly refusal: string };

const slowestMs = 60_000;

/** The engine in a process of its own, which is started again where one that it runs ends it. */
export class CrashableEngine {
  #child: ChildProcess | null = null;

  run(model: Uint8Array, feeds: readonly EngineTensor[]): Promise<EngineAnswer> {
    this.#child ??= fork(join(import.meta.dirname, 'engine-process.mjs'), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const child = this.#child;
    return new Promise((resolve) => {
      const crashed = (code: number | null, signal: string | null) => {
        this.#child = null;
        done({ stage: 'crash', refusal: `the process ended with ${signal ?? code}` });
      };
      const timer = setTimeout(() => child.kill('SIGKILL'), slowestMs);
      const done = (answer: EngineAnswer) => {
        clearTimeout(timer);
        child.off('exit', crashed).off('message', done);
        resolve(answer);
      };
      child.once('exit', crashed).once('message', done);
      child.send({ model, feeds });
    });
  }

  stop(): void {
    this.#child?.kill();
  }
}
