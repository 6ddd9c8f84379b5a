import type { Item, Layered } from './layered.ts';

/** Sweeps over all layers; more change little. */
const sweeps = 12;

/**
 * Orders the items of each layer so that few edges cross: each item goes to the mean place of its neighbours in the layer before, downwards and
 * upwards in turn (barycentre; Sugiyama, Tagawa and Toda 1981). The best order that was seen is kept. Changes `layers` in place.
 */
export function orderLayers({ items, layers }: Pick<Layered, 'items' | 'layers'>): void {
  const places = new Map<number, number>();
  const note = (layer: readonly number[]) => {
    for (const [place, item] of layer.entries()) places.set(item, place);
  };
  for (const layer of layers) note(layer);
  let best = { crossings: crossings(items, layers, places), layers: layers.map((layer) => [...layer]) };
  for (let sweep = 0; sweep < sweeps && best.crossings > 0; sweep++) {
    const side = sweep % 2 === 0 ? 'above' : 'below';
    for (const layer of side === 'above' ? layers : layers.toReversed()) {
      const keys = new Map(layer.map((item) => [item, meanPlace(items[item]?.[side] ?? [], places, item)]));
      layer.sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
      note(layer);
    }
    const now = crossings(items, layers, places);
    if (now < best.crossings) best = { crossings: now, layers: layers.map((layer) => [...layer]) };
  }
  for (const [index, layer] of best.layers.entries()) layers[index] = layer;
}

/** An item without neighbours on that side stays where it is. */
function meanPlace(neighbours: readonly number[], places: ReadonlyMap<number, number>, item: number): number {
  if (neighbours.length === 0) return places.get(item) ?? 0;
  return neighbours.reduce((sum, neighbour) => sum + (places.get(neighbour) ?? 0), 0) / neighbours.length;
}

/**
 * How many pairs of edges cross between neighbouring layers. Edges sorted by their upper ends cross where their lower ends are out of order; a
 * tree of partial sums (Fenwick) counts those (Barth, Jünger and Mutzel, "Simple and efficient bilayer cross counting", 2002).
 */
export function crossings(
  items: readonly Item[],
  layers: readonly (readonly number[])[],
  places: ReadonlyMap<number, number>,
): number {
  let count = 0;
  for (const [index, layer] of layers.entries()) {
    const width = layers[index + 1]?.length ?? 0;
    const tree = new Int32Array(width + 1);
    let seen = 0;
    for (const item of layer) {
      const ends = (items[item]?.below ?? []).map((below) => places.get(below) ?? 0).sort((a, b) => a - b);
      for (const end of ends) count += seen - sumTo(tree, end + 1);
      for (const end of ends) add(tree, end + 1);
      seen += ends.length;
    }
  }
  return count;
}

function sumTo(tree: Int32Array, place: number): number {
  let sum = 0;
  for (let at = place; at > 0; at -= at & -at) sum += tree[at] ?? 0;
  return sum;
}

function add(tree: Int32Array, place: number): void {
  for (let at = place; at < tree.length; at += at & -at) tree[at] = (tree[at] ?? 0) + 1;
}
