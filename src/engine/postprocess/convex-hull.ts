import type { Region } from './regions.ts';

/** Corners of a polygon, x and y in turn. */
export type Polygon = readonly number[];

/**
 * The convex hull of the pixels of a region (their centres), clockwise as seen, with y downwards, from its topmost left one; no three
 * corners are in a line. A single pixel gives one corner, a straight line of them two.
 *
 * Andrew's monotone chain, for which the outermost pixels of each row come in order already.
 */
export function convexHull({ top, first, last }: Region): Polygon {
  // Down along the right side, then up along the left one.
  const right = chain(last.map((x, index) => [x, top + index] as const));
  const left = chain(first.map((x, index) => [x, top + index] as const).reverse());
  const hull: (readonly [number, number])[] = [];
  const [topLeft] = left.slice(-1);
  if (topLeft !== undefined) hull.push(topLeft);
  for (const point of [...right, ...left.slice(0, -1)]) {
    const before = hull[hull.length - 1];
    if (before === undefined || before[0] !== point[0] || before[1] !== point[1]) hull.push(point);
  }
  const [start] = hull;
  const end = hull[hull.length - 1];
  if (hull.length > 1 && start !== undefined && end !== undefined && start[0] === end[0] && start[1] === end[1])
    hull.pop();
  return hull.flat();
}

/** Leaves of points, ordered along one side, those where it turns to the right. */
function chain(points: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const kept: (readonly [number, number])[] = [];
  for (const point of points) {
    while (kept.length >= 2 && !turnsRight(kept[kept.length - 2], kept[kept.length - 1], point)) kept.pop();
    kept.push(point);
  }
  return kept;
}

type Point = readonly [number, number] | undefined;

function turnsRight(a: Point, b: Point, c: Point): boolean {
  if (a === undefined || b === undefined || c === undefined) return false;
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) > 0;
}
