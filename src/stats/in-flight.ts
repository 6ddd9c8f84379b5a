/** When so many completions have been passed, the memory that they take is given back. */
const keptPassed = 4096;

/**
 * Counts how many queries were under way when each one was sent, itself included, from their times alone: those before it that were completed
 * later than it was sent. Exact where queries are completed in the order in which they were sent; holds as many times as there are queries
 * under way at most.
 */
export class InFlightCounter {
  #completed: number[] = [];
  #passed = 0;

  /** Takes the next query, in the order of completion. */
  add(sent: number, completed: number): number {
    while (this.#passed < this.#completed.length && (this.#completed[this.#passed] ?? 0) <= sent) this.#passed++;
    if (this.#passed > keptPassed && this.#passed > this.#completed.length / 2) {
      this.#completed = this.#completed.slice(this.#passed);
      this.#passed = 0;
    }
    this.#completed.push(completed);
    return this.#completed.length - this.#passed;
  }
}
