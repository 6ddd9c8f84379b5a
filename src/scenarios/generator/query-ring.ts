/** Queries that may wait at most: a system that is so far behind will not catch up, and one that keeps up never has that many. */
export const ringCapacity = 65_536;

/** Why a load ended before the bounds of its window. */
export type Stopped = 'OVER_SATURATED' | 'QUEUE_FULL';

const words = { pushed: 0, taken: 1, completed: 2, sleeping: 3, command: 4, state: 5, stopped: 6 } as const;
const moments = { warmup: 0, window: 1 } as const;

const commands = ['none', 'start', 'window', 'stop'] as const;
const states = ['waiting', 'warm-up', 'window', 'ended', 'failed'] as const;
const reasons = [null, 'OVER_SATURATED', 'QUEUE_FULL'] as const;

const headerBytes = 128;

/**
 * The queue between the thread that generates load and the thread that serves it: one writes, one reads, in memory that both share, without
 * locks and without allocating anything for a query.
 *
 * Times of a query are seconds from the start of its phase (the warm-up or the window). What is written before a counter is raised with
 * `Atomics` is seen by whoever reads the counter.
 */
export class QueryRing {
  readonly shared: SharedArrayBuffer;
  readonly capacity: number;
  /** The query that was taken last. `number`: in the window from 0; in the warm-up −1, −2 … */
  number = 0;
  scheduled = 0;
  sent = 0;
  readonly #words: Int32Array;
  readonly #moments: Float64Array;
  readonly #numbers: Int32Array;
  readonly #scheduled: Float64Array;
  readonly #sent: Float64Array;
  /** When queries were completed, on the clock: only of a closed loop, whose generator waits for them. */
  readonly #completed: Float64Array;

  /** Over memory that `QueryRing.allocate` has made. */
  constructor(shared: SharedArrayBuffer) {
    const capacity = (shared.byteLength - headerBytes) / 28;
    this.shared = shared;
    this.capacity = capacity;
    this.#words = new Int32Array(shared, 0, 16);
    this.#moments = new Float64Array(shared, 64, 2);
    this.#scheduled = new Float64Array(shared, headerBytes, capacity);
    this.#sent = new Float64Array(shared, headerBytes + 8 * capacity, capacity);
    this.#completed = new Float64Array(shared, headerBytes + 16 * capacity, capacity);
    this.#numbers = new Int32Array(shared, headerBytes + 24 * capacity, capacity);
  }

  /** @param capacity A power of two, so that places stay in order when the counters wrap. */
  static allocate(capacity = ringCapacity): QueryRing {
    return new QueryRing(new SharedArrayBuffer(headerBytes + 28 * capacity));
  }

  /** Queries that wait to be taken. */
  get waiting(): number {
    return (this.#load('pushed') - this.#load('taken')) | 0;
  }

  get command(): (typeof commands)[number] {
    return commands[this.#load('command')] ?? 'none';
  }

  get state(): (typeof states)[number] {
    return states[this.#load('state')] ?? 'failed';
  }

  get stopped(): Stopped | null {
    return reasons[this.#load('stopped')] ?? null;
  }

  /** When a phase began, on the clock of both threads. */
  startOf(phase: 'warm-up' | 'window'): number {
    return this.#moments[phase === 'window' ? moments.window : moments.warmup] ?? Number.NaN;
  }

  /* The side of the generator. */

  /** Begins a phase. */
  begin(phase: 'warm-up' | 'window', start: number): void {
    this.#moments[phase === 'window' ? moments.window : moments.warmup] = start;
    this.#enter(phase);
  }

  /** Puts a query into the queue; false when it is full. Wakes the other side where it sleeps. */
  push(number: number, scheduled: number, sent: number): boolean {
    const pushed = this.#load('pushed');
    if (((pushed - this.#load('taken')) | 0) >= this.capacity) return false;
    const place = pushed & (this.capacity - 1);
    this.#numbers[place] = number;
    this.#scheduled[place] = scheduled;
    this.#sent[place] = sent;
    Atomics.store(this.#words, words.pushed, (pushed + 1) | 0);
    this.#wake();
    return true;
  }

  /** How many queries have been completed since the start, modulo 2³². */
  get completed(): number {
    return this.#load('completed');
  }

  /** When query number `count` of all was completed, counted from 0 modulo 2³², on the clock. */
  completedAt(count: number): number {
    return this.#completed[count & (this.capacity - 1)] ?? Number.NaN;
  }

  /** No query follows. */
  end(stopped: Stopped | null): void {
    Atomics.store(this.#words, words.stopped, reasons.indexOf(stopped));
    this.#enter('ended');
  }

  fail(): void {
    this.#enter('failed');
  }

  /** Sleeps until there is a command. */
  waitForCommand(): void {
    Atomics.wait(this.#words, words.command, commands.indexOf('none'));
  }

  /* The side that serves. */

  order(command: 'start' | 'window' | 'stop'): void {
    Atomics.store(this.#words, words.command, commands.indexOf(command));
    Atomics.notify(this.#words, words.command);
  }

  /** Takes the next query into `number`, `scheduled` and `sent`; false when none waits. */
  take(): boolean {
    const taken = this.#load('taken');
    if (this.#load('pushed') === taken) return false;
    const place = taken & (this.capacity - 1);
    this.number = this.#numbers[place] ?? Number.NaN;
    this.scheduled = this.#scheduled[place] ?? Number.NaN;
    this.sent = this.#sent[place] ?? Number.NaN;
    Atomics.store(this.#words, words.taken, (taken + 1) | 0);
    return true;
  }

  /** Tells the generator of a closed loop when a query was completed. */
  complete(moment: number): void {
    const completed = this.#load('completed');
    this.#completed[completed & (this.capacity - 1)] = moment;
    Atomics.store(this.#words, words.completed, (completed + 1) | 0);
  }

  /** Sleeps until a query waits or the state changes, at most so long. */
  sleep(milliseconds: number): void {
    const state = this.#load('state');
    Atomics.store(this.#words, words.sleeping, 1);
    // Looked at once more behind the flag: what came before it was seen wakes nobody.
    if (this.waiting === 0 && this.#load('state') === state) Atomics.wait(this.#words, words.sleeping, 1, milliseconds);
    Atomics.store(this.#words, words.sleeping, 0);
  }

  #enter(state: (typeof states)[number]): void {
    Atomics.store(this.#words, words.state, states.indexOf(state));
    this.#wake();
  }

  #wake(): void {
    if (this.#load('sleeping') === 0) return;
    Atomics.store(this.#words, words.sleeping, 0);
    Atomics.notify(this.#words, words.sleeping);
  }

  #load(word: keyof typeof words): number {
    return Atomics.load(this.#words, words[word]);
  }
}
