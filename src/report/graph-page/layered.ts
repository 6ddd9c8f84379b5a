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
  const spans = edges.map(({ from, to }) => (layerOf[to] ?? 0) - (layerOf[from] ?? 0));
  const longest = longestDrawn(layerOf, edges);
  const items: Item[] = layerOf.map((layer, box) => ({ layer, box, above: [], below: [] }));
  const linked = new Set<string>();
  const link = (from: number, to: number) => {
    if (linked.has(`${from} ${to}`)) return;
    linked.add(`${from} ${to}`);
    items[from]?.below.push(to);
    items[to]?.above.push(from);
  };
  const steps = spans.reduce((sum, span) => sum + (span > longest ? 0 : span + 1), 0);
  const buses = new Map<number, number[]>();
  const routes = edges.map(({ from, to }, edge) => {
    const span = spans[edge] ?? 0;
    if (span > longest) return null;
    // The box, and the places where its edges pass through the layers below it, as far down as one goes so far.
    const bus = buses.get(from) ?? [from];
    buses.set(from, bus);
    const drawn = steps > mostSteps ? Math.min(bus.length, span) - 1 : 0;
    while (bus.length < span) {
      const passage = items.push({ layer: (layerOf[from] ?? 0) + bus.length, box: null, above: [], below: [] }) - 1;
      link(bus.at(-1) ?? from, passage);
      bus.push(passage);
    }
    link(bus[span - 1] ?? from, to);
    return [...bus.slice(drawn, span), to];
  });
  const layers: number[][] = Array.from({ length: Math.max(-1, ...layerOf.values()) + 1 }, () => []);
  for (const [place, { layer }] of items.entries()) layers[layer]?.push(place);
  return { items, layers, routes };
}

/**
 * More steps than this make a page of several megabytes: a value that everything uses has thousands of edges down the same way. Each then begins where
 * those before it went on alone.
 */
const mostSteps = 150_000;

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
