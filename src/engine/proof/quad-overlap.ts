import type { Quad } from '../quad.ts';

type Point = readonly [x: number, y: number];

/**
 * Area that two convex quadrilaterals share, as a share of the area that they cover together; 0 where either has no area.
 * Corners may run either way round.
 */
export function overlapOf(a: Quad, b: Quad): number {
  const [first, second] = [clockwise(a), clockwise(b)];
  const shared = areaOf(clip(first, second));
  const together = areaOf(first) + areaOf(second) - shared;
  return together <= 0 ? 0 : shared / together;
}

/** Corners in the order in which the signed area is positive. */
function clockwise([x0, y0, x1, y1, x2, y2, x3, y3]: Quad): Point[] {
  const points: Point[] = [
    [x0, y0],
    [x1, y1],
    [x2, y2],
    [x3, y3],
  ];
  return signedArea(points) < 0 ? points.reverse() : points;
}

/** The part of a polygon within a convex one (Sutherland and Hodgman, 1974). */
function clip(subject: readonly Point[], within: readonly Point[]): Point[] {
  let rest = [...subject];
  for (const [index, from] of within.entries()) {
    const to = within[(index + 1) % within.length] ?? from;
    rest = clipAtEdge(rest, from, to);
  }
  return rest;
}

function clipAtEdge(points: readonly Point[], [x0, y0]: Point, [x1, y1]: Point): Point[] {
  const side = ([x, y]: Point): number => (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0);
  const kept: Point[] = [];
  for (const [index, point] of points.entries()) {
    const before = points.at(index - 1) ?? point;
    const [a, b] = [side(before), side(point)];
    if (a < 0 !== b < 0) kept.push(between(before, point, a / (a - b)));
    if (b >= 0) kept.push(point);
  }
  return kept;
}

function between([x0, y0]: Point, [x1, y1]: Point, part: number): Point {
  return [x0 + part * (x1 - x0), y0 + part * (y1 - y0)];
}

function areaOf(points: readonly Point[]): number {
  return Math.abs(signedArea(points));
}

/** The shoelace formula. */
function signedArea(points: readonly Point[]): number {
  let twice = 0;
  for (const [index, [x1, y1]] of points.entries()) {
    const [x0, y0] = points.at(index - 1) ?? [x1, y1];
    twice += x0 * y1 - x1 * y0;
  }
  return twice / 2;
}
