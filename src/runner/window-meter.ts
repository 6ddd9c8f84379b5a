import { readFileSync } from 'node:fs';
import { monotonicSeconds } from '../kernel/clock.ts';
import type { Measured } from '../results/snapshot.ts';
import { noUsage, type ProcessUsage } from './process-usage.ts';

export type WindowMeters = Pick<Measured, 'cpu' | 'clockRatioError'> & { readonly generatorSeconds: number | null };

interface Reading {
  readonly usage: NodeJS.ResourceUsage;
  readonly elsewhere: ProcessUsage;
  readonly wall: number;
  readonly monotonic: number;
  readonly generator: number | null;
}

/** What a window costs and how its clocks agree: the difference of two readings. */
export class WindowMeter {
  readonly #generatorThread: number | null;
  readonly #elsewhere: () => ProcessUsage;
  #begun: Reading;

  /**
   * @param generatorThread The kernel's id of a thread whose CPU time is no part of what serving costs; null: there is none.
   * @param elsewhere What other processes have used that serve with this one.
   */
  constructor(generatorThread: number | null, elsewhere: () => ProcessUsage = () => noUsage) {
    this.#generatorThread = generatorThread;
    this.#elsewhere = elsewhere;
    this.#begun = this.#read();
  }

  begin(): void {
    this.#begun = this.#read();
  }

  end(): WindowMeters {
    const [before, after] = [this.#begun, this.#read()];
    const length = after.monotonic - before.monotonic;
    const generatorSeconds =
      before.generator === null || after.generator === null ? null : after.generator - before.generator;
    return {
      cpu: {
        // A thread that spins reads a clock that needs no system call: its time is the user's.
        userSeconds:
          Math.max(0, (after.usage.userCPUTime - before.usage.userCPUTime) / 1e6 - (generatorSeconds ?? 0)) +
          (after.elsewhere.userSeconds - before.elsewhere.userSeconds),
        systemSeconds:
          (after.usage.systemCPUTime - before.usage.systemCPUTime) / 1e6 +
          (after.elsewhere.systemSeconds - before.elsewhere.systemSeconds),
        voluntarySwitches:
          after.usage.voluntaryContextSwitches -
          before.usage.voluntaryContextSwitches +
          (after.elsewhere.voluntarySwitches - before.elsewhere.voluntarySwitches),
        involuntarySwitches:
          after.usage.involuntaryContextSwitches -
          before.usage.involuntaryContextSwitches +
          (after.elsewhere.involuntarySwitches - before.elsewhere.involuntarySwitches),
      },
      // Date has a resolution of 1 ms: over less than a second the comparison of the clocks says nothing.
      clockRatioError: length >= 1 ? (after.wall - before.wall) / length - 1 : null,
      generatorSeconds,
    };
  }

  #read(): Reading {
    return {
      usage: process.resourceUsage(),
      elsewhere: this.#elsewhere(),
      wall: Date.now() / 1e3,
      monotonic: monotonicSeconds(),
      generator: this.#generatorThread === null ? null : threadCpuSeconds(this.#generatorThread),
    };
  }
}

/** CPU time that a thread of this process has used; null where the kernel does not say. */
function threadCpuSeconds(thread: number): number | null {
  try {
    // proc(5): nanoseconds on the CPU, nanoseconds waiting for it, time slices.
    const [nanoseconds] = readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ');
    return Number(nanoseconds) / 1e9;
  } catch {
    return null;
  }
}
