/** From how many values on they are counted and passed over again, instead of kept: 8 MiB. */
const mostKept = 2 ** 20;

/**
 * The bits of a double from the sign on, in the order of the numbers: 20 bits (sign, exponent, 8 of the fraction: steps of at most
 * 0.4 %) in the first pass, then 12 at a time.
 */
const levelBits = [20, 12, 12, 12, 8] as const;

/** Values that agree in the leading bits that have been looked at, and the ranks that are wanted of them. */
interface Cell {
  readonly ranks: readonly number[];
  /** Values less than all of these. */
  readonly below: number;
  readonly count: number;
  /** Where their finer counts, or they themselves, begin. */
  readonly start: number;
  /** They are kept in this pass, not counted. */
  readonly isKept: boolean;
}

/**
 * Values at chosen ranks of very many, exactly and in bounded memory, by passing over them more than once. The first pass counts them in
 * bins by their leading bits; each further one looks at the bins that hold a wanted rank alone: where they hold few values, it keeps and
 * sorts them, else counts them in finer bins, by the bits that follow. Mostly two passes do; all bits are used up after five. Few values
 * (`expected` ≤ `keep`) are kept and sorted at once. The order is that of `Float64Array.sort`: −0 before 0, NaN last.
 *
 * Add every value, then `want` the ranks; while it `isPending`, add every value again, in any order, and `endPass`; then ask `at`.
 */
export class OrderStatistics {
  readonly #keep: number;
  readonly #known = new Map<number, number>();
  #kept: Float64Array | null;
  #seen = 0;
  #count: number | null = null;
  /** For each level that is done: the cell that a bin has become, or −1. */
  readonly #cellOf: Int32Array[] = [];
  #cells: readonly Cell[] = [{ ranks: [], below: 0, count: 0, start: 0, isKept: false }];
  /** Of the level that is being counted, cell after cell. */
  #counts: Uint32Array | null;
  #collected = new Float64Array(0);
  #filled: Uint32Array = new Uint32Array(1);
  /** The first value of each cell, and whether another one was seen. */
  #first: Float64Array = new Float64Array(1);
  #differs: Uint8Array = new Uint8Array(1);

  /** `expected`: how many values there will be at most. `keep`: how many may be held at a time. */
  constructor(expected: number, keep = mostKept) {
    this.#keep = keep;
    this.#kept = expected <= keep ? new Float64Array(expected) : null;
    this.#counts = this.#kept === null ? new Uint32Array(2 ** levelBits[0]) : null;
  }

  /** How many values there are: those of one pass. */
  get count(): number {
    return this.#count ?? this.#seen;
  }

