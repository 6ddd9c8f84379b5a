import type { Quad } from '../quad.ts';
import type { ImageSize } from './image-size.ts';

/** Where an image lies in the frame that a model is fed, in pixels of the frame. */
export interface Placement {
  /** Of its left and top edge; negative where it is cut. */
  readonly left: number;
  readonly top: number;
  /** Size to which the image is scaled. */
  readonly width: number;
  readonly height: number;
}

/** A quadrilateral of the frame in pixels of the image, its corners moved into the image where they lie outside. */
export function quadInImage(quad: Quad, { left, top, width, height }: Placement, image: ImageSize): Quad {
  const x = (value: number): number => within(((value - left) * image.width) / width, image.width);
  const y = (value: number): number => within(((value - top) * image.height) / height, image.height);
  const [x0, y0, x1, y1, x2, y2, x3, y3] = quad;
  return [x(x0), y(y0), x(x1), y(y1), x(x2), y(y2), x(x3), y(y3)];
}

/** Left, top, right and bottom edge. */
export type Edges = readonly [x0: number, y0: number, x1: number, y1: number];

/** The edges of a box of the frame in pixels of the image, cut off where they lie outside. */
export function edgesInImage([x0, y0, x1, y1]: Edges, placement: Placement, image: ImageSize): Edges {
  const [left, top, right, , , bottom] = quadInImage([x0, y0, x1, y0, x1, y1, x0, y1], placement, image);
  return [left, top, right, bottom];
}

function within(value: number, length: number): number {
  return Math.min(Math.max(value, 0), length);
}
