import type { PreprocessSettings } from '../settings.ts';
import { imageLibrary } from './image-library.ts';
import type { Picture } from './picture.ts';

/**
 * A picture scaled to exactly `width` × `height`, with antialiasing: when it shrinks, the kernel is widened by the factor, so
 * that every pixel of the source counts. Channels stay as they are.
 *
 * @param width In pixels, at least 1; so is `height`.
 * @param kernel `linear` is the triangle filter, which Pillow calls `BILINEAR`; `cubic` is Catmull-Rom's.
 * @throws RangeError when a side is not a positive whole number.
 */
export async function resizePicture(
  picture: Picture,
  width: number,
  height: number,
  kernel: PreprocessSettings['resize']['kernel'],
): Promise<Picture> {
  for (const side of [width, height]) {
    if (!Number.isInteger(side) || side < 1) throw new RangeError(`Expected sides of at least 1 pixel, got ${side}.`);
  }
  if (width === picture.width && height === picture.height) return picture;
  const sharp = await imageLibrary();
  const channels = picture.channels === 1 ? 1 : 3;
  const raw = { width: picture.width, height: picture.height, channels } as const;
  const { data } = await sharp(picture.pixels, { raw })
    .resize({ width, height, fit: 'fill', kernel })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width, height, channels };
}
