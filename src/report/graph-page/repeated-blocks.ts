/** A stretch of nodes that stands several times in a row, as the layers of a network do. */
export interface Repeat {
  /** Place of the first node. */
  readonly start: number;
  /** Nodes in one copy, and how many copies. */
  readonly length: number;
  readonly copies: number;
}

/** Shorter stretches are no blocks but a habit: a convolution and its activation. */
const leastLength = 4;

/** Comparing all stretches takes the square of the nodes: in larger graphs longer blocks than this are not looked for. */
const mostCompared = 40_000_000;

/**
 * Finds what repeats in a row of nodes, each told by a word, such as its operator with its sizes. Of stretches in each other's way, that which tells the most is
 * taken: the more nodes need not be looked at again, the better, and rather many short copies than two long ones, which may be
 * alike by chance.
 *
 * Where one copy ends and the next begins is not told by the repetition alone (ABCABCA): of the starts that keep the number of copies, that is
 * taken where the fewest values lead from before to behind, and of these the last.
 * @param values How many values lead from before each node to it or behind.
 */
export function repeatedBlocks(words: readonly string[], values: readonly number[]): Repeat[] {
  const count = words.length;
  const codes = encoded(words);
  const candidates: { readonly start: number; readonly end: number; readonly length: number }[] = [];
  const longest = Math.min(Math.floor(count / 2), Math.floor(mostCompared / Math.max(1, count)));
  for (let length = 1; length <= longest; length++) {
    let run = 0;
    for (let place = 0; place + length <= count; place++) {
      if (place + length < count && codes[place] === codes[place + length]) run += 1;
      else {
        // The words of a run are as those `length` behind: with the last ones, a copy more than the run has.
        if (run >= length) candidates.push({ start: place - run, end: place + length, length });
        run = 0;
      }
    }
  }
  const worth = ({ start, end, length }: (typeof candidates)[number]) => {
    const copies = Math.floor((end - start) / length);
    return length * (copies - 1) * Math.log2(copies);
  };
  candidates.sort((a, b) => worth(b) - worth(a) || a.length - b.length);
  const taken = new Uint8Array(count);
  const repeats: Repeat[] = [];
  for (const { start, end, length } of candidates) {
    if (taken.subarray(start, end).some((isTaken) => isTaken === 1)) continue;
    taken.fill(1, start, end);
    if (length < leastLength) continue;
    const copies = Math.floor((end - start) / length);
    repeats.push({ start: bestStart(start, end - copies * length, values), length, copies });
  }
  return repeats.sort((a, b) => a.start - b.start);
}

function bestStart(first: number, last: number, values: readonly number[]): number {
  let best = first;
  for (let start = first; start <= last; start++) if ((values[start] ?? 0) <= (values[best] ?? 0)) best = start;
  return best;
}

function encoded(words: readonly string[]): Int32Array {
  const codes = new Map<string, number>();
  return Int32Array.from(words, (word) => {
    const code = codes.get(word) ?? codes.size;
    codes.set(word, code);
    return code;
  });
}
