import { positionBehind, scanIntegers } from '../kernel/scan-numbers.ts';

/** user, nice, system, idle, iowait, irq, softirq, steal. Guests' time is contained in user and nice. */
const fieldCount = 8;

/**
 * Shares of the time of all cores between two readings of `/proc/stat`, each 0 to 1; NaN until there are two.
 * Busy is user + nice + system + irq + softirq. The kernel counts in 1/100 s: over 0.1 s on two cores a step is 5 %.
 */
export class CpuShares {
  busy = Number.NaN;
  iowait = Number.NaN;
  steal = Number.NaN;
  readonly #ticks = new Float64Array(fieldCount);
  readonly #before = new Float64Array(fieldCount).fill(Number.NaN);

  /** Forgets the last reading. */
  reset(): void {
    this.#before.fill(Number.NaN);
    this.busy = Number.NaN;
    this.iowait = Number.NaN;
    this.steal = Number.NaN;
  }

  /** Takes the content of `/proc/stat`. */
  next(stat: Buffer): void {
    const ticks = this.#ticks;
    const position = positionBehind(stat, 'cpu');
    if (position < 0) ticks.fill(Number.NaN);
    else scanIntegers(stat, position, ticks);

    const total = ticks.reduce((sum, _, field) => sum + this.#grown(field), 0);
    const busy = this.#grown(0) + this.#grown(1) + this.#grown(2) + this.#grown(5) + this.#grown(6);
    this.busy = total > 0 ? busy / total : Number.NaN;
    this.iowait = total > 0 ? this.#grown(4) / total : Number.NaN;
    this.steal = total > 0 ? this.#grown(7) / total : Number.NaN;
    this.#before.set(ticks);
  }

  /** iowait (and, with a core that sleeps deeply, idle) may run backwards, as proc_stat(5) warns: then it has not grown. */
  #grown(field: number): number {
    const grown = (this.#ticks[field] ?? Number.NaN) - (this.#before[field] ?? Number.NaN);
    return Math.max(grown, 0);
  }
}
