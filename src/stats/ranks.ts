/** Ranks of values, counted from 1. */
export interface Ranks {
  /** A rank a value, in the order of the values; equal values share the mean of their ranks. */
  readonly ranks: Float64Array;
  /** Σ (t³ − t) over the groups of t equal values, by which variances of rank tests shrink; 0 without ties. */
  readonly ties: number;
}

/** Ranks the values, which must be numbers. */
export function rank(values: ArrayLike<number>): Ranks {
  const order = Uint32Array.from({ length: values.length }, (_, index) => index);
  const at = (position: number) => values[order[position] ?? -1] ?? Number.NaN;
  order.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Float64Array(values.length);
  let ties = 0;
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && at(end) === at(first)) end++;
    const shared = (first + 1 + end) / 2;
    for (let position = first; position < end; position++) ranks[order[position] ?? -1] = shared;
    const size = end - first;
    ties += size ** 3 - size;
    first = end;
  }
  return { ranks, ties };
}
