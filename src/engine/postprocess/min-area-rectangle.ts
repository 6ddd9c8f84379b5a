import type { Polygon } from './convex-hull.ts';

/** A rectangle at any angle. */
export interface Rectangle {
  readonly centreX: number;
  readonly centreY: number;
  /** Unit vector along the side of length `width`; the other side runs along `(−directionY, directionX)`, clockwise of it. */
  readonly directionX: number;
  readonly directionY: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The rectangle of least area around a convex polygon, by rotating calipers (Toussaint, "Solving geometric problems with the rotating
 * calipers", 1983): one of its sides lies on a side of the polygon, and as that side advances, the three corners that touch the other
 * sides of the rectangle only ever advance, too. Of equal areas, that of the first side is taken.
 *
 * @param hull Clockwise with y downwards, no three corners in a line, at least one corner (`convexHull`).
 */
export function minAreaRectangle(hull: Polygon): Rectangle {
  const count = hull.length / 2;
  const x = (corner: number) => hull[2 * (corner % count)] as number;
  const y = (corner: number) => hull[2 * (corner % count) + 1] as number;
  let best: Rectangle = { centreX: x(0), centreY: y(0), directionX: 1, directionY: 0, width: 0, height: 0 };
  if (count === 1) return best;

  let leastArea = Number.POSITIVE_INFINITY;
  // The corners farthest along the side, away from it, and back along it.
  let [ahead, away, back] = [1, 1, 1];
  for (let side = 0; side < count; side++) {
    const length = Math.hypot(x(side + 1) - x(side), y(side + 1) - y(side));
    const directionX = (x(side + 1) - x(side)) / length;
    const directionY = (y(side + 1) - y(side)) / length;
    const along = (corner: number) => directionX * (x(corner) - x(side)) + directionY * (y(corner) - y(side));
    const across = (corner: number) => directionX * (y(corner) - y(side)) - directionY * (x(corner) - x(side));

    ahead = Math.max(ahead, side + 1);
    while (along(ahead + 1) > along(ahead)) ahead += 1;
    away = Math.max(away, ahead);
    while (across(away + 1) > across(away)) away += 1;
    back = Math.max(back, away);
    while (along(back + 1) < along(back)) back += 1;

    const [from, to] = [along(back), along(ahead)];
    const [width, height] = [to - from, across(away)];
    if (width * height >= leastArea) continue;
    leastArea = width * height;
    const [midAlong, midAcross] = [(from + to) / 2, height / 2];
    best = {
      centreX: x(side) + directionX * midAlong - directionY * midAcross,
      centreY: y(side) + directionY * midAlong + directionX * midAcross,
      directionX,
      directionY,
      width,
      height,
    };
  }
  return best;
}