  add(value: number): void {
    const index = this.#seen++;
    if (this.#kept !== null) {
      if (index >= this.#kept.length) throw new RangeError(`Expected at most ${this.#kept.length} values.`);
      this.#kept[index] = value;
      return;
    }
    if (this.#counts === null) return;
    split(value);
    let cell = 0;
    let bin = bitsOfLevel(0);
    for (let level = 0; level < this.#cellOf.length; level++) {
      cell = this.#cellOf[level]?.[bin] ?? -1;
      if (cell < 0) return;
      bin = ((cell << (levelBits[level + 1] ?? 0)) | bitsOfLevel(level + 1)) >>> 0;
    }
    this.#addTo(cell, bin, value);
  }

  #addTo(cell: number, bin: number, value: number): void {
    const { start, isKept } = this.#cells[cell] ?? nowhere;
    const filled = this.#filled[cell] ?? 0;
    if (filled === 0) this.#first[cell] = value;
    else if (!Object.is(this.#first[cell], value)) this.#differs[cell] = 1;
    this.#filled[cell] = filled + 1;
    if (isKept) this.#collected[start + filled] = value;
    else if (this.#counts !== null) this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
  }

  /** Ends the first pass and says which ranks are wanted, from 0 in rising order. */
  want(ranks: Iterable<number>): void {
    if (this.#count !== null) throw new RangeError('Expected the ranks to be wanted once.');
    const count = this.#seen;
    const wanted = [...new Set(ranks)].sort((a, b) => a - b);
    for (const rank of wanted) {
      if (!(Number.isInteger(rank) && rank >= 0 && rank < count)) {
        throw new RangeError(`Expected ranks from 0 to ${count - 1}, got ${rank}.`);
      }
    }
    this.#count = count;
    if (this.#kept !== null) {
      const sorted = this.#kept.subarray(0, count).sort();
      for (const rank of wanted) this.#known.set(rank, sorted[rank] ?? Number.NaN);
      // Who holds the answers of many rounds is not to hold the values of all of them.
      this.#kept = null;
      return;
    }
    this.#cells = [{ ranks: wanted, below: 0, count, start: 0, isKept: false }];
    this.#nextLevel();
  }

  /** Whether every value is to be added once more. */
  get isPending(): boolean {
    return this.#counts !== null;
  }

  /** Ends a further pass. Throws `RangeError` when it had another number of values than the first. */
  endPass(): void {
    if (this.#seen !== this.#count) {
      throw new RangeError(`Expected the same ${this.#count} values in every pass, got ${this.#seen}.`);
    }
    this.#nextLevel();
  }

  /** The value at one of the wanted ranks. Throws `RangeError` for others, and before it is known. */
  at(rank: number): number {
    const value = this.#count === null ? undefined : this.#known.get(rank);
    if (value === undefined) throw new RangeError(`Expected a rank that was wanted and found, got ${rank}.`);
    return value;
  }

  #nextLevel(): void {
    this.#seen = 0;
    const level = this.#cellOf.length;
    const width = 2 ** (levelBits[level] ?? 0);
    const counts = this.#counts ?? new Uint32Array(0);
    const cellOf = new Int32Array(counts.length).fill(-1);
    const found: { cell: Omit<Cell, 'start' | 'isKept'>; bin: number }[] = [];
    for (const [index, cell] of this.#cells.entries()) {
      if (this.#isSettled(index, cell)) continue;
      let below = cell.below;
      let next = 0;
      for (let bin = index * width; next < cell.ranks.length && bin < (index + 1) * width; bin++) {
        const count = counts[bin] ?? 0;
        const first = next;
        while ((cell.ranks[next] ?? Number.POSITIVE_INFINITY) < below + count) next++;
        if (next > first) found.push({ cell: { ranks: cell.ranks.slice(first, next), below, count }, bin });
        below += count;
      }
    }
    this.#counts = null;
    if (found.length === 0) {
      this.#forget();
      return;
    }
    for (const [index, { bin }] of found.entries()) cellOf[bin] = index;
    this.#cellOf.push(cellOf);
    this.#open(found.map(({ cell }) => cell));
  }

  /** Looks for wanted ranks among the values of a cell themselves; false when it has to be looked at by finer bins. */
  #isSettled(index: number, { ranks, below, start, isKept }: Cell): boolean {
    const filled = this.#filled[index] ?? 0;
    if (filled > 0 && this.#differs[index] === 0) {
      for (const rank of ranks) this.#known.set(rank, this.#first[index] ?? Number.NaN);
      return true;
    }
    if (!isKept) return ranks.length === 0;
    const values = this.#collected.subarray(start, start + filled).sort();
    for (const rank of ranks) this.#known.set(rank, values[rank - below] ?? Number.NaN);
    return true;
  }

  /** Prepares the next pass: the cells of few values are kept, as many as there is room for; the others are counted. */
  #open(cells: readonly Omit<Cell, 'start' | 'isKept'>[]): void {
    let room = this.#keep;
    let start = 0;
    const kept = new Set<number>();
    for (const index of [...cells.keys()].sort((a, b) => (cells[a]?.count ?? 0) - (cells[b]?.count ?? 0))) {
      room -= cells[index]?.count ?? 0;
      if (room < 0) break;
      kept.add(index);
    }
    this.#cells = cells.map((cell, index) => {
      const opened = { ...cell, start, isKept: kept.has(index) };
      if (opened.isKept) start += cell.count;
      return opened;
    });
    this.#collected = new Float64Array(start);
    this.#filled = new Uint32Array(cells.length);
    this.#first = new Float64Array(cells.length);
    this.#differs = new Uint8Array(cells.length);
    this.#counts = new Uint32Array(cells.length * 2 ** (levelBits[this.#cellOf.length] ?? 0));
  }

  #forget(): void {
    this.#cellOf.length = 0;
    this.#cells = [];
    this.#collected = new Float64Array(0);
  }
}

const nowhere: Cell = { ranks: [], below: 0, count: 0, start: 0, isKept: false };

/* The value whose bits are looked at: its halves, so ordered that they compare as unsigned numbers do. */
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
double[0] = 1;
const [highWord, lowWord] = words[1] === 0 ? [0, 1] : [1, 0];
let high = 0;
let low = 0;

function split(value: number): void {
  // Every NaN is the same one, with the sign that sorts it last.
  double[0] = Number.isNaN(value) ? Number.NaN : value;
  high = words[highWord] ?? 0;
  low = words[lowWord] ?? 0;
  if (Number.isNaN(value)) high &= 0x7fff_ffff;
  if (high >>> 31 === 1) {
    high = ~high >>> 0;
    low = ~low >>> 0;
  } else {
    high = (high | 0x8000_0000) >>> 0;
  }
}

function bitsOfLevel(level: number): number {
  switch (level) {
    case 0:
      return high >>> 12;
    case 1:
      return high & 0xfff;
    case 2:
      return low >>> 20;
    case 3:
      return (low >>> 8) & 0xfff;
    case 4:
      return low & 0xff;
    default:
      return 0;
  }
}
