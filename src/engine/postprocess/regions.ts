import type { Scores } from './softmax.ts';

/** The outermost pixels of a connected region, row by row from the top: `first[i]` and `last[i]` are columns of row `top + i`. */
export interface Region {
  readonly top: number;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

/**
 * The regions of pixels above `threshold` in a map, connected by sides or corners (as OpenCV's `findContours` takes them), in the order
 * of their first pixels. Holes do not count: what lies within one is a region of its own.
 *
 * Runs of pixels are joined with the runs that they touch in the row above (union–find), so that each pixel is looked at once.
 * @param limit At most this many regions.
 */
export function regionsAbove(
  map: Scores,
  offset: number,
  width: number,
  height: number,
  threshold: number,
  limit: number,
): Region[] {
  const runs = new Runs();
  let above = 0;
  for (let row = 0; row < height; row++) {
    const begin = runs.count;
    appendRuns(map, offset + row * width, width, row, threshold, runs);
    joinTouching(runs, above, begin);
    above = begin;
  }
  return collect(runs, limit);
}

/** Runs of neighbouring pixels in a row, and the set that each belongs to: the root of a set is its first run. */
class Runs {
  count = 0;
  row = new Int32Array(1024);
  first = new Int32Array(1024);
  last = new Int32Array(1024);
  parent = new Int32Array(1024);

  append(row: number, first: number, last: number): void {
    if (this.count === this.row.length) {
      for (const name of ['row', 'first', 'last', 'parent'] as const) {
        const larger = new Int32Array(2 * this.count);
        larger.set(this[name]);
        this[name] = larger;
      }
    }
    this.row[this.count] = row;
    this.first[this.count] = first;
    this.last[this.count] = last;
    this.parent[this.count] = this.count;
    this.count += 1;
  }

  root(run: number): number {
    let at = run;
    while (this.parent[at] !== at) {
      // Halves the way for those who come after.
      this.parent[at] = this.parent[this.parent[at] as number] as number;
      at = this.parent[at] as number;
    }
    return at;
  }

  join(a: number, b: number): void {
    const [rootA, rootB] = [this.root(a), this.root(b)];
    this.parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
  }
}

function appendRuns(map: Scores, start: number, width: number, row: number, threshold: number, runs: Runs): void {
  let column = 0;
  while (column < width) {
    while (column < width && !((map[start + column] as number) > threshold)) column += 1;
    if (column === width) return;
    const first = column;
    while (column < width && (map[start + column] as number) > threshold) column += 1;
    runs.append(row, first, column - 1);
  }
}

/** Joins the runs from `below` on, all of one row, with those of the row above, which begin at `above`. */
function joinTouching(runs: Runs, above: number, below: number): void {
  const { row, first, last } = runs;
  if (above === below || below === runs.count || (row[above] as number) + 1 !== row[below]) return;
  let upper = above;
  for (let run = below; run < runs.count; run++) {
    // Touching by a corner is enough: one column to either side.
    while (upper < below && (last[upper] as number) < (first[run] as number) - 1) upper += 1;
    for (let other = upper; other < below && (first[other] as number) <= (last[run] as number) + 1; other++) {
      runs.join(run, other);
    }
  }
}

function collect(runs: Runs, limit: number): Region[] {
  const regions = new Map<number, { top: number; first: number[]; last: number[] }>();
  for (let run = 0; run < runs.count; run++) {
    const root = runs.root(run);
    const row = runs.row[run] as number;
    let region = regions.get(root);
    if (region === undefined) {
      // A root is the first run of its region, so that the limit leaves out those that begin last.
      if (regions.size === limit) continue;
      region = { top: row, first: [], last: [] };
      regions.set(root, region);
    }
    const { top, first, last } = region;
    const [column, end] = [runs.first[run] as number, runs.last[run] as number];
    first[row - top] = Math.min(first[row - top] ?? column, column);
    last[row - top] = Math.max(last[row - top] ?? end, end);
  }
  return [...regions.values()];
}
