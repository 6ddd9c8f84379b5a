import type { Item, Layered } from './layered.ts';

/** Widths in the units of the drawing (CSS pixels at 100 %). */
export interface Spacing {
  /** Width of a box, and of the room that an edge takes that passes by. */
  readonly box: number;
  readonly passage: number;
  /** Between neighbours. */
  readonly gap: number;
}

/** Sweeps over all layers; the last two look at both sides. */
const sweeps = 14;

/** Straight long edges are worth more than boxes that stand under each other (Gansner et al., "A technique for drawing directed graphs", 1993, 4). */
const pull = { passages: 8, mixed: 2, boxes: 1 } as const;

/**
 * The middle of each item, in the order of the items: each layer in turn comes as near to its neighbours as the order and the room between items
 * allow. For one layer that is the isotonic regression of the places that its items would like, which merging neighbours in conflict solves
 * exactly (pool adjacent violators; Ayer et al. 1955).
 */
export function placeItems({ items, layers }: Pick<Layered, 'items' | 'layers'>, spacing: Spacing): number[] {
  const middles: number[] = Array.from({ length: items.length }, () => 0);
  // How far each item is from the first of its layer when all stand as near as they may.
  const offsets: number[] = Array.from({ length: items.length }, () => 0);
  for (const layer of layers) {
    let offset = 0;
    for (const [place, item] of layer.entries()) {
      const before = layer[place - 1];
      if (before !== undefined) offset += separation(items, before, item, spacing);
      offsets[item] = offset;
    }
    for (const item of layer) middles[item] = (offsets[item] ?? 0) - offset / 2;
  }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const downwards = sweep % 2 === 0;
    const sides = sweep >= sweeps - 2 ? (['above', 'below'] as const) : ([downwards ? 'above' : 'below'] as const);
    for (const layer of downwards ? layers : layers.toReversed()) placeLayer(layer, sides, items, middles, offsets);
  }
  return middles;
}

function placeLayer(
  layer: readonly number[],
  sides: readonly ('above' | 'below')[],
  items: readonly Item[],
  middles: number[],
  offsets: readonly number[],
): void {
  const wishes = layer.map((item) => pulledTo(item, sides, items, middles));
  const start = isotonic(
    wishes.map(({ at, weight }, place) => ({ at: at - (offsets[layer[place] ?? 0] ?? 0), weight })),
  );
  for (const [place, item] of layer.entries()) middles[item] = (start[place] ?? 0) + (offsets[item] ?? 0);
}

/** The mean place of an item's neighbours on these sides, and how hard they pull; nobody: its own place, and it gives way to others. */
export function pulledTo(
  item: number,
  sides: readonly ('above' | 'below')[],
  items: readonly Item[],
  middles: readonly number[],
): { readonly at: number; readonly weight: number } {
  const isPassage = items[item]?.box === null;
  let [weight, sum] = [0, 0];
  for (const neighbour of sides.flatMap((side) => items[item]?.[side] ?? [])) {
    const other = items[neighbour]?.box === null;
    const share = isPassage && other ? pull.passages : isPassage || other ? pull.mixed : pull.boxes;
    weight += share;
    sum += share * (middles[neighbour] ?? 0);
  }
  return weight === 0 ? { at: middles[item] ?? 0, weight: 0.01 } : { at: sum / weight, weight };
}

/** The least distance between the middles of two neighbours. */
export function separation(items: readonly Item[], left: number, right: number, spacing: Spacing): number {
  const width = (item: number) => (items[item]?.box === null ? spacing.passage : spacing.box);
  return (width(left) + width(right)) / 2 + spacing.gap;
}

/** The values that never fall and are nearest to those that are wished for, by weighted least squares. */
export function isotonic(wishes: readonly { readonly at: number; readonly weight: number }[]): number[] {
  const blocks: { at: number; weight: number; count: number }[] = [];
  for (const { at, weight } of wishes) {
    let block = { at, weight, count: 1 };
    for (let before = blocks.at(-1); before !== undefined && before.at > block.at; before = blocks.at(-1)) {
      blocks.pop();
      const sum = before.weight + block.weight;
      block = {
        at: (before.at * before.weight + block.at * block.weight) / sum,
        weight: sum,
        count: before.count + block.count,
      };
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ at, count }) => Array.from({ length: count }, () => at));
}
