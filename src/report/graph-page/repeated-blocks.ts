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
 * Finds what repeats in a row of operators, whatever their nodes are called. Of stretches in each other's way, that which covers the most is
 * taken, and of these the one with the shorter block.
 *
 * Where one copy ends and the next begins is not told by the repetition alone (ABCABCA): of the starts that keep the number of copies, that is
 * taken where the fewest values lead from before to behind, and of these the last.
 * @param values How many values lead from before each operator to it or behind.
 */
export function repeatedBlocks(operators: readonly string[], values: readonly number[]): Repeat[] {
  const count = operators.length;
  const codes = encoded(operators);
  const candidates: { readonly start: number; readonly end: number; readonly length: number }[] = [];
  const longest = Math.min(Math.floor(count / 2), Math.floor(mostCompared / Math.max(1, count)));
  for (let length = 1; length <= longest; length++) {
    let run = 0;
    for (let place = 0; place + length <= count; place++) {
      if (place + length < count && codes[place] === codes[place + length]) run += 1;
      else {
        // The operators of a run are as those `length` behind: with the last ones, a copy more than the run has.
        if (run >= length) candidates.push({ start: place - run, end: place + length, length });
        run = 0;
      }
    }
  }
  candidates.sort((a, b) => b.end - b.start - (a.end - a.start) || a.length - b.length);
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

function encoded(operators: readonly string[]): Int32Array {
  const codes = new Map<string, number>();
  return Int32Array.from(operators, (operator) => {
    const code = codes.get(operator) ?? codes.size;
    codes.set(operator, code);
    return code;
  });
}
