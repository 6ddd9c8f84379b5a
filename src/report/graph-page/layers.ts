import type { Edge } from './flow.ts';

/** A layer with more boxes than this is too wide to find one's way in: what could stand in it moves on to the next. */
export const mostInLayer = 24;

/**
 * The layer of each box, 0 at the top, so that every edge points downwards: one below the lowest of the boxes that a box uses (longest path;
 * Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system structures", 1981). Boxes that use nothing, or less than
 * they are used by, then move down to those that use them.
 * @param edges All pointing forward in the order of the boxes.
 */
export function layersOf(count: number, edges: readonly Edge[]): number[] {
  const uses = neighbours(count, edges, 'to', 'from');
  const users = neighbours(count, edges, 'from', 'to');
  const layers: number[] = [];
  const filled: number[] = [];
  const put = (box: number, layer: number) => {
    layers[box] = layer;
    filled[layer] = (filled[layer] ?? 0) + 1;
  };
  for (let box = 0; box < count; box++) {
    let layer = below(uses[box] ?? [], layers);
    while ((filled[layer] ?? 0) >= mostInLayer) layer += 1;
    put(box, layer);
  }
  for (let box = count - 1; box >= 0; box--) {
    const below = users[box] ?? [];
    if (below.length === 0 || below.length <= (uses[box] ?? []).length) continue;
    const now = layers[box] ?? 0;
    let layer = below.reduce((least, user) => Math.min(least, layers[user] ?? 0), Number.POSITIVE_INFINITY) - 1;
    while (layer > now && (filled[layer] ?? 0) >= mostInLayer) layer -= 1;
    if (layer <= now) continue;
    filled[now] = (filled[now] ?? 1) - 1;
    put(box, layer);
  }
  return withoutGaps(layers);
}

function below(boxes: readonly number[], layers: readonly number[]): number {
  return boxes.reduce((lowest, box) => Math.max(lowest, (layers[box] ?? 0) + 1), 0);
}

/** Layers that lost all of their boxes are taken out. */
function withoutGaps(layers: readonly number[]): number[] {
  const present = [...new Set(layers)].sort((a, b) => a - b);
  const places = new Map(present.map((layer, place) => [layer, place]));
  return layers.map((layer) => places.get(layer) ?? 0);
}

function neighbours(count: number, edges: readonly Edge[], of: 'from' | 'to', side: 'from' | 'to'): number[][] {
  const all: number[][] = Array.from({ length: count }, () => []);
  for (const edge of edges) all[edge[of]]?.push(edge[side]);
  return all;
}
