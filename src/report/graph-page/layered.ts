import type { Edge } from './flow.ts';

/** What stands in a layer: a box, or a place where an edge that goes on passes through. */
export interface Item {
  readonly layer: number;
  /** null: an edge passes through. */
  readonly box: number | null;
  /** Items of the layer above that lead here, and of the layer below that this leads to. */
  readonly above: number[];
  readonly below: number[];
}

/** The graph in layers, in which edges lead from each layer to the next alone. */
export interface Layered {
  readonly items: readonly Item[];
  /** Items of each layer, in their order from left to right. */
  readonly layers: number[][];
  /**
   * For each edge the items that it leads through, from its first box to its last; null: it is too long to be drawn. Where all edges together
   * are too long, one that leaves a box beside others begins at the last item that it shares with one before it.
   */
  readonly routes: readonly (readonly number[] | null)[];
}

/** More places than this take too long to be ordered, and too much room on the page. */
const mostPassages = 60_000;

/**
 * Splits edges that skip layers into steps. Edges that leave the same box share their steps for as long as both go on, as a bus does. Where
 * these are too many, the longest edges are left undrawn.
 */
export function inLayers(layerOf: readonly number[], edges: readonly Edge[]): Layered {
  const longest = longestDrawn(layerOf, edges);
  const items: Item[] = layerOf.map((layer, box) => ({ layer, box, above: [], below: [] }));
  const passages = new Map<string, number>();
  const linked = new Set<string>();
  const link = (from: number, to: number) => {
    if (linked.has(`${from} ${to}`)) return;
    linked.add(`${from} ${to}`);
    items[from]?.below.push(to);
    items[to]?.above.push(from);
  };
  const routes = edges.map(({ from, to }) => {
    const [first, last] = [layerOf[from] ?? 0, layerOf[to] ?? 0];
    if (last - first > longest) return null;
    const route = [from];
    for (let layer = first + 1; layer < last; layer++) {
      const key = `${from} ${layer}`;
      const passage = passages.get(key) ?? items.push({ layer, box: null, above: [], below: [] }) - 1;
      passages.set(key, passage);
      route.push(passage);
    }
    route.push(to);
    for (const [step, item] of route.entries()) if (step > 0) link(route[step - 1] ?? 0, item);
    return route;
  });
  const layers: number[][] = Array.from({ length: Math.max(-1, ...layerOf.values()) + 1 }, () => []);
  for (const [place, { layer }] of items.entries()) layers[layer]?.push(place);
  return { items, layers, routes: sharingSteps(routes) };
}

/** More steps than this make a page of several megabytes: a value that everything uses has thousands of edges down the same way. */
const mostSteps = 150_000;

function sharingSteps(routes: readonly (readonly number[] | null)[]): (readonly number[] | null)[] {
  const steps = routes.reduce((sum, route) => sum + (route?.length ?? 0), 0);
  if (steps <= mostSteps) return [...routes];
  const drawn = new Set<number>();
  return routes.map((route) => {
    if (route === null) return null;
    // The last item is a box, to which each edge leads by itself.
    const fresh = route.findIndex((item, step) => step === route.length - 1 || (step > 0 && !drawn.has(item)));
    for (const item of route.slice(1, -1)) drawn.add(item);
    return route.slice(Math.max(0, fresh - 1));
  });
}

/** The most layers that an edge may span so that there are not too many passages. */
function longestDrawn(layerOf: readonly number[], edges: readonly Edge[]): number {
  const spans = edges.map(({ from, to }) => ({ from, span: (layerOf[to] ?? 0) - (layerOf[from] ?? 0) }));
  for (const longest of [Number.POSITIVE_INFINITY, 1000, 500, 200, 100, 50, 20, 10, 5]) {
    const reach = new Map<number, number>();
    for (const { from, span } of spans) if (span <= longest) reach.set(from, Math.max(reach.get(from) ?? 0, span));
    const passages = [...reach.values()].reduce((sum, span) => sum + Math.max(0, span - 1), 0);
    if (passages <= mostPassages) return longest;
  }
  return 1;
}
