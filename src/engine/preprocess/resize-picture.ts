import type { Picture } from './picture.ts';
import type { Kernel } from './resample-weights.ts';
import { scaleRows } from './scale-rows.ts';

/**
 * A picture scaled to exactly `width` × `height`, with antialiasing: when it shrinks, the kernel is widened by the factor, so
 * that every pixel of the source counts (`resampleTaps`). Channels stay as they are.
 *
 * @param width In pixels, at least 1; so is `height`.
 * @param kernel `linear` is the triangle filter, which Pillow calls `BILINEAR`; `cubic` is Catmull-Rom's.
 * @throws RangeError when a side is not a positive whole number.
 */
export async function resizePicture(picture: Picture, width: number, height: number, kernel: Kernel): Promise<Picture> {
  for (const side of [width, height]) {
    if (!Number.isInteger(side) || side < 1) throw new RangeError(`Expected sides of at least 1 pixel, got ${side}.`);
  }
  if (width === picture.width && height === picture.height) return picture;
  return scaleRows(picture, width, height, kernel);
}
