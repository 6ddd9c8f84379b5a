import { imageLibrary } from './image-library.ts';
import type { Picture } from './picture.ts';

/**
 * A greyscale image as a PNG file of one 8-bit channel.
 * @param pixels `width * height` values, row by row from the top, 0 black to 255 white.
 * @throws RangeError when the number of pixels does not fit.
 */
export async function encodeGrayPng(pixels: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  if (pixels.length !== width * height) {
    throw new RangeError(`Expected ${width} × ${height} = ${width * height} pixels, got ${pixels.length}.`);
  }
  const sharp = await imageLibrary();
  return sharp(pixels, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}

/**
 * A picture as a JPEG file, colour at half the resolution of brightness as cameras and scanners store it.
 * @param quality 1 to 100, as libjpeg counts it.
 */
export async function encodeJpeg({ pixels, width, height, channels }: Picture, quality: number): Promise<Uint8Array> {
  const sharp = await imageLibrary();
  return sharp(pixels, { raw: { width, height, channels: channels === 1 ? 1 : 3 } })
    .jpeg({ quality, chromaSubsampling: '4:2:0' })
    .toBuffer();
}
