import { expect, test } from 'vitest';
import type { Edge, Flow } from '../../../src/report/graph-page/flow.ts';
import { inLayers } from '../../../src/report/graph-page/layered.ts';
import { layersOf, mostInLayer } from '../../../src/report/graph-page/layers.ts';
import { boxSize, layOut } from '../../../src/report/graph-page/layout.ts';
import { crossings, orderLayers } from '../../../src/report/graph-page/order-layers.ts';
import { isotonic } from '../../../src/report/graph-page/place-items.ts';
import { generator, uniform } from '../../../src/stats/random.ts';

const edge = (from: number, to: number): Edge => ({ from, to });

function flow(count: number, edges: readonly Edge[]): Flow {
  return { boxes: Array.from({ length: count }, (_, node) => ({ kind: 'node', value: '', nodes: [node] })), edges };
}

/** A graph of boxes that each use one or two of the ten before them. */
function randomFlow(count: number, seed: number): Flow {
  const random = generator(seed);
  const edges = new Map<string, Edge>();
  for (let to = 1; to < count; to++) {
    for (let time = 0; time < 2; time++) {
      const from = to - 1 - Math.floor(uniform(random) * Math.min(to, 10));
      edges.set(`${from} ${to}`, edge(from, to));
    }
  }
  return flow(count, [...edges.values()]);
}

test('a box stands one layer below the lowest of those that it uses', () => {
  // 0 → 1 → 2 → 3, and 0 → 3: the longest way decides.
  expect(layersOf(4, [edge(0, 1), edge(1, 2), edge(2, 3), edge(0, 3)])).toEqual([0, 1, 2, 3]);
});

test('a box that uses nothing moves down to the one that uses it', () => {
  // 3 uses the chain 0 → 1 → 2 and the lone box 4 in front of it, which stands beside 2.
  expect(layersOf(5, [edge(0, 1), edge(1, 2), edge(2, 4), edge(3, 4)])).toEqual([0, 1, 2, 2, 3]);
});

test('more boxes than a layer takes go on in the next', () => {
  const count = mostInLayer + 5;
  const layers = layersOf(
    count + 1,
    Array.from({ length: count }, (_, place) => edge(0, place + 1)),
  );
  expect(layers.filter((layer) => layer === 1)).toHaveLength(mostInLayer);
  expect(layers.filter((layer) => layer === 2)).toHaveLength(5);
});

test('edges that leave the same box share the places that they pass', () => {
  // 0 → 1 → 2 → 3, and from 0 straight to 2 and to 3: they pass layer 1 together, and the second layer 2.
  const { items, routes } = inLayers([0, 1, 2, 3], [edge(0, 1), edge(1, 2), edge(2, 3), edge(0, 2), edge(0, 3)]);
  expect(items).toHaveLength(4 + 2);
  expect(routes.slice(3)).toEqual([
    [0, 4, 2],
    [0, 4, 5, 3],
  ]);
});

test('where a value is used everywhere, its way is drawn once and each edge from where it leaves it', () => {
  // A chain of 700 boxes that all use the first: 700² / 2 steps.
  const chain = Array.from({ length: 699 }, (_, place) => edge(place, place + 1));
  const bus = Array.from({ length: 698 }, (_, place) => edge(0, place + 2));
  const { routes } = inLayers([...Array(700).keys()], [...chain, ...bus]);
  const steps = routes.reduce((sum, route) => sum + (route?.length ?? 0), 0);
  // Two steps for each edge of the chain, and three for each of the bus: where it leaves, the passage beside its box, the box.
  expect(steps).toBeLessThanOrEqual(2 * 699 + 3 * 698);
  expect(routes.every((route, place) => route?.at(-1) === [...chain, ...bus][place]?.to)).toBe(true);
});

test('a value that ten thousand boxes use is led along in memory for its way alone, not for each of them', () => {
  const chain = Array.from({ length: 9_999 }, (_, place) => edge(place, place + 1));
  const bus = Array.from({ length: 9_998 }, (_, place) => edge(0, place + 2));
  const { items, routes } = inLayers([...Array(10_000).keys()], [...chain, ...bus]);
  // Of 50 million steps, one passage for each layer between the first box and the last but one.
  expect(items).toHaveLength(10_000 + 9_998);
  expect(routes.at(-1)).toEqual([items.length - 2, items.length - 1, 9_999]);
});

test('crossings are counted, and two crossed pairs are put straight', () => {
  // 0 and 1 above, 2 and 3 below, crosswise.
  const layered = inLayers([0, 0, 1, 1], [edge(0, 3), edge(1, 2)]);
  const places = new Map([0, 0, 1, 1].map((_, item) => [item, item % 2]));
  expect(crossings(layered.items, layered.layers, places)).toBe(1);
  orderLayers(layered);
  expect([layered.layers[0]?.join(), layered.layers[1]?.join()]).toEqual(['0,1', '3,2']);
});

test('places that fall are levelled to their weighted mean, others stay', () => {
  // 5 and 2 fall: (5·1 + 2·2) / 3 = 3.
  const wishes = [1, 5, 2, 9].map((at, place) => ({ at, weight: place === 2 ? 2 : 1 }));
  expect(isotonic(wishes)).toEqual([1, 3, 3, 9]);
});

test('a straight chain is drawn straight, also beside a branch', () => {
  // 0 → 1 → 2 → 3 → 4 with 0 → 4 beside it.
  const { boxes } = layOut(flow(5, [edge(0, 1), edge(1, 2), edge(2, 3), edge(3, 4), edge(0, 4)]));
  const [, ...chain] = boxes.slice(0, 4).map(({ x }) => x);
  expect(new Set(chain).size).toBe(1);
});

test.each([1, 2, 3])(
  'in random graph %i no boxes overlap, every edge goes down and the drawing holds all of it',
  (seed) => {
    const graph = randomFlow(300, seed);
    const { boxes, layers, routes, width, height } = layOut(graph);
    const rows = groups(boxes);
    for (const row of rows.values()) {
      const sorted = row.toSorted((a, b) => a - b);
      for (const [place, x] of sorted.entries()) {
        if (place > 0) expect(x - (sorted[place - 1] ?? 0)).toBeGreaterThanOrEqual(boxSize.width);
      }
    }
    for (const { from, to } of graph.edges) expect(layers[to]).toBeGreaterThan(layers[from] ?? 0);
    for (const [place, { from, to }] of graph.edges.entries()) {
      const route = routes[place] ?? [];
      expect(route[0]?.x).toBe((boxes[from]?.x ?? 0) + boxSize.width / 2);
      expect(route.at(-1)?.x).toBe((boxes[to]?.x ?? 0) + boxSize.width / 2);
    }
    for (const { x, y } of boxes) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + boxSize.width).toBeLessThanOrEqual(width);
      expect(y + boxSize.height).toBeLessThanOrEqual(height);
    }
  },
);

function groups(boxes: readonly { readonly x: number; readonly y: number }[]): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  for (const { x, y } of boxes) rows.set(y, [...(rows.get(y) ?? []), x]);
  return rows;
}
