/** How fast a counter grows: its difference to the reading before, over the time between them. */
export class Rate {
  #value = Number.NaN;
  #seconds = Number.NaN;

  /** Forgets the last reading: the next answer is NaN. */
  reset(): void {
    this.#value = Number.NaN;
    this.#seconds = Number.NaN;
  }

  /** Growth per second since the last reading; NaN for the first, for a counter that fell, and when no time has passed. */
  next(value: number, seconds: number): number {
    const grown = value - this.#value;
    const passed = seconds - this.#seconds;
    this.#value = value;
    this.#seconds = seconds;
    return grown >= 0 && passed > 0 ? grown / passed : Number.NaN;
  }
}
