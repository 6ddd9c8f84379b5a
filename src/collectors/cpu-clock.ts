import { join } from 'node:path';
import { PseudoFile } from '../kernel/pseudo-file.ts';
import { scanIntegers } from '../kernel/scan-numbers.ts';
import { namesIfReadable } from '../kernel/tolerant-read.ts';

/**
 * On some processors the kernel answers `scaling_cur_freq` by interrupting the core that is asked about. To read hundreds of cores
 * ten times a second would disturb what is measured, so a sample of them is read, once a second.
 */
const mostCores = 16;
const secondsBetweenReadings = 1;

/** The clock of the cores, from cpufreq. */
export class CpuClock {
  readonly #files: readonly PseudoFile[];
  readonly #kilohertz = new Float64Array(1);
  #lastSeconds = Number.NEGATIVE_INFINITY;

  private constructor(files: readonly PseudoFile[]) {
    this.#files = files;
  }

  /** Opens the files of at most 16 cores, evenly spread; null when there are none, as in most virtual machines. */
  static open(sysRoot: string): CpuClock | null {
    const folder = join(sysRoot, 'devices', 'system', 'cpu');
    const cores = coreNumbers(folder);
    const step = Math.max(1, Math.ceil(cores.length / mostCores));
    const files = cores
      .filter((_, index) => index % step === 0)
      .map((core) => PseudoFile.openIfReadable(join(folder, `cpu${core}`, 'cpufreq', 'scaling_cur_freq')))
      .filter((file) => file !== null);
    return files.length === 0 ? null : new CpuClock(files);
  }

  /** Mean clock in hertz when a second has passed since the last reading, NaN otherwise. */
  readIfDue(seconds: number): number {
    // Ticks come a little early or late: nine tenths of a second count as one.
    if (seconds - this.#lastSeconds < secondsBetweenReadings * 0.9) return Number.NaN;
    this.#lastSeconds = seconds;
    let sum = 0;
    for (const file of this.#files) {
      scanIntegers(file.read(), 0, this.#kilohertz);
      sum += this.#kilohertz[0] ?? Number.NaN;
    }
    return (sum / this.#files.length) * 1e3;
  }

  close(): void {
    for (const file of this.#files) file.close();
  }
}

function coreNumbers(folder: string): number[] {
  return namesIfReadable(folder)
    .map((name) => /^cpu(\d+)$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}
