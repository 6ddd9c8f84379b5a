import type { Quad } from '../quad.ts';

interface Place {
  readonly index: number;
  readonly left: number;
  readonly middle: number;
  readonly height: number;
}

/**
 * Indices of quadrilaterals in the order in which they are read: rows from the top, each from the left. One belongs to the row of another
 * when their middles are less than half of the lower one's height apart.
 */
export function readingOrder(quads: readonly Quad[]): number[] {
  const places = quads.map(placeOf).sort((a, b) => a.middle - b.middle || a.left - b.left);
  const rows: Place[][] = [];
  for (const place of places) {
    const row = rows.at(-1);
    const first = row?.[0];
    if (row !== undefined && first !== undefined && isBeside(first, place)) row.push(place);
    else rows.push([place]);
  }
  return rows.flatMap((row) => row.sort((a, b) => a.left - b.left).map(({ index }) => index));
}

function isBeside(a: Place, b: Place): boolean {
  return Math.abs(a.middle - b.middle) < Math.min(a.height, b.height) / 2;
}

function placeOf([x0, y0, x1, y1, x2, y2, x3, y3]: Quad, index: number): Place {
  const top = Math.min(y0, y1, y2, y3);
  const bottom = Math.max(y0, y1, y2, y3);
  return { index, left: Math.min(x0, x1, x2, x3), middle: (top + bottom) / 2, height: bottom - top };
}
