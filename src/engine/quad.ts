/**
 * Four corners in pixels of an image, x and y in turn, clockwise from the top left one of what it encloses: x grows to the right,
 * y grows down, and (0, 0) is the outer corner of the first pixel.
 */
export type Quad = readonly [
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  x3: number,
  y3: number,
];
