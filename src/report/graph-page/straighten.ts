import type { Item, Layered } from './layered.ts';
import { pulledTo, type Spacing, separation } from './place-items.ts';

/** Rounds over all rows; more change little. */
const rounds = 8;

/**
 * Puts rows of items of which each leads only to the next, boxes or the passages of a long edge, exactly below each other, and each row as near to
 * its neighbours as the items beside it allow. Where those leave no room for a straight row, it stays as it is. Changes `middles` in place; items
 * keep their order and their distances.
 */
export function straighten(
  { items, layers }: Pick<Layered, 'items' | 'layers'>,
  middles: number[],
  spacing: Spacing,
): void {
  const placeInLayer = new Map(layers.flatMap((layer) => layer.map((item, place): [number, number] => [item, place])));
  const rows = rowsOf(items);
  for (let round = 0; round < rounds; round++) {
    for (const row of round % 2 === 0 ? rows : rows.toReversed()) {
      let [lowest, highest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (const item of row) {
        const layer = layers[items[item]?.layer ?? 0] ?? [];
        const place = placeInLayer.get(item) ?? 0;
        const [before, behind] = [layer[place - 1], layer[place + 1]];
        if (before !== undefined) {
          lowest = Math.max(lowest, (middles[before] ?? 0) + separation(items, before, item, spacing));
        }
        if (behind !== undefined) {
          highest = Math.min(highest, (middles[behind] ?? 0) - separation(items, item, behind, spacing));
        }
      }
      if (lowest > highest) continue;
      const at = Math.min(highest, Math.max(lowest, wishOf(row, items, middles, round === 0)));
      for (const item of row) middles[item] = at;
    }
  }
}

/** Where a row would stand best: at first amid its own items, later where its ends are pulled to. */
function wishOf(row: readonly number[], items: readonly Item[], middles: readonly number[], isFirst: boolean): number {
  const own = row.reduce((sum, item) => sum + (middles[item] ?? 0), 0) / row.length;
  if (isFirst) return own;
  const above = pulledTo(row[0] ?? 0, ['above'], items, middles);
  const below = pulledTo(row.at(-1) ?? 0, ['below'], items, middles);
  const weight = above.weight + below.weight;
  return weight === 0 ? own : (above.at * above.weight + below.at * below.weight) / weight;
}

function rowsOf(items: readonly Item[]): number[][] {
  const next = (item: number): number | null => {
    const [only, ...more] = items[item]?.below ?? [];
    return only !== undefined && more.length === 0 && items[only]?.above.length === 1 ? only : null;
  };
  const inside = new Set([...items.keys()].map(next));
  return [...items.keys()]
    .filter((item) => !inside.has(item))
    .map((start) => {
      const row: number[] = [];
      for (let item: number | null = start; item !== null; item = next(item)) row.push(item);
      return row;
    });
}
