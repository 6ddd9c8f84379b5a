import { imageLibrary } from './image-library.ts';
import type { Picture } from './picture.ts';

/**
 * Draws an SVG document of a fixed size in pixels as an opaque picture in colour, transparent parts over white.
 *
 * It is for shapes and paths: what `<text>` would look like depends on the fonts of the machine, and is refused.
 * @throws RangeError for a document with text.
 */
export async function rasterizeSvg(svg: string): Promise<Picture> {
  if (/<(?:\w+:)?text\b/.test(svg))
    throw new RangeError('Expected an SVG of shapes; text has to be drawn as outlines.');
  const sharp = await imageLibrary();
  const { data, info } = await sharp(Buffer.from(svg), { density: 72 })
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height, channels: info.channels };
}
