/**
 * Sum of values that come one by one, with the error of each addition carried along (Neumaier, "Rundungsfehleranalyse einiger Verfahren
 * zur Summation endlicher Summen", 1974): of values of one sign the relative error is about 2⁻⁵³ however many they are, and their order
 * does not matter but for the last bit.
 */
export class CompensatedSum {
  #sum = 0;
  #lost = 0;

  add(value: number): void {
    const next = this.#sum + value;
    // Of the two the larger in size keeps its bits: what the smaller has lost is exact.
    this.#lost += Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - next + value : value - next + this.#sum;
    this.#sum = next;
  }

  get value(): number {
    // A sum beyond the finite numbers has lost nothing that could be told.
    return Number.isFinite(this.#lost) ? this.#sum + this.#lost : this.#sum;
  }
}
