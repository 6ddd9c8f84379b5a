import { imageLibrary } from './image-library.ts';

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
